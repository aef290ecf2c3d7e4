package frame

import (
	"fmt"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/policy"
)

// ClassStatus is how sensitive something is, as a status.
func ClassStatus(class catalog.Class) Status {
	switch class {
	case catalog.Special:
		return Status{Bad, "Special"}
	case catalog.Personal:
		return Status{Careful, "Personal"}
	case catalog.Contact:
		return Status{Careful, "Contact"}
	case catalog.Directory:
		return Status{Plain, "Directory"}
	case catalog.Structural:
		return Status{Plain, "Technical"}
	case catalog.Credential:
		return Status{Bad, "Credential"}
	}
	return Status{Bad, "Not classified"}
}

// MaskLabel says how a value looks behind a mask.
func MaskLabel(m policy.Mask) string {
	switch m {
	case policy.Initial:
		return "initial only"
	case policy.Pseudonym:
		return "pseudonym"
	case policy.Year:
		return "year only"
	case policy.Constant:
		return "the same word for everybody"
	}
	return "as it is"
}

// SayReason is a reason in a sentence; of a decision that allows nothing, its own.
func SayReason(engine *policy.Engine, code string, decision policy.Decision) string {
	if code == "" && len(decision.Reasons) > 0 {
		code = decision.Reasons[0]
	}
	return engine.Reason(code)
}

// StateStatus is an app's state as a status.
func StateStatus(s apps.State) Status {
	switch s {
	case apps.Enabled:
		return Status{Good, "Enabled"}
	case apps.Suspended:
		return Status{Bad, "Suspended"}
	}
	return Status{Careful, "Pending"}
}

// WhyMissing is the first rule that keeps a record from the app.
func WhyMissing(engine *policy.Engine, e catalog.Entity, shown gateway.Preview) string {
	one := shown.Decision.Entities[e.Plural]
	switch {
	case !shown.Decision.Allow:
		return "The app gets nothing at all: " + SayReason(engine, "", shown.Decision)
	case !one.Allow:
		return WhyNone(engine, e, shown.Decision)
	case !shown.Reach.In:
		return shown.Reach.Says
	}
	return "The app may not see what the address of this record gives away."
}

// WhyNone is why an app gets no record of an entity.
func WhyNone(engine *policy.Engine, e catalog.Entity, decision policy.Decision) string {
	reason := decision.Entities[e.Plural].Reason
	if decision.Allow && (reason == "not_granted" || reason == "switched_off") {
		return e.Label + " is turned off for this app."
	}
	return fmt.Sprintf("The app gets none of the %s: %s", e.Label, SayReason(engine, reason, decision))
}
