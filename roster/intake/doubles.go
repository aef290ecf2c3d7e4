package intake

import (
	"hash/maphash"
	"slices"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster/bundle"
)

// doubles finds the values that more than one row has, in eight bytes a row: all
// are gathered in the first walk through a file and told in the second.
type doubles struct {
	unique
	field  bundle.Column
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
		for _, f := range l.Fields {
			if f.Name == u.field {
				all = append(all, &doubles{unique: u, field: f, seed: maphash.MakeSeed()})
			}
		}
	}
	return all
}

func (d *doubles) hash(cells []string) uint64 {
	text, _, _ := bundle.Clean(d.field.Field, cells[d.field.At])
	return maphash.String(d.seed, d.form(text))
}

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
