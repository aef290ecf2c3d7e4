package approvals

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/optouts"
	"github.com/rostergate/rostergate/permissions"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/waiting"
	"github.com/rostergate/rostergate/wording"
)

// Lines say line by line what a change would come to, for people at a terminal. They hold
// names, and the roster's own numbers of students.
func (s Shown) Lines(ctx context.Context, gate *gateway.Gateway, engine *policy.Engine) ([]string, error) {
	if s.State != waiting.Waits {
		return nil, nil
	}
	told := s.rest()
	for _, thing := range s.Things(ctx, engine) {
		told = append(told, thing.Title+":")
		for _, line := range thing.Lines {
			told = append(told, fmt.Sprintf("  %1s %s", line.Mark, line.Text))
		}
	}
	for _, e := range s.Effects.Of {
		lines, err := effectLines(ctx, gate, engine, "What will change for "+e.App.ID, e)
		if err != nil {
			return nil, err
		}
		told = append(told, lines...)
	}
	for _, o := range s.Effects.Later {
		lines, err := effectLines(ctx, gate, engine, o.Title(o.App.ID, o.Day), o.Effect)
		if err != nil {
			return nil, err
		}
		told = append(told, lines...)
	}
	for _, app := range slices.Sorted(maps.Keys(s.Reviewing)) {
		for _, m := range s.Reviewing[app] {
			told = append(told, fmt.Sprintf("It wants reviewed for %s: %s. It is only where whoever approves names it, by --review", app, m))
		}
	}
	if s.Another {
		told = append(told, "This is another effect than when it was asked for: something was changed meanwhile.")
	}
	return told, nil
}

// rest is what is told beside what apps gain and lose.
func (s Shown) rest() (told []string) {
	if s.Hindrance != nil {
		told = append(told, "It cannot be made any more: "+s.Hindrance.Error())
	}
	if s.Standing != "" {
		told = append(told, s.Actor+", who asked for this, "+s.Standing+": ask somebody who knows whether it is still wanted")
	}
	if s.Marks != nil {
		told = append(told, "No longer marked as sensitive: "+wording.Marks(s.Marks.Before.Without(s.Marks.After)))
	}
	for _, one := range s.Effects.OptOuts {
		told = append(told, fmt.Sprintf("The student with the number %d is no longer opted out of %s", one.User, optedOutOf(one)))
	}
	for _, one := range s.Effects.OptedOut {
		told = append(told, fmt.Sprintf("The student with the number %d is opted out of %s", one.User, optedOutOf(one)))
	}
	if len(s.Effects.OptOuts) > 0 {
		told = append(told, "Apps get of them what is marked: "+s.Effects.Gains.Brief())
	}
	return told
}

func optedOutOf(one apps.OptedOut) string {
	if one.App == optouts.AllApps {
		return "all apps"
	}
	return one.App
}

func effectLines(ctx context.Context, gate *gateway.Gateway, engine *policy.Engine, title string, e apps.Effect) ([]string, error) {
	before, after, err := gate.Compare(ctx, e.App.ID, gateway.Offer{Of: &e.Before}, gateway.Offer{Of: &e.After})
	if err != nil {
		return nil, err
	}
	lines := slices.Concat(
		wording.Differing(wording.Verdicts(before.Decision, engine.Reason), wording.Verdicts(after.Decision, engine.Reason)),
		wording.DifferingRest(before.Grant, after.Grant), permissions.Records(before, after), wording.NewlyReviewed(before.Keys, after.Keys),
	)
	if len(lines) == 0 {
		return []string{title + ": nothing, it gets what it gets now"}, nil
	}
	told := []string{title + ":"}
	for _, line := range lines {
		told = append(told, "  "+line)
	}
	return told, nil
}

// TicksOf understands the keys and types that whoever approves names, in full. One that the
// change does not want reviewed is passed over.
func TicksOf(names []string) (all []Tick) {
	for _, name := range names {
		all = append(all, Tick{Member: catalog.ParseMember(name)})
	}
	return all
}
