package frame

import "github.com/rostergate/rostergate/roster"

// AttemptStatus says how an attempt ended, or that it is still under way.
func AttemptStatus(a roster.Attempt, running bool) Status {
	switch {
	case running:
		return Status{Plain, "Running"}
	case a.State != roster.Ended:
		return Status{Bad, "Ended early"}
	case a.DryRun:
		return dryRun(a.Verdict)
	}
	switch a.Verdict {
	case roster.Stored:
		return Status{Good, "Stored"}
	case roster.Unchanged:
		return Status{Good, "Nothing new"}
	case roster.Held:
		return heldStatus(a)
	case roster.Accepted:
		return Status{Plain, "Held, then imported"}
	case roster.Discarded:
		return Status{Plain, "Discarded"}
	case roster.Expired:
		return Status{Plain, "Held, expired"}
	}
	return Status{Bad, "Refused"}
}

func heldStatus(a roster.Attempt) Status {
	switch {
	case a.Waits():
		return Status{Careful, "Held, waits"}
	case a.Origin == roster.Upload:
		return Status{Plain, "Held, no longer waits"}
	}
	return Status{Careful, "Held"}
}

// dryRun says how the package would have ended.
func dryRun(verdict roster.Verdict) Status {
	switch verdict {
	case roster.Checked:
		return Status{Good, "Dry run: would be stored"}
	case roster.Unchanged:
		return Status{Good, "Dry run: nothing new"}
	case roster.Held:
		return Status{Careful, "Dry run: would be held"}
	}
	return Status{Bad, "Dry run: would be refused"}
}
