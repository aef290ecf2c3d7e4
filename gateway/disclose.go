package gateway

import (
	"net/http"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
)

// hold takes room in memory for an answer that is to be sent. What there is no room for
// is not disclosed.
func (g *Gateway) hold(a *answer) error {
	err := g.memory.Hold(a.who.App, a.size())
	if err != nil {
		g.bodies.giveBack(a.body)
	}
	return err
}

// letGo ends the hold on an answer: it was sent, or nobody reads it any more.
func (g *Gateway) letGo(a *answer) {
	g.memory.Release(a.who.App, a.size())
	g.bodies.giveBack(a.body)
}

// size is how many bytes of memory the body takes.
func (a *answer) size() int64 { return int64(cap(a.body)) }

// disclosure is what goes on record of an answer.
// By HEAD no record leaves, only how many there are.
func (a *answer) disclosure() audit.Disclosure {
	req, entity, records := a.req, a.choice.entity, roaring.New()
	if req.method != http.MethodHead {
		records = roaring.BitmapOf(ascending(a.page.IDs, a.page.Ordered)...)
	}
	d := audit.Disclosure{
		RequestID: req.id, App: a.who.App, Door: req.door, Actor: req.actor, Reason: req.reason,
		Route: req.route.Path, Entity: entity.Entity.Plural, Metadata: entity.Keys, Types: entity.Types,
		Records: records, Filter: req.filter.operators(),
		Permission: a.sight.stamp.Permission, Generation: a.sight.stamp.Generation, Nonce: a.who.nonce,
	}
	for _, f := range entity.Fields {
		if !f.Versions.Has(a.choice.version) {
			continue // the plan has it for another door
		}
		d.Fields = append(d.Fields, f.Name)
		if f.Mask != "" {
			d.Masked = append(d.Masked, f.Name)
		}
		if part, open := partOf(a.sight.plan, f.Field); open {
			d.Fields, d.Masked = withNested(d.Fields, d.Masked, part)
		}
	}
	return d
}

// withNested adds what is shown of nested records.
func withNested(fields, masked []string, part *policy.EntityPlan) (names, maskedNames []string) {
	for _, m := range part.Entity.Members() {
		f, shared := part.Field(m.Name)
		if !shared {
			continue
		}
		name := catalog.Member{Entity: part.Entity.Plural, Name: f.Name}.Held().Name
		fields = append(fields, name)
		if f.Mask != "" {
			masked = append(masked, name)
		}
	}
	return fields, masked
}
