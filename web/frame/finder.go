package frame

import (
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster"
)

// mostHits is how many records a search shows.
const mostHits = 20

// Finder is a search for one record: the component "finder" is its fields.
type Finder struct {
	Changing bool   // offers a record that changes
	Path     string // where a search is sent
	Of       Choice // the entity
	Entity   string // the chosen one
	Text     string // what is searched for
	Searched bool
	Hits     []Hit
	More     bool // there are more than are shown
	Most     int
}

// Hit is a record that was found: the components "hit-text".
type Hit struct {
	ID        uint32 // 0 where the roster never had it
	SourcedID string
	Name      string
	Says      string // what else tells it from others
	Gone      bool
}

// NewFinder is a search as the form has it, for an entity if the form names none.
func NewFinder(v *Visit, entity string) Finder {
	if named := v.FormValue("of"); named != "" {
		entity = named
	}
	f := Finder{Entity: entity, Text: strings.TrimSpace(v.FormValue("find")), Most: mostHits, Of: Choice{Name: "of", Label: "What"}}
	for _, e := range GuardedEntities() {
		f.Of.Options = append(f.Of.Options, Option{Value: e.Plural, Label: e.Label, Chosen: e.Plural == entity})
	}
	// People are what is asked about most.
	slices.SortStableFunc(f.Of.Options, func(a, b Option) int {
		return rank(a.Value) - rank(b.Value)
	})
	return f
}

func rank(entity string) int {
	if entity == FirstTab {
		return 0
	}
	return 1
}

// Search fills in what is found. An entity that there is not is a fault.NotFound.
func (f *Finder) Search(v *Visit) error {
	e, err := FindGuardedEntity(f.Entity)
	if err != nil || f.Text == "" {
		return err
	}
	f.Searched = true
	f.Hits, f.More, err = v.Sight.Search(e, f.Text, f.Most)
	return err
}

// hitOf names a record, and says what else tells it from others.
func hitOf(found roster.Hit) Hit {
	h := Hit{ID: found.ID, SourcedID: found.SourcedID, Gone: found.Gone}
	var says []string
	for _, w := range found.Words {
		says = append(says, w.Text)
	}
	name, rest := nameOf(found.Texts)
	says = append(says, rest...)
	if h.Name = strings.Join(name, " "); h.Name == "" {
		h.Name = h.SourcedID
	} else {
		says = append([]string{h.SourcedID}, says...)
	}
	h.Says = strings.Join(says, " · ")
	return h
}

// nameOf takes the name of a record out of its texts: of a person the parts of the
// name, those that need not be there, as middle names, behind the first; of
// anything else the first text.
func nameOf(texts []roster.Value) (name, rest []string) {
	for _, t := range texts {
		switch {
		case t.Field.Category != catalog.StudentName:
			rest = append(rest, t.Text)
		case t.Field.Required || len(name) == 0:
			name = append(name, t.Text)
		default:
			name = slices.Insert(name, 1, t.Text)
		}
	}
	if len(name) == 0 && len(rest) > 0 {
		return rest[:1], rest[1:]
	}
	return name, rest
}
