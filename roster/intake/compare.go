package intake

import (
	"context"
	"fmt"
	"slices"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/codec"
	"github.com/rostergate/rostergate/roster/history"
	"github.com/rostergate/rostergate/roster/holds"
	"github.com/rostergate/rostergate/roster/spool"
)

// compare reads the stored versions of the waiting rows, notes by field what
// changed, and stages the rows.
func (s *stage) compare(ctx context.Context) error {
	if len(s.batch) == 0 {
		return nil
	}
	waiting := map[uint32]staged{}
	ids := make([]uint32, 0, len(s.batch))
	for _, r := range s.batch {
		waiting[r.id] = r
		ids = append(ids, r.id)
	}
	rows, err := s.table.Rows(ctx, ids)
	if err != nil {
		return fmt.Errorf("compare with the stored %s: %w", s.layout.Entity.Plural, err)
	}
	for _, old := range rows {
		id := codec.ID(old[0])
		s.difference(id, old, waiting[id].cells)
	}
	for _, r := range s.batch {
		if err := s.changed.Write(spool.Row{Place: r.id, Cells: r.cells}); err != nil {
			return err
		}
	}
	s.batch = s.batch[:0]
	return nil
}

// difference notes the fields in which a stored row differs from what it becomes.
func (s *stage) difference(id uint32, old, now []string) {
	for i, f := range s.contents {
		before, after := old[roster.ContentAt+i], now[roster.ContentAt+i]
		s.diff(id, f, before, after)
		if s.loses(f, before, after) {
			s.lost[f.Name]++
		}
	}
	s.feeds.Change(id, old, now)
	s.nesting.renew(old)
	s.nesting.renew(now)
	if s.layout.Entity.Metadata {
		last := len(s.table.Names) - 1
		s.diffBag(id, string(catalog.Metadata), old[last], now[last])
	}
}

// loses reports whether a record no longer has a value of a field. What refers to records
// that are removed is counted with those, and the orgs of users with their role.
func (s *stage) loses(f catalog.Field, old, now string) bool {
	switch {
	case f.Name == holds.Enabled:
		return old == "true" && now == "false"
	case old == "" || now != "" || f.Name == holds.Orgs:
		return false
	case f.Kind.Refers() && s.removed[f.Target] != nil:
		return slices.ContainsFunc(codec.IDs(old), func(to uint32) bool { return !s.removed[f.Target].Contains(to) })
	}
	return true
}

func (s *stage) diff(id uint32, f catalog.Field, old, now string) {
	switch {
	case f.Kind == catalog.Identifiers:
		s.diffBag(id, f.Name, old, now)
	case old == now:
	case f.Kind.Refers():
		s.diffReferences(id, f.Name, codec.IDs(old), codec.IDs(now))
	case f.Kind.Form().Spared(old, now):
		s.changes.Add(f.Name+history.Spared+string(f.Kind.Form()), id)
	default:
		s.changes.Add(f.Name, id)
	}
	if f.Kind == catalog.Text && (old == "") != (now == "") {
		s.changes.Add(f.Name+history.Presence, id)
	}
}

// diffReferences notes which targets came or went, and the order of those that
// stayed if some of them changed places.
func (s *stage) diffReferences(id uint32, field string, before, after []uint32) {
	in := history.Site{Entity: s.layout.Entity.Plural, Field: field}
	for _, to := range before {
		if !slices.Contains(after, to) {
			s.turnover.PairsIn(in.Noted(history.Left)).Add(history.Pair(id, to))
		}
	}
	for _, to := range after {
		if !slices.Contains(before, to) {
			s.turnover.PairsIn(in.Noted(history.Arrived)).Add(history.Pair(id, to))
		}
	}
	if stood, stand := common(before, after), common(after, before); !slices.Equal(stood, stand) {
		s.turnover.Orders[in] = s.turnover.Orders[in].Add(id, stood, stand)
	}
}

// diffBag notes the members of a bag that differ, each by bag.member.
func (s *stage) diffBag(id uint32, bag, old, now string) {
	before, after := codec.Bag(old), codec.Bag(now)
	for member, value := range before {
		if after[member] != value {
			s.changes.Add(bag+"."+member, id)
		}
		if _, has := after[member]; !has {
			s.lost[bag+"."+member]++
		}
	}
	for member := range after {
		if _, had := before[member]; !had {
			s.changes.Add(bag+"."+member, id)
		}
	}
}

// common is what other has of a list, in the list's order.
func common(list, other []uint32) []uint32 {
	return slices.DeleteFunc(slices.Clone(list), func(id uint32) bool { return !slices.Contains(other, id) })
}
