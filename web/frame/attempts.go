package frame

import (
	"github.com/rostergate/rostergate/roster/intake"
)

// AttemptStatus says how an attempt ended, or that it is still under way.
func AttemptStatus(a intake.Attempt, running bool) Status {
	switch {
	case running:
		return Status{Plain, "Running"}
	case a.State != intake.Ended:
		return Status{Bad, "Ended early"}
	case a.DryRun:
		return dryRun(a.Verdict)
	}
	switch a.Verdict {
	case intake.Stored:
		return Status{Good, "Stored"}
	case intake.Unchanged:
		return Status{Good, "Nothing new"}
	case intake.Held:
		return heldStatus(a)
	case intake.Accepted:
		return Status{Plain, "Held, then imported"}
	case intake.Discarded:
		return Status{Plain, "Discarded"}
	case intake.Expired:
		return Status{Plain, "Held, expired"}
	}
	return Status{Bad, "Refused"}
}

func heldStatus(a intake.Attempt) Status {
	switch {
	case a.Waits():
		return Status{Careful, "Held, waits"}
	case a.Origin == intake.Upload:
		return Status{Plain, "Held, no longer waits"}
	}
	return Status{Careful, "Held"}
}

// dryRun says how the package would have ended.
func dryRun(verdict intake.Verdict) Status {
	switch verdict {
	case intake.Checked:
		return Status{Good, "Dry run: would be stored"}
	case intake.Unchanged:
		return Status{Good, "Dry run: nothing new"}
	case intake.Held:
		return Status{Careful, "Dry run: would be held"}
	}
	return Status{Bad, "Dry run: would be refused"}
}
