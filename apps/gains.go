package apps

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/waiting"
)

// gains are what of the marked some effects give, on any day.
func (r *Registry) gains(ctx context.Context, marks waiting.Marks, effects ...Effect) (all waiting.Gains, err error) {
	engine, err := r.Engine()
	if err != nil {
		return all, err
	}
	for _, effect := range effects {
		for _, e := range effect.moments() {
			before, after, err := e.Decide(ctx, engine)
			if err != nil {
				return all, err
			}
			all = all.Beside(marks.Gained(e.App.ID, waiting.Side{Decision: before, Until: e.Before.Grant.Until}, waiting.Side{Decision: after, Until: e.After.Grant.Until}))
		}
	}
	return all, nil
}

// answered is an effect for an app in the state that it has: one that is not enabled gains
// nothing before it is.
func (e Effect) answered() Effect {
	if e.App.State != Enabled {
		e.Before.App.State, e.After.App.State = string(e.App.State), string(e.App.State)
	}
	return e
}

// moments are an effect today, and on each later day on which it may be another: what is
// given from tomorrow on is given. Rules that read the day, and that were not there before,
// count as rules that hide nothing.
func (e Effect) moments() []Effect {
	e = e.answered()
	if own := e.After.Own; own != nil && waiting.ReadsDay(own.Files) && (e.Before.Own == nil || !maps.Equal(own.Files, e.Before.Own.Files)) {
		e.After.Own = nil
	}
	e.After.Guardrails = slices.DeleteFunc(slices.Clone(e.After.Guardrails), func(g policy.Guardrail) bool {
		return waiting.ReadsDay(g.Files) && !slices.ContainsFunc(e.Before.Guardrails, func(old policy.Guardrail) bool { return maps.Equal(old.Files, g.Files) })
	})
	all := []Effect{e}
	for _, day := range []string{e.After.Agreed.Start, e.After.Agreed.End, dayAfter(e.Before.Agreed.End)} {
		if day > e.After.Day {
			later := e
			later.Before.Day, later.After.Day = day, day
			all = append(all, later)
		}
	}
	return all
}

func dayAfter(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return "" // it has no end
	}
	return t.AddDate(0, 0, 1).Format(time.DateOnly)
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
	effects.Gains, err = r.gains(ctx, marks, effects.Of...)
	return effects, err
}
