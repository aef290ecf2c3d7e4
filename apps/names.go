package apps

import (
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/likeness"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
)

// target is what a name in an edit stands for: a whole entity, one of its fields,
// or one member of a bag of it.
type target struct {
	name   string // as it was written
	entity catalog.Entity
	field  catalog.Field // zero for an entity and for a metadata key
	bag    catalog.Bag   // empty but for a member
	member string
}

func (t target) isEntity() bool { return t.field.Name == "" && t.bag == "" }
func (t target) isField() bool  { return t.field.Name != "" && t.bag == "" }

// resolver knows every name that an edit may use: the catalog's, and those of the
// members that some import found or that the grant ticks.
type resolver struct {
	keys  []roster.Key
	grant policy.Grant
}

// find reads "users", "users.email", "users.metadata.schoolNumber" (whatever
// follows "metadata." is one key) or "users.userIds.StateID". A name that is none
// of these is a fault.Invalid with its near misses.
func (r resolver) find(name string) (target, error) {
	plural, rest, dotted := strings.Cut(name, ".")
	entity, known := catalog.Find(plural)
	t := target{name: name, entity: entity}
	switch {
	case !known:
	case !dotted:
		return t, nil
	case rest == string(catalog.Metadata) && entity.Metadata:
		return target{}, fault.New(fault.Invalid, "%s is a switch, not a field: name one key, as %s.KEY, or turn the switch on or off", name, name)
	case strings.HasPrefix(rest, string(catalog.Metadata)+"."):
		t.bag, t.member = catalog.Metadata, strings.TrimPrefix(rest, string(catalog.Metadata)+".")
		known = r.knows(t)
	default:
		t, known = r.inField(t, rest)
	}
	if !known {
		return target{}, fault.New(fault.Invalid, "nothing is called %q%s", likeness.Echo(name), likeness.DidYouMean(name, r.names()))
	}
	return t, nil
}

// inField finds a field, or a type inside a field of identifiers.
func (r resolver) inField(t target, rest string) (target, bool) {
	name, member, dotted := strings.Cut(rest, ".")
	var known bool
	if t.field, known = t.entity.Field(name); !known || !dotted {
		return t, known
	}
	t.bag, t.member = catalog.Bag(name), member
	return t, t.field.Kind == catalog.Identifiers && r.knows(t)
}

func (r resolver) knows(t target) bool { return r.seen(t) || r.ticks(t) }

// seen reports whether some import found the member.
func (r resolver) seen(t target) bool {
	_, found := r.lookup(t)
	return found
}

func (r resolver) lookup(t target) (roster.Key, bool) {
	wanted := catalog.Member{Entity: t.entity.Plural, Bag: t.bag, Name: t.member}
	i := slices.IndexFunc(r.keys, func(k roster.Key) bool { return k.Member() == wanted })
	if i < 0 {
		return roster.Key{}, false
	}
	return r.keys[i], true
}

// ticks reports whether the grant ticks the member.
func (r resolver) ticks(t target) bool {
	granted := r.grant.Entities[t.entity.Plural]
	if t.bag == catalog.Metadata {
		return slices.Contains(granted.Keys, t.member)
	}
	return slices.Contains(granted.Types, t.member)
}

// names lists what a person may have meant.
func (r resolver) names() []string {
	var all []string
	for _, s := range Shareables(r.keys) {
		all = append(all, s.Name)
	}
	return all
}

// Shareable is a name that Edit.Share takes.
type Shareable struct {
	Name   string
	Entity catalog.Entity
	Field  catalog.Field // zero for an entity, and for a key or type
	Key    roster.Key    // zero for an entity, and for a field
}

// Kind says what the name stands for: an entity, a field, a key (of metadata) or a type (of
// identifiers).
func (s Shareable) Kind() string {
	switch {
	case s.Field.Name != "":
		return "field"
	case s.Key.Bag == catalog.Metadata:
		return "key"
	case s.Key.Bag != "":
		return "type"
	}
	return "entity"
}

// Shareables lists every name that Edit.Share takes: entities with their fields, in the
// catalog's order, each followed by the keys and types among those that some import found.
// Credentials are not among them.
func Shareables(keys []roster.Key) []Shareable {
	var all []Shareable
	for _, e := range catalog.Entities() {
		if e.Served {
			all = append(all, Shareable{Name: e.Plural, Entity: e})
		}
		for _, f := range e.Fields {
			if f.Class != catalog.Credential {
				all = append(all, Shareable{Name: catalog.Member{Entity: e.Plural, Name: f.Name}.String(), Entity: e, Field: f})
			}
		}
		for _, k := range keys {
			if k.Entity == e.Plural {
				all = append(all, Shareable{Name: k.Member().String(), Entity: e, Key: k})
			}
		}
	}
	return all
}
