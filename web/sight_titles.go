package web

import (
	"cmp"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/roster/view"
)

// titles are what records of an entity are called, to look among: what is shown is
// noted. Who may not read values finds the sourcedIds in their place.
type titles struct {
	sight    *sight
	entity   string
	field    string
	snapshot *view.Snapshot
	names    map[uint32]string
}

// titles reads what records are called.
func (s *sight) titles(entity string, snapshot *view.Snapshot, ids []uint32) (titles, error) {
	e, _ := catalog.Find(entity)
	t := titles{sight: s, entity: entity, field: "name", snapshot: snapshot}
	if _, named := e.Field(t.field); !named {
		t.field = "title"
	}
	if s.v.Person.Role != people.Admin {
		return t, nil
	}
	var err error
	t.names, err = s.v.rooms.Roster.Titles(s.v.ctx(), entity, ids)
	return t, err
}

// show is what the page calls a record.
func (t titles) show(id uint32) string {
	if t.has(id) {
		t.sight.saw(t.entity, []uint32{id}, t.field)
		return t.names[id]
	}
	return t.snapshot.SourcedID(t.entity, id)
}

// has reports whether a record is called anything.
func (t titles) has(id uint32) bool { return t.names[id] != "" }

// compare orders two records by what they are called.
func (t titles) compare(a, b uint32) int {
	name := func(id uint32) string { return cmp.Or(t.names[id], t.snapshot.SourcedID(t.entity, id)) }
	return cmp.Or(cmp.Compare(name(a), name(b)), cmp.Compare(t.snapshot.SourcedID(t.entity, a), t.snapshot.SourcedID(t.entity, b)))
}

// called reports whether a record is called like the words of a search.
func (t titles) called(id uint32, search string) bool {
	name := strings.ToLower(t.names[id] + " " + t.snapshot.SourcedID(t.entity, id))
	for word := range strings.FieldsSeq(strings.ToLower(search)) {
		if !strings.Contains(name, word) {
			return false
		}
	}
	return true
}
