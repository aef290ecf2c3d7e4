package apps

import (
	"context"
	"slices"

	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/waiting"
)

// gains are what of the marked some effects give, on any occasion, and on which later ones it
// is more than today.
func (r *Registry) gains(ctx context.Context, marks waiting.Marks, effects ...Effect) (all waiting.Gains, later []Occasion, err error) {
	engine, err := r.Engine()
	if err != nil {
		return all, nil, err
	}
	for _, effect := range effects {
		occasions, ends, err := effect.answered().occasions(ctx, engine)
		if err != nil {
			return all, nil, err
		}
		var today waiting.Gains
		for i, o := range occasions {
			gained, err := o.gained(ctx, engine, marks, ends)
			if err != nil {
				return all, nil, err
			}
			if i == 0 {
				today = gained
			} else if !gained.Within(today) {
				later = append(later, o)
			}
			all = all.Beside(gained)
		}
	}
	return all, later, nil
}

// gained is what of the marked an effect gives. Ends says that a rule goes which might have
// hidden some of it on a later day: what the app keeps, it has for longer.
func (e Effect) gained(ctx context.Context, engine *policy.Engine, marks waiting.Marks, ends bool) (waiting.Gains, error) {
	before, after, err := e.Decide(ctx, engine)
	if err != nil {
		return waiting.Gains{}, err
	}
	gains := marks.Gained(e.App.ID, waiting.Side{Decision: before, Until: e.Before.Grant.Until}, waiting.Side{Decision: after, Until: e.After.Grant.Until})
	if ends {
		gains.Wider = slices.DeleteFunc(marks.Held(e.App.ID, after), func(name string) bool { return slices.Contains(gains.Names, name) })
	}
	return gains, nil
}

// answered is an effect for an app in the state that it has: one that is not enabled gains
// nothing before it is.
func (e Effect) answered() Effect {
	if e.App.State != Enabled {
		e.Before.App.State, e.After.App.State = string(e.App.State), string(e.App.State)
	}
	return e
}

// printedSide is what tells one side of an effect from others.
type printedSide struct {
	Shared     []string
	Scope      policy.Scope
	Keep       []policy.Condition
	State      string
	Grant      policy.Grant
	Own        *policy.Own
	Agreed     policy.Agreed
	Guardrails []policy.Guardrail
}

func sideOf(in policy.Input, d policy.Decision) printedSide {
	in.Grant.Until = in.Grant.Until.UTC()
	return printedSide{waiting.SharedNames(d), d.Scope, d.Keep, in.App.State, in.Grant, in.Own, in.Agreed, in.Guardrails}
}

// printed works out what effects give, and their print.
func (r *Registry) printed(ctx context.Context, marks waiting.Marks, effects Effects) (Effects, error) {
	engine, err := r.Engine()
	if err != nil {
		return effects, err
	}
	var sides []any
	for i, e := range effects.Of {
		e = e.answered()
		before, after, err := e.Decide(ctx, engine)
		if err != nil {
			return effects, err
		}
		effects.Of[i] = e
		sides = append(sides, e.App.ID, e.Action, sideOf(e.Before, before), sideOf(e.After, after))
	}
	if effects.Print, err = waiting.Print(sides); err != nil {
		return effects, err
	}
	effects.Gains, effects.Later, err = r.gains(ctx, marks, effects.Of...)
	return effects, err
}
