package gains

import (
	"slices"
	"strings"

	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/web/frame"
)

// tellConditions adds what a change does to the conditions on records.
func (p *Part) tellConditions(v *frame.Visit, before, after policy.Decision) error {
	notes, err := conditionNotes(v, before, after)
	if err != nil {
		return err
	}
	notices, err := betrayedNotice(v, before, after)
	p.Notes, p.Notices = append(p.Notes, notes...), append(p.Notices, notices...)
	return err
}

// conditionNotes are the conditions on records that come with a change or go with it.
func conditionNotes(v *frame.Visit, before, after policy.Decision) ([]string, error) {
	was, is, err := shownConditions(v, before.Keep, after.Keep)
	if err != nil {
		return nil, err
	}
	var notes []string
	for _, c := range newOf(is, was) {
		notes = append(notes, "Only records are kept where "+c.String()+" ("+c.Rule()+").")
	}
	for _, c := range newOf(was, is) {
		notes = append(notes, "Records are kept again whether or not "+c.String()+" ("+c.Rule()+").")
	}
	return notes, nil
}

// betrayedNotice warns of conditions that come to tell an app what it does not see.
func betrayedNotice(v *frame.Visit, before, after policy.Decision) ([]frame.Notice, error) {
	was, is, err := shownConditions(v, before.Betrayed(), after.Betrayed())
	if err != nil {
		return nil, err
	}
	var says []string
	for _, c := range newOf(is, was) {
		says = append(says, c.Betrays())
	}
	if len(says) == 0 {
		return nil, nil
	}
	return []frame.Notice{{Tone: frame.Careful, Title: "This tells the app what it does not see", Says: strings.Join(says, " ")}}, nil
}

func shownConditions(v *frame.Visit, before, after []policy.Condition) (was, is []policy.Condition, err error) {
	if was, err = v.ConditionsToShow(before); err == nil {
		is, err = v.ConditionsToShow(after)
	}
	return was, is, err
}

// newOf are those of some conditions that others do not have.
func newOf(some, others []policy.Condition) []policy.Condition {
	return slices.DeleteFunc(slices.Clone(some), func(c policy.Condition) bool {
		return slices.ContainsFunc(others, func(o policy.Condition) bool { return o.String() == c.String() && o.Reason == c.Reason })
	})
}
