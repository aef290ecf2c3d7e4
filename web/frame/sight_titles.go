package frame

import (
	"cmp"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/roster/view"
)

// Titles are what records of an entity are called, to look among: what is shown is
// noted. Who may not read values finds the sourcedIds in their place.
type Titles struct {
	sight    *Sight
	entity   string
	field    string
	Snapshot *view.Snapshot
	names    map[uint32]string
}

// Titles reads what records are called.
func (s *Sight) Titles(entity string, snapshot *view.Snapshot, ids []uint32) (Titles, error) {
	e, _ := catalog.Find(entity)
	t := Titles{sight: s, entity: entity, field: "name", Snapshot: snapshot}
	if _, named := e.Field(t.field); !named {
		t.field = "title"
	}
	if s.v.Person.Role != people.Admin {
		return t, nil
	}
	var err error
	t.names, err = s.v.frame.Roster.Titles(s.v.Context(), entity, ids)
	return t, err
}

// ScopeNames are what people call what a condition of a scope chooses; at most most of them
// are looked up, and the rest stays as it is written. What the roster does not have now has
// no other name.
func (s *Sight) ScopeNames(c ScopeCondition, chosen []string, most int) ([]string, error) {
	names := slices.Clone(chosen)
	if !c.Titled() {
		return names, nil
	}
	snapshot, err := s.v.frame.Views.Snapshot(s.v.Context())
	if err != nil {
		return nil, err
	}
	ids := snapshot.IDs(c.Group, chosen[:min(most, len(chosen))]).ToArray()
	titles, err := s.Titles(c.Group, snapshot, ids)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		names[slices.Index(chosen, snapshot.SourcedID(c.Group, id))] = titles.Show(id)
	}
	return names, nil
}

// Show is what the page calls a record.
func (t Titles) Show(id uint32) string {
	if t.Has(id) {
		t.sight.Saw(t.entity, []uint32{id}, t.field)
		return t.names[id]
	}
	return t.Snapshot.SourcedID(t.entity, id)
}

// Has reports whether a record is called anything.
func (t Titles) Has(id uint32) bool { return t.names[id] != "" }

// Compare orders two records by what they are called.
func (t Titles) Compare(a, b uint32) int {
	name := func(id uint32) string { return cmp.Or(t.names[id], t.Snapshot.SourcedID(t.entity, id)) }
	return cmp.Or(cmp.Compare(name(a), name(b)), cmp.Compare(t.Snapshot.SourcedID(t.entity, a), t.Snapshot.SourcedID(t.entity, b)))
}

// IsCalled reports whether a record is called like the words of a search.
func (t Titles) IsCalled(id uint32, search string) bool {
	name := strings.ToLower(t.names[id] + " " + t.Snapshot.SourcedID(t.entity, id))
	for word := range strings.FieldsSeq(strings.ToLower(search)) {
		if !strings.Contains(name, word) {
			return false
		}
	}
	return true
}
