package apps

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/rostergate/rostergate/guardrails"
	"github.com/rostergate/rostergate/policy"
)

// Occasion is an effect as it is today, or as it may be later though nobody changes anything.
type Occasion struct {
	Effect
	Day  string // from which on, as YYYY-MM-DD; empty for today
	Bare bool   // as rules leave it that hide nothing, for they turn on the day or on what the roster has
}

// Title says of an app by its name when an effect is so; day is Day as its reader writes it.
func (o Occasion) Title(app, day string) string {
	switch {
	case o.Bare && o.Day != "":
		return "What will change for " + app + " from " + day + " on, once rules that turn on the day or on what the roster has hide nothing"
	case o.Bare:
		return "What will change for " + app + " once rules that turn on the day or on what the roster has hide nothing"
	}
	return "What will change for " + app + " from " + day + " on"
}

// occasions are an effect today, and then each other that it may have by itself. Ends says
// that a rule goes which might have hidden something later.
//
// A rule that turns on the day or on what the roster has hides nothing for good. One that
// comes counts as none. One that stays on both sides is decided upon with both and with
// neither, so that a change counts for what is new in it and no other.
func (e Effect) occasions(ctx context.Context, engine *policy.Engine) (all []Occasion, ends bool, err error) {
	m, err := e.moving(ctx, engine)
	if err != nil {
		return nil, false, err
	}
	without := e
	m.comes.leave(&without.After)
	all = []Occasion{{Effect: e}}
	if m.comes.any() {
		all = append(all, Occasion{Effect: without, Bare: true})
	}
	bases := all
	if m.stays.any() {
		bare := without
		m.stays.leave(&bare.Before)
		m.stays.leave(&bare.After)
		bases = append(bases, Occasion{Effect: bare, Bare: true})
	}
	all = slices.Clone(bases)
	for _, day := range e.days() {
		for _, one := range bases {
			one.Day, one.Before.Day, one.After.Day = day, day, day
			all = append(all, one)
		}
	}
	return all, m.goes.any(), nil
}

// days are those after today from which on an agreement holds, or no longer holds.
func (e Effect) days() []string {
	if len(e.Before.Guardrails)+len(e.After.Guardrails) == 0 {
		return nil
	}
	var later []string
	for _, agreed := range []policy.Agreed{e.Before.Agreed, e.After.Agreed} {
		for _, day := range []string{agreed.Start, agreed.End, dayAfter(agreed.End)} {
			if day > e.After.Day {
				later = append(later, day)
			}
		}
	}
	slices.Sort(later)
	return slices.Compact(later)
}

func dayAfter(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return "" // it has no end
	}
	return t.AddDate(0, 0, 1).Format(time.DateOnly)
}

// moving are the rules of an effect that may answer otherwise by themselves.
type moving struct {
	comes, stays, goes ruling
}

// ruling are an app's policy, and guardrails.
type ruling struct {
	own        bool
	guardrails []policy.Guardrail
}

func (r ruling) any() bool { return r.own || len(r.guardrails) > 0 }

// leave leaves the rules out of what is decided upon.
func (r ruling) leave(in *policy.Input) {
	if r.own {
		in.Own = nil
	}
	in.Guardrails = slices.DeleteFunc(slices.Clone(in.Guardrails), func(g policy.Guardrail) bool { return among(r.guardrails, g) })
}

func among(all []policy.Guardrail, g policy.Guardrail) bool {
	return slices.ContainsFunc(all, func(one policy.Guardrail) bool {
		return guardrails.Same([]policy.Guardrail{one}, []policy.Guardrail{g})
	})
}

func (e Effect) moving(ctx context.Context, engine *policy.Engine) (moving, error) {
	was, err := movingOf(ctx, engine, e.Before)
	if err != nil {
		return moving{}, err
	}
	is, err := movingOf(ctx, engine, e.After)
	if err != nil {
		return moving{}, err
	}
	var m moving
	stays := was.own && is.own && maps.Equal(e.Before.Own.Files, e.After.Own.Files)
	m.stays.own, m.comes.own, m.goes.own = stays, is.own && !stays, was.own && !stays
	for _, g := range is.guardrails {
		if among(was.guardrails, g) {
			m.stays.guardrails = append(m.stays.guardrails, g)
		} else {
			m.comes.guardrails = append(m.comes.guardrails, g)
		}
	}
	for _, g := range was.guardrails {
		if !among(is.guardrails, g) {
			m.goes.guardrails = append(m.goes.guardrails, g)
		}
	}
	return m, nil
}

func movingOf(ctx context.Context, engine *policy.Engine, in policy.Input) (r ruling, err error) {
	if in.Own != nil {
		if r.own, err = engine.PolicyMoves(ctx, *in.Own); err != nil {
			return r, err
		}
	}
	for _, g := range in.Guardrails {
		moves, err := engine.GuardrailMoves(ctx, g)
		if err != nil {
			return r, err
		}
		if moves {
			r.guardrails = append(r.guardrails, g)
		}
	}
	return r, nil
}
