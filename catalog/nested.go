package catalog

import (
	"slices"
	"sync"
)

// Holder is where the records of an entity are nested: in a field of another entity's records.
type Holder struct {
	Entity string
	Field  string
	By     string // the nested records' own field, which says in which record they are
}

// Holder is where the records of the entity are nested; it is false of one that is nested
// nowhere.
func (e Entity) Holder() (Holder, bool) {
	holder, nested := holders()[e.Plural]
	return holder, nested
}

// holders are those of all nested entities, found once: every request asks for some.
var holders = sync.OnceValue(func() map[string]Holder {
	all := map[string]Holder{}
	for _, whole := range table() {
		for _, p := range whole.Parts() {
			by := slices.IndexFunc(p.Fields, func(f Field) bool { return f.Kind == Reference && f.Target == whole.Plural })
			all[p.Plural] = Holder{whole.Plural, p.Shown.Name, p.Fields[by].Name}
		}
	}
	return all
})

// Members lists what a nested record shows of itself in the list of the record that holds it:
// neither what every record has, nor where it is nested.
func (e Entity) Members() []Field {
	holder, _ := e.Holder()
	shared := common()
	return e.filter(func(f Field) bool {
		ofAll := slices.ContainsFunc(shared, func(c Field) bool { return c.Name == f.Name })
		return !ofAll && f.Name != holder.By && f.Class != Credential
	})
}

// Held is how the ledger names a member of a nested record, among the fields of the record
// that holds it: roles.beginDate is users.roles.beginDate. Any other member is itself.
func (m Member) Held() Member {
	e, _ := Find(m.Entity)
	holder, nested := e.Holder()
	if !nested || m.Bag != "" || m.Name == "" {
		return m
	}
	return Member{Entity: holder.Entity, Name: holder.Field + "." + m.Name}
}
