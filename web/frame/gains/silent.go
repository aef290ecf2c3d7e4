package gains

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/web/frame"
)

// Tick is a tick that changes nothing yet, and why.
type Tick struct {
	Member catalog.Member // without a name for all of an entity
	Says   string
}

// silentTicks says of new ticks that show nothing why they do not.
func (t Teller) silentTicks(e catalog.Entity, from policy.Grant, after Outcome) []Tick {
	was, is, decision := from.Entities[e.Plural], after.Grant.Entities[e.Plural], after.Decision
	decided := decision.Entities[e.Plural]
	if !decided.Allow {
		if writtenTicks(was) == writtenTicks(is) {
			return nil
		}
		return []Tick{{catalog.Member{Entity: e.Plural}, frame.WhyNone(t.Engine, e, decision)}}
	}
	var said []Tick
	say := func(label string, m catalog.Member, reason string) {
		said = append(said, Tick{m, Labelled(label, m.String()) + ": " + frame.SayReason(t.Engine, reason, decision)})
	}
	for _, name := range ticked(is) {
		if d := decided.Fields[name]; !slices.Contains(ticked(was), name) && !d.Share {
			field, _ := e.Field(name)
			say(field.Label, catalog.Member{Entity: e.Plural, Name: name}, d.Reason)
		}
	}
	for _, key := range is.Keys {
		if d := decided.Keys[key]; !slices.Contains(was.Keys, key) && !d.Share {
			say(frame.KeyLabel(e.Plural, key), catalog.Member{Entity: e.Plural, Bag: catalog.Metadata, Name: key}, d.Reason)
		}
	}
	return said
}

// ticked are the fields that a grant shares, masked or not.
func ticked(g policy.EntityGrant) []string {
	return append(slices.Clone(g.Fields), slices.Sorted(maps.Keys(g.Masks))...)
}

// saySilent puts the names of keys as the page may show them.
func (p *Part) saySilent(v *frame.Visit) error {
	for i, tick := range p.Silent {
		said, err := v.MemberToShow(tick.Member)
		if err != nil {
			return err
		}
		p.Silent[i] = Tick{said, strings.ReplaceAll(tick.Says, tick.Member.String(), said.String())}
	}
	return nil
}

// Labelled is a name as grants write it, behind what people call it.
func Labelled(label, literal string) string {
	if label == "" {
		return literal
	}
	return label + " (" + literal + ")"
}

// writtenTicks writes the ticks of an entity, to compare them.
func writtenTicks(g policy.EntityGrant) string {
	return fmt.Sprintf("%q%v%q%q", g.Fields, g.Masks, g.Keys, g.Types)
}
