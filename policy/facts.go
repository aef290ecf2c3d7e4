package policy

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/rostergate/rostergate/catalog"
)

// facts is what the rules know of the catalog: classes, kinds and what hangs on
// what. It is computed once, and compiled with the rules.
type facts struct {
	Entities map[string]entityFacts  `json:"entities"`
	Scopes   []catalog.TokenScope    `json:"scopes"`
	Masks    map[Mask][]catalog.Kind `json:"masks"` // the kinds that each fits
	Names    map[string]nameFacts    `json:"names"` // every field, by the name that grants have for it
}

type nameFacts struct {
	Entity string        `json:"entity"`
	Class  catalog.Class `json:"class"`
}

type entityFacts struct {
	Served     bool                  `json:"served"`
	Metadata   bool                  `json:"metadata"`
	Requires   []string              `json:"requires"`    // entities without whose records its own cannot stand
	Scopes     []catalog.TokenScope  `json:"scopes"`      // any of which opens a route to it
	ShownBy    []fieldName           `json:"shown_by"`    // fields it appears in, where it is not served
	NarrowedBy []string              `json:"narrowed_by"` // parts of a grant's scope that it must meet
	Structure  []string              `json:"structure"`   // fields that come with the entity
	Bags       []string              `json:"bags"`        // fields whose members are granted one by one
	Fields     map[string]fieldFacts `json:"fields"`
}

type fieldFacts struct {
	Class    catalog.Class `json:"class"`
	Kind     catalog.Kind  `json:"kind"`
	Versions []string      `json:"versions"`
	Twins    []string      `json:"twins"`
	Needs    []string      `json:"needs"`   // entities it tells of
	Follows  []fieldName   `json:"follows"` // fields that it tells again, in another form
}

type fieldName struct {
	Entity string `json:"entity"`
	Field  string `json:"field"`
}

// factsModule renders the facts as a Rego module: JSON is a literal in Rego.
func factsModule(entities []catalog.Entity) (string, error) {
	known, err := json.Marshal(factsOf(entities))
	if err != nil {
		return "", fmt.Errorf("render the catalog for the rules: %w", err)
	}
	return "package rostergate\n\ncatalog := " + string(known) + "\n", nil
}

func factsOf(entities []catalog.Entity) facts {
	known := facts{
		Entities: map[string]entityFacts{},
		Scopes:   catalog.TokenScopes(),
		Masks:    map[Mask][]catalog.Kind{},
		Names:    map[string]nameFacts{},
	}
	for _, entity := range entities {
		known.Entities[entity.Plural] = factsOfEntity(entity, entities)
		for _, f := range entity.Fields {
			known.Names[catalog.Member{Entity: entity.Plural, Name: f.Name}.String()] = nameFacts{entity.Plural, f.Class}
		}
	}
	for _, mask := range Masks() {
		known.Masks[mask] = mask.Kinds()
	}
	return known
}

func factsOfEntity(entity catalog.Entity, entities []catalog.Entity) entityFacts {
	known := entityFacts{
		Served:   entity.Served,
		Metadata: entity.Metadata,
		Requires: requires(entity, entities),
		ShownBy:  shownBy(entity, entities),
		Fields:   map[string]fieldFacts{},
	}
	known.Scopes = openedBy(entity, known.ShownBy)
	known.NarrowedBy = narrowedBy(append([]string{entity.Plural}, known.Requires...))
	known.Structure = named(entity, func(f catalog.Field) bool { return f.Class == catalog.Structural })
	known.Bags = named(entity, func(f catalog.Field) bool { return f.Kind == catalog.Identifiers })
	for _, f := range entity.Fields {
		needs, follows := hangsOn(f, entities)
		known.Fields[f.Name] = fieldFacts{
			Class: f.Class, Kind: f.Kind, Versions: f.Versions.Names(),
			Twins: list(f.Twins), Needs: list(needs), Follows: list(follows),
		}
	}
	return known
}

func named(entity catalog.Entity, keep func(catalog.Field) bool) []string {
	names := []string{}
	for _, f := range entity.Fields {
		if keep(f) {
			names = append(names, f.Name)
		}
	}
	return names
}

// requires lists the entities that the entity's required structural references
// lead to, directly or through others, and the one whose ids it shares.
func requires(entity catalog.Entity, entities []catalog.Entity) []string {
	found := []string{}
	var walk func(catalog.Entity)
	add := func(plural string) {
		if plural == "" || plural == entity.Plural || slices.Contains(found, plural) {
			return
		}
		found = append(found, plural)
		if other := slices.IndexFunc(entities, func(e catalog.Entity) bool { return e.Plural == plural }); other >= 0 {
			walk(entities[other])
		}
	}
	walk = func(e catalog.Entity) {
		add(e.Describes)
		for _, f := range e.Fields {
			if f.Kind.Refers() && f.Required && f.Class == catalog.Structural {
				add(f.Target)
			}
		}
	}
	walk(entity)
	return found
}

// shownBy lists the fields in which the records of an entity without reads of
// its own appear.
func shownBy(part catalog.Entity, entities []catalog.Entity) []fieldName {
	found := []fieldName{}
	if part.Served {
		return found
	}
	for _, e := range entities {
		for _, f := range e.Fields {
			nested := f.Kind == catalog.Nested && f.Target == part.Plural
			joined := f.Through != nil && f.Through.Entity == part.Plural
			if nested || joined {
				found = append(found, fieldName{e.Plural, f.Name})
			}
		}
	}
	return found
}

// openedBy lists the scopes of which one is enough to reach the entity: by a
// route that answers with it or with what shows it, or, where it only joins
// others, by a route that goes through it.
func openedBy(entity catalog.Entity, shownBy []fieldName) []catalog.TokenScope {
	reaches := func(r catalog.Route) bool {
		shows := func(name fieldName) bool { return name.Entity == r.Entity }
		joins := func(p catalog.Parent) bool { return !entity.Served && p.Join.Through == entity.Plural }
		return r.Entity == entity.Plural || slices.ContainsFunc(shownBy, shows) || slices.ContainsFunc(r.Parents, joins)
	}
	found := []catalog.TokenScope{}
	for _, scope := range catalog.TokenScopes() {
		opens := func(r catalog.Route) bool {
			return reaches(r) && r.TokenScope.OpenedBy([]catalog.TokenScope{scope})
		}
		if slices.ContainsFunc(catalog.Routes(catalog.Both), opens) {
			found = append(found, scope)
		}
	}
	return found
}

// narrowedBy lists the parts of a scope that say something of one of the entities.
func narrowedBy(plurals []string) []string {
	parts := []struct{ name, entity string }{
		{"orgs", "orgs"}, {"courses", "courses"}, {"classes", "classes"}, {"roles", "users"}, {"grades", "users"},
	}
	found := []string{}
	for _, part := range parts {
		if slices.Contains(plurals, part.entity) {
			found = append(found, part.name)
		}
	}
	return found
}

// hangsOn lists the entities that a field tells of, and the fields that it tells
// again: a computed field is the reference that it is computed from, read
// backwards, and a reference to what is only nested elsewhere tells of the nest.
func hangsOn(f catalog.Field, entities []catalog.Entity) (needs []string, follows []fieldName) {
	if f.Target != "" {
		needs = append(needs, f.Target)
	}
	if f.Kind.Refers() && f.Through == nil {
		target := slices.IndexFunc(entities, func(e catalog.Entity) bool { return e.Plural == f.Target })
		if target >= 0 {
			follows = shownBy(entities[target], entities)
		}
	}
	if f.Through != nil {
		needs = append(needs, f.Through.Entity)
		follows = append(follows, throughFields(*f.Through, entities)...)
	}
	return needs, follows
}

// Follows lists the fields that a field tells again in another form, so that it is hidden where
// one of them is hidden or masked: those that it is computed from, and of what came with a later
// version its twins of an earlier one.
func Follows(m catalog.Member) []catalog.Member {
	entity, _ := catalog.Find(m.Entity)
	f, known := entity.Field(m.Name)
	if !known || m.Bag != "" {
		return nil
	}
	var all []catalog.Member
	_, follows := hangsOn(f, catalog.Entities())
	for _, name := range follows {
		all = append(all, catalog.Member{Entity: name.Entity, Name: name.Field})
	}
	for _, name := range f.Twins {
		twin, _ := entity.Field(name)
		if f.Class != catalog.Structural && !f.Versions.Has(catalog.V11) && twin.Versions.Has(catalog.V11) {
			all = append(all, catalog.Member{Entity: entity.Plural, Name: name})
		}
	}
	return all
}

// throughFields lists the link's own fields where they are read on their own. What
// only joins others comes with the computed field, and is not asked.
func throughFields(link catalog.Link, entities []catalog.Entity) []fieldName {
	i := slices.IndexFunc(entities, func(e catalog.Entity) bool { return e.Plural == link.Entity })
	if i < 0 || !entities[i].Served {
		return nil
	}
	found := []fieldName{{link.Entity, link.Field}}
	if link.Member != "" {
		found = append(found, fieldName{link.Entity, link.Member})
	}
	return found
}

// list is never nil, because null would be a list of another type to the rules.
func list[T any](items []T) []T { return append([]T{}, items...) }
