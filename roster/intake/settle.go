package intake

import (
	"context"
	"hash/maphash"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/cell"
)

// settle ends the first walk: it gives ids to those who are new. Stored is what is
// stored of the entity.
func (s *survey) settle(ctx context.Context, stored table) (*judged, error) {
	for _, id := range s.refused {
		s.keepStored(id)
	}
	s.refused, s.gone = nil, nil
	if err := s.refuseCycles(ctx, stored); err != nil {
		return nil, err
	}
	s.years = s.terms.years()
	for _, d := range s.doubles {
		d.settle()
	}
	s.index.giveIDs()
	return s.judged, nil
}

// parent is a row of a tree: its place among those that are taken, and what it
// refers to as its parent.
type parent struct {
	place int
	line  int
	of    string
}

// upward is the field by which the records of a tree (orgs, academicSessions)
// refer to their parents.
func upward(l bundle.Layout) (bundle.Column, bool) {
	for _, f := range l.Fields {
		if f.Kind == catalog.Reference && f.Target == l.Entity.Plural {
			return f, true
		}
	}
	return bundle.Column{}, false
}

// remember keeps a row of a tree, whose parents can only be judged when all rows
// are known.
func (s *survey) remember(line int, cells []string) {
	if up, ok := upward(s.layout); ok && up.At >= 0 {
		s.parents[strings.Clone(s.cells[0])] = parent{s.rows.rows, line, strings.TrimSpace(strings.Clone(cells[up.At]))}
	}
}

// refuseCycles refuses the rows that are their own ancestors. Since the stored
// version of a refused row stays, it may close another circle, so that all is
// looked at again until none is found.
func (s *survey) refuseCycles(ctx context.Context, stored table) error {
	up, ok := upward(s.layout)
	if !ok {
		return nil
	}
	parents, err := stored.parents(ctx, up.Field)
	if err != nil {
		return err
	}
	for {
		var circles []string
		for id := range s.parents {
			if s.circular(id, parents) {
				circles = append(circles, id)
			}
		}
		if len(circles) == 0 {
			return nil
		}
		for _, id := range circles {
			s.withdraw(id, up.Header())
		}
	}
}

// circular reports whether id is reached again on the way up from it.
func (s *survey) circular(id string, stored map[string]string) bool {
	at := id
	for range s.index.records {
		found := s.index.find(at)
		switch row, in := s.parents[at]; {
		case in:
			at = row.of
		case found != nil && found.seen:
			at = stored[at]
		default:
			return false
		}
		if at == id {
			return true
		}
	}
	return false
}

// withdraw takes a row back that had been taken.
func (s *survey) withdraw(id, column string) {
	row := s.parents[id]
	s.add(bundle.Refused, row.line, column, cell.OwnAncestor)
	s.withdrawn[row.place] = true
	s.counts.Refused++
	delete(s.parents, id)
	if found := s.index.find(id); !s.index.forget(id) {
		found.seen = found.live
	}
}

// unique is something that no two rows of a file should share.
type unique struct {
	entity  string // empty for every entity that others refer to
	field   string
	problem string
	remedy  string
	form    func(string) string // in which values are compared
}

func uniques() []unique {
	return []unique{
		{
			"", "sourcedId",
			"another sourcedId of the file differs from this one only by case", "They were taken as two records; many apps cannot tell them apart.",
			strings.ToLower,
		},
		{
			"users", "username",
			"another user has the same username", "Give each person one username; several records of one person may share it.",
			func(name string) string { return name },
		},
	}
}

// doubles finds the values that more than one row has, in eight bytes a row: all
// are gathered in the first walk through a file and told in the second.
type doubles struct {
	unique
	header string
	at     int // among the cells of a row that is taken
	seed   maphash.Seed
	hashes []uint64 // of all values, until they are settled
	twice  map[uint64]bool
}

// newDoubles are those of a file.
func newDoubles(l bundle.Layout) []*doubles {
	var all []*doubles
	for _, u := range uniques() {
		if u.entity != l.Entity.Plural && (u.entity != "" || !catalog.ReferredTo(l.Entity.Plural, catalog.V11)) {
			continue
		}
		at := 0 // the sourcedId's
		if i := slices.IndexFunc(roster.Contents(l.Entity), func(f catalog.Field) bool { return f.Name == u.field }); i >= 0 {
			at = firstContent + i
		}
		f, _ := l.Entity.Field(u.field)
		all = append(all, &doubles{unique: u, header: f.Header(), at: at, seed: maphash.MakeSeed()})
	}
	return all
}

func (d *doubles) hash(cells []string) uint64 { return maphash.String(d.seed, d.form(cells[d.at])) }

// gather notes a row of the first walk.
func (d *doubles) gather(cells []string) { d.hashes = append(d.hashes, d.hash(cells)) }

// settle ends the first walk.
func (d *doubles) settle() {
	slices.Sort(d.hashes)
	d.twice = map[uint64]bool{}
	for i := 1; i < len(d.hashes); i++ {
		if d.hashes[i] == d.hashes[i-1] {
			d.twice[d.hashes[i]] = true
		}
	}
	d.hashes = nil
}

// has reports whether another row has the value too.
func (d *doubles) has(cells []string) bool { return len(d.twice) > 0 && d.twice[d.hash(cells)] }
