package doubles

import (
	"hash/maphash"
	"math"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/cell"
	"github.com/rostergate/rostergate/roster/codec"
)

// unique is something that no two rows of a file should share.
type unique struct {
	entity string   // empty for every entity that others refer to
	fields []string // the first is the one reported
	flaw   cell.Flaw
	form   form  // in which values are compared
	owner  owner // by which two rows may share a value all the same
}

// form is how values are compared.
type form uint8

const (
	exact  form = iota
	folded      // whatever their case
	typed       // each of the user IDs of a cell, with its type
	whole       // all fields together
)

// owner says by which cells a row may share a value with another.
type owner uint8

const (
	nobody   owner = iota // no two may
	person                // rows of one person: several records with the same names
	guardian              // likewise, and guardians of one household
	time                  // rows of different times
)

func uniques() []unique {
	const everyone = "Give each person one of their own; several records of one person, with the same names, may share it."
	return []unique{
		{
			"",
			[]string{"sourcedId"},
			cell.Flaw{Problem: "another sourcedId of the file differs from this one only by case", Remedy: "They were taken as two records; many apps cannot tell them apart."},
			folded, nobody,
		},
		{
			"users",
			[]string{"username"},
			cell.Flaw{Problem: "another user has the same username", Remedy: "Give each person one username; several records of one person, with the same names, may share it."},
			exact, person,
		},
		{"users", []string{"email"}, cell.Flaw{Problem: "another user has the same email address", Remedy: everyone}, folded, guardian},
		{"users", []string{"identifier"}, cell.Flaw{Problem: "another user has the same identifier", Remedy: everyone}, exact, person},
		{"users", []string{"userIds"}, cell.Flaw{Problem: "another user has the same user ID of one type", Remedy: everyone}, typed, person},
		{
			"enrollments",
			[]string{"user", "class", "role"},
			cell.Flaw{Problem: "the user is enrolled twice in the class and role at a time", Remedy: "Both were taken. Export one enrollment, or end the first before the second begins."},
			whole, time,
		},
	}
}

// Values finds the values of a file that rows share and should not: all are gathered in a
// first walk, in four bytes each, and told in a second.
type Values struct {
	uniques []*shared
}

// shared is what is known of one thing that rows should not share.
type shared struct {
	unique
	column string
	at     []int // the cells of the fields
	by     []int // the cells of the owner
	seed   maphash.Seed
	hashes []uint32            // of all values, until they are settled
	twice  map[uint32]bool     // of values that more than one row may have
	rows   map[uint64][]holder // the rows of such values, by their whole hash
	found  []uint64            // of the row at hand
}

// holder is a row that has a value, and what of it says whether another may have it, too.
type holder struct {
	line     uint32
	names    uint64
	guardian bool
	from, to uint32 // days as numbers, as in 20260831
}

// Of are the values that no two rows of an entity's file should share.
func Of(e catalog.Entity) *Values {
	v := &Values{}
	for _, u := range uniques() {
		if u.entity != e.Plural && (u.entity != "" || !catalog.ReferredTo(e.Plural, catalog.Both)) {
			continue
		}
		f, _ := e.Field(u.fields[0])
		s := &shared{unique: u, column: f.Header(), at: cellsOf(e, u.fields...), seed: maphash.MakeSeed(), rows: map[uint64][]holder{}}
		switch u.owner {
		case person, guardian:
			s.by = cellsOf(e, "givenName", "familyName", "role")
		case time:
			s.by = cellsOf(e, "beginDate", "endDate")
		}
		v.uniques = append(v.uniques, s)
	}
	return v
}

// cellsOf are the places of fields among the cells of a row.
func cellsOf(e catalog.Entity, fields ...string) []int {
	var at []int
	for _, name := range fields {
		at = append(at, 1+slices.IndexFunc(roster.Contents(e), func(f catalog.Field) bool { return f.Name == name }))
	}
	return at
}

// of are the values of a row, by their hashes. They hold until the next call.
func (s *shared) of(cells []string) []uint64 {
	s.found = s.found[:0]
	switch text := cells[s.at[0]]; {
	case text == "":
	case s.form == typed:
		s.identifiers(text)
	case s.form == folded:
		s.found = append(s.found, maphash.String(s.seed, strings.ToLower(text)))
	default:
		hash := uint64(0)
		for _, at := range s.at {
			hash = hash*mix + maphash.String(s.seed, cells[at])
		}
		s.found = append(s.found, hash)
	}
	return s.found
}

// mix is an odd number by which hashes are put together, each in its place.
const mix = 0x9e3779b97f4a7c15

// identifiers finds the user IDs of a cell.
func (s *shared) identifiers(packed string) {
	for part := range strings.SplitSeq(packed, nextType) {
		kind, ids, _ := strings.Cut(part, nextID)
		of := maphash.String(s.seed, kind) * mix
		for id := range strings.SplitSeq(ids, nextID) {
			s.found = append(s.found, of+maphash.String(s.seed, id))
		}
	}
}

// Gather notes a row of the first walk.
func (v *Values) Gather(cells []string) {
	for _, s := range v.uniques {
		for _, hash := range s.of(cells) {
			s.hashes = append(s.hashes, uint32(hash))
		}
	}
}

// Settle ends the first walk.
func (v *Values) Settle() {
	for _, s := range v.uniques {
		slices.Sort(s.hashes)
		s.twice = map[uint32]bool{}
		for i := 1; i < len(s.hashes); i++ {
			if s.hashes[i] == s.hashes[i-1] {
				s.twice[s.hashes[i]] = true
			}
		}
		s.hashes = nil
	}
}

// Clash is a value that a row shares with an earlier one.
type Clash struct {
	Field  string // in the catalog
	Column string // in the file
	Line   int    // of the earlier row
	cell.Flaw
}

// Clashes are what a row of the second walk shares with those before it and should not.
func (v *Values) Clashes(line int, cells []string) []Clash {
	var all []Clash
	for _, s := range v.uniques {
		if len(s.twice) == 0 {
			continue
		}
		for _, hash := range s.of(cells) {
			if !s.twice[uint32(hash)] {
				continue
			}
			if earlier, clash := s.meet(hash, line, cells); clash {
				all = append(all, Clash{s.fields[0], s.column, earlier, s.flaw})
				break // one problem a row
			}
		}
	}
	return all
}

// meet puts a row beside those that have its value, and reports the first of them that it
// should not share it with.
func (s *shared) meet(hash uint64, line int, cells []string) (earlier int, clash bool) {
	now := s.holder(line, cells)
	held := s.rows[hash]
	at := slices.IndexFunc(held, func(h holder) bool { return h.line != now.line && !s.mayShare(h, now) })
	if len(held) == 0 || s.owner == time {
		s.rows[hash] = append(held, now)
	}
	if at < 0 {
		return 0, false
	}
	return int(held[at].line), true
}

func (s *shared) holder(line int, cells []string) holder {
	h := holder{line: uint32(line)}
	switch s.owner {
	case person, guardian:
		h.names = maphash.String(s.seed, strings.ToLower(cells[s.by[0]]+"\x1f"+cells[s.by[1]]))
		h.guardian = catalog.Guards(cells[s.by[2]])
	case time:
		h.from, h.to = day(cells[s.by[0]]), day(cells[s.by[1]])
		if h.to == 0 {
			h.to = math.MaxUint32
		}
	}
	return h
}

func (s *shared) mayShare(a, b holder) bool {
	switch s.owner {
	case person:
		return a.names == b.names
	case guardian:
		return a.names == b.names || a.guardian && b.guardian
	case time: // on the day of a change there may be two
		return (a.from >= b.to || b.from >= a.to) && (a.from != b.from || a.to != b.to)
	}
	return false
}

func day(date string) uint32 { return codec.ID(strings.ReplaceAll(date, "-", "")) }
