// Package presets is the vendor applications that rostergate knows, as their vendors describe
// them: what each needs, and what for. What a preset gives is what its needs say, no more; the
// ceiling of the same name in policy/presets reads them, too.
package presets

import (
	"slices"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
)

// Preset is a vendor application as its vendor describes it. What it needs is
// what its grant gives, no more.
type Preset struct {
	ID        string // also the id of the app that is made from it
	Name      string
	Purpose   string // what the application is for; the grant's purpose
	Vendor    policy.Vendor
	Guardians bool // guardians of the students, too
	Needs     []Need
}

// Need is what a vendor asks for. With neither Field nor Key it is a whole entity
// but for its metadata.
type Need struct {
	Entity   string `json:"entity"`          // plural
	Field    string `json:"field,omitempty"` // a JSON name
	Key      string `json:"key,omitempty"`   // a metadata key
	Required bool   `json:"required"`        // the application does not work without it
	Purpose  string `json:"purpose"`         // in the vendor's words: "to ..."
}

// Name is the need as grants and edits name it: "orgs", "users.email",
// "users.metadata.schoolNumber".
func (n Need) Name() string {
	if n.Key != "" && n.Field == "" {
		return catalog.Member{Entity: n.Entity, Bag: catalog.Metadata, Name: n.Key}.String()
	}
	return catalog.Member{Entity: n.Entity, Name: n.Field}.String()
}

// All lists the presets by id.
func All() []Preset {
	return []Preset{alexandria(), amplify(), eduready360(), schoolinks()}
}

// Find finds a preset by its id.
func Find(id string) (Preset, bool) {
	all := All()
	i := slices.IndexFunc(all, func(p Preset) bool { return p.ID == id })
	if i < 0 {
		return Preset{}, false
	}
	return all[i], true
}

// IDs lists the ids of the presets.
func IDs() []string {
	var ids []string
	for _, p := range All() {
		ids = append(ids, p.ID)
	}
	return ids
}

// Grant is what the preset gives: the needed entities open, the needed fields and
// keys ticked. Keys are ticked before the roster has them; they stay hidden until it
// does and an admin has reviewed them for the app. Of identifiers the field is
// ticked and no type: which types an app may have is for an admin to say, who is
// shown those that the roster has. The zero Preset gives nothing: what
// it leaves to choose are orgs, whose classes are all.
func (p Preset) Grant() policy.Grant {
	if p.ID == "" {
		return policy.Grant{Scope: policy.Scope{Classes: policy.Among{All: true}}}
	}
	entities := map[string]policy.EntityGrant{}
	for _, need := range p.Needs {
		granted := entities[need.Entity]
		granted.Open = true
		switch {
		case need.Key != "":
			granted.Metadata = true
			granted.Keys = append(granted.Keys, need.Key)
		case need.Field != "":
			granted.Fields = append(granted.Fields, need.Field)
		default:
			granted.Fields = p.wholeEntity(need.Entity)
		}
		entities[need.Entity] = granted
	}
	for name, granted := range entities {
		entities[name] = granted.Tidy(name)
	}
	return policy.Grant{Entities: entities, Scope: presetScope(p.Guardians), Purpose: p.Purpose}
}

// wholeEntity lists the fields of OneRoster 1.1 that need a tick, but for those
// that refer to an entity that the preset does not need.
func (p Preset) wholeEntity(plural string) []string {
	entity, _ := catalog.Find(plural)
	var fields []string
	for _, f := range entity.In(catalog.V11) {
		if f.Class != catalog.Structural && (f.Target == "" || p.needs(f.Target)) {
			fields = append(fields, f.Name)
		}
	}
	return fields
}

func (p Preset) needs(plural string) bool {
	return slices.ContainsFunc(p.Needs, func(n Need) bool { return n.Entity == plural })
}

// Asks are the needs of a preset as a ceiling reads them.
func (p Preset) Asks() []policy.Need {
	var all []policy.Need
	for _, need := range p.Needs {
		all = append(all, policy.Need{Name: catalog.ParseMember(need.Name()), Required: need.Required})
	}
	return all
}

// presetScope reaches every student and member of staff, and guardians where the
// preset has them; whoever is on the roster by a former enrollment alone it reaches as
// somebody who is enrolled nowhere.
func presetScope(guardians bool) policy.Scope {
	all := policy.Among{All: true}
	return policy.Scope{
		Orgs: all, Courses: all, Classes: all, Grades: all,
		Roles:      policy.Among{Only: policy.OwnRoles()},
		Unenrolled: true,
		Guardians:  guardians,
	}
}
