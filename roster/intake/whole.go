package intake

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/plural"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/codec"
	"github.com/rostergate/rostergate/roster/stored"
)

// whole is all that an entity has of a school or of a term. Where none of it is left, a
// person has to look, however little it was.
type whole struct {
	target catalog.Entity
	field  catalog.Field
	at     int    // of the field, among the cells of a stored row
	only   string // which records of the target are meant, as a condition
	noun   string // for one of them

	last string          // the cell that was kept last
	kept *roaring.Bitmap // of the target, those that rows refer to
}

// newWholes are those of the records of e.
func newWholes(e catalog.Entity) []*whole {
	var all []*whole
	for _, one := range []struct{ of, target, only, noun string }{
		{"classes", "orgs", "type = 'school'", "school"},
		{"users", "orgs", "type = 'school'", "school"},
		{"enrollments", "orgs", "type = 'school'", "school"},
		{"classes", "academicSessions", "type <> 'schoolYear'", "term"},
	} {
		target, _ := catalog.Find(one.target)
		at := slices.IndexFunc(roster.Contents(e), func(f catalog.Field) bool { return f.Required && f.Target == target.Plural })
		if one.of == e.Plural && at >= 0 {
			all = append(all, &whole{target: target, field: roster.Contents(e)[at], at: roster.ContentAt + at, only: one.only, noun: one.noun, kept: roaring.New()})
		}
	}
	return all
}

// keepWhole notes to which schools and terms a row belongs that is taken.
func (s *stage) keepWhole(cells []string) {
	for _, w := range s.wholes {
		if cell := cells[w.at]; cell != w.last {
			if w.last = cell; strings.Contains(cell, ",") {
				w.kept.AddMany(codec.IDs(cell))
			} else if id := codec.ID(cell); id > 0 {
				w.kept.Add(id)
			}
		}
	}
}

// findable are the entities whose records holds speak of.
func findable(e catalog.Entity) bool {
	return slices.ContainsFunc(catalog.Tables(catalog.V11), func(of catalog.Entity) bool {
		return slices.ContainsFunc(newWholes(of), func(w *whole) bool { return w.target.Plural == e.Plural })
	})
}

// weighWholes notes of which schools and terms nothing is left.
func (imp *importing) weighWholes(ctx context.Context, s *stage, gone *roaring.Bitmap) error {
	left := roaring.Or(gone, s.retaken) // or they may have
	if left.IsEmpty() {
		return nil
	}
	for _, w := range s.wholes {
		lost, err := w.lost(ctx, s.table, left)
		if err != nil {
			return fmt.Errorf("look for each %s that loses its %s: %w", w.noun, s.layout.Entity.Plural, err)
		}
		if !lost.IsEmpty() {
			imp.report.Holds = append(imp.report.Holds, fmt.Sprintf("no stored %s of %s would be left: %s", s.layout.Entity.Plural,
				plural.Of(int(lost.GetCardinality()), w.noun, w.noun+"s"), imp.found(w.target, lost)))
		}
	}
	return nil
}

// lost are the records of a target that stored rows refer to, all of which are among
// those that left, and that no row of the package refers to.
func (w *whole) lost(ctx context.Context, t stored.Table, left *roaring.Bitmap) (*roaring.Bitmap, error) {
	lost, stay := roaring.New(), w.kept.Clone()
	among, err := t.IDs(ctx, "SELECT id FROM "+w.target.Table()+" WHERE status = 'active' AND "+w.only)
	if err != nil {
		return nil, err
	}
	if among.AndNot(stay); among.IsEmpty() {
		return lost, nil
	}
	rows, err := t.DB.Read.WithContext(ctx).Raw("SELECT id, " + roster.Quoted(w.field) + " FROM " + t.Entity.Table() + " WHERE status = 'active'").Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		cells, err := stored.Text(rows, 2)
		if err != nil {
			return nil, err
		}
		into := stay
		if left.Contains(codec.ID(cells[0])) {
			into = lost
		}
		into.AddMany(codec.IDs(cells[1]))
	}
	lost.AndNot(stay)
	lost.And(among)
	return lost, rows.Err()
}

// found says where the package has some orgs or sessions, which are not named by what is
// in them.
func (imp *importing) found(e catalog.Entity, ids *roaring.Bitmap) string {
	const most = 10
	var lines []string
	goes, unknown := 0, 0
	for _, id := range ids.ToArray() {
		if line := imp.lines[e.Plural][id]; line > 0 {
			lines = append(lines, fmt.Sprint(line))
			continue
		}
		if imp.removed[e.Plural].Contains(id) {
			goes++
			continue
		}
		unknown++
	}
	var places []string
	if n := len(lines); n > most {
		lines = append(lines[:most:most], fmt.Sprintf("and %d more", n-most))
	}
	if len(lines) > 0 {
		places = append(places, e.File()+" line "+strings.Join(lines, ", "))
	}
	whose, said := e.File(), "no longer has"
	if x := imp.indexes[e.Plural]; x.absent {
		whose, said = "the package", "takes away"
	} else if x.partial {
		said = "takes away"
	}
	if goes > 0 {
		places = append(places, fmt.Sprintf("%d that %s %s", goes, whose, said))
	}
	if unknown > 0 {
		places = append(places, fmt.Sprintf("%d that %s does not name", unknown, whose))
	}
	return strings.Join(places, ", ")
}
