package explanation

import (
	"context"
	"fmt"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/optouts"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster/view"
)

// The steps that are of one record alone.
const (
	ofScope    = "scope"
	ofRowRules = "row_rules"
	ofOptOuts  = "opt_outs"
)

// Record is what is said of one record of an entity: what is said of the entity, then of
// the record alone.
func (w Why) Record(ctx context.Context, entity string, id uint32) (Chain, error) {
	chain := w.Chain(catalog.Member{Entity: entity})
	if _, open := w.enabled.Plan.Entity(entity); !open {
		for _, s := range []Step{{Name: ofScope, Label: "Scope"}, {Name: ofRowRules, Label: "Row rules"}, {Name: ofOptOuts, Label: "Opt-outs"}} {
			chain = append(chain, s.unasked())
		}
		return chain.decide(), nil
	}
	parts := w.enabled.View.Parts(entity, id)
	out, err := w.optOuts(ctx, parts)
	if err != nil {
		return nil, fmt.Errorf("explain a record of %s: %w", entity, err)
	}
	chain = append(chain, part(ofScope, "Scope", parts.Scope), w.rowRules(parts), out)
	return chain.decide(), nil
}

// Persons are those whom a record is about besides itself, such as who is enrolled: what is
// said of the record tells of them.
func (w Why) Persons(entity string, id uint32) []uint32 {
	e, _ := catalog.Find(entity)
	var all []uint32
	for _, f := range e.Fields {
		if f.Kind != catalog.Reference || f.Target != "users" || !f.Versions.Has(catalog.V11) {
			continue
		}
		if person := w.enabled.View.Snapshot.Referred(entity, f.Name, id); person != 0 {
			all = append(all, person)
		}
	}
	if e.Describes == "users" {
		all = append(all, id)
	}
	return all
}

func (s Step) unasked() Step {
	s.Said, s.Says = policy.Unasked, []string{"It is hidden already, so this was not asked."}
	return s
}

// part says what the scope said of a record.
func part(name, label string, why view.Reason) Step {
	s := Step{Name: name, Label: label, Said: policy.Passes, Says: []string{why.Says}}
	if !why.In {
		s.Said, s.Reason = policy.Hides, why.Code
	}
	return s
}

// rowRules says which conditions leave a record out, and whose they are.
func (w Why) rowRules(parts view.Parts) Step {
	s, keep := Step{Name: ofRowRules, Label: "Row rules", Said: policy.Passes}, w.enabled.Plan.Keep
	switch {
	case len(keep) == 0:
		s.Said, s.Says = policy.Absent, []string{"No policy of this app keeps records out."}
		return s
	case !parts.Scope.In:
		return s.unasked()
	case parts.Kept.In:
		s.Says = []string{"It meets every condition, as far as they are about it."}
		return s
	}
	s.Said, s.Reason, s.Says = policy.Hides, parts.Kept.Code, []string{parts.Kept.Says}
	for _, i := range parts.Unmet {
		s.Says = append(s.Says, w.unmet(keep[i], parts.Own))
	}
	return s
}

func (w Why) unmet(c policy.Condition, own bool) string {
	whose := w.teller.label(policy.LayerOf(c.Reason).Stage())
	if own {
		return fmt.Sprintf("%s keeps only records where %s, by the rule: %s.", whose, c, c.Rule())
	}
	return fmt.Sprintf("%s keeps only records where %s, and what this hangs on is none of them, by the rule: %s.", whose, c, c.Rule())
}

// optOuts says whether the record is left out for an opt-out, and which.
func (w Why) optOuts(ctx context.Context, parts view.Parts) (Step, error) {
	s := part(ofOptOuts, "Opt-outs", parts.OptOuts)
	switch {
	case parts.OptedOut == 0 && (!parts.Scope.In || !parts.Kept.In):
		s = Step{Name: s.Name, Label: s.Label}.unasked()
	case parts.OptOuts.In:
		s.Says = []string{"Nobody whom it is about is opted out of this app."}
	case parts.OptedOut != 0:
		of, err := w.teller.OptOuts.OfStudents(ctx, []uint32{parts.OptedOut})
		if err != nil {
			return s, err
		}
		if parts.OptOuts.Code != optedOut { // the scope or a row rule says something first
			s.Says = []string{"The student is opted out of this app."}
		}
		s.Said, s.Reason, s.Says = policy.Hides, optedOut, append(s.Says, whichOptOut(of[parts.OptedOut]))
	}
	return s, nil
}

// optedOut is the code of the rule that leaves out who is opted out.
const optedOut = "opted_out"

// whichOptOut says which opt-out it is.
func whichOptOut(lines []optouts.OptOut) string {
	for _, one := range lines {
		if one.App == optouts.AllApps {
			return "The opt-out is of all apps."
		}
	}
	return "The opt-out is of this app."
}
