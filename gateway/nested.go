package gateway

import (
	"bytes"
	"net/url"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster/view"
)

// part writes a member of a nested record, `"name":value`, or nothing where it has no value.
type part func(dst []byte, n view.Nest) []byte

// nested is the member of a field that is a list of objects, each made of a record of another
// entity. They stand in the order of what they show, and no two of them are alike: how the
// rows stand in the roster is nothing that the app sees.
func (r renderer) nested(f catalog.Field, e *policy.EntityPlan, masker *policy.Masker) member {
	name, records, parts := `"`+f.Name+`":`, r.view.Nested(e.Entity), r.parts(e, masker)
	return func(dst []byte, id uint32, _ [][]byte) []byte {
		var objects [][]byte
		for _, n := range records(id) {
			objects = append(objects, object(parts, n))
		}
		if len(objects) == 0 {
			return dst
		}
		slices.SortFunc(objects, bytes.Compare)
		list := bytes.Join(slices.CompactFunc(objects, bytes.Equal), []byte{','})
		return append(append(append(append(dst, name...), '['), list...), ']')
	}
}

// partOf is what a plan shows of the records that are nested in a field. It is false where the
// plan keeps something from them that 1.2 requires: they are not sent then.
func partOf(plan *policy.Plan, f catalog.Field) (*policy.EntityPlan, bool) {
	part, open := plan.Entity(f.Target)
	if !open || f.Kind != catalog.Nested {
		return nil, false
	}
	for _, m := range part.Entity.Members() {
		if _, shared := part.Field(m.Name); m.Required && !shared {
			return nil, false
		}
	}
	return part, true
}

// object is what parts write of a nested record.
func object(parts []part, n view.Nest) []byte {
	dst := []byte{'{'}
	for _, write := range parts {
		if len(dst) > 1 {
			dst = append(dst, ',')
		}
		before := len(dst)
		if dst = write(dst, n); len(dst) == before && before > 1 {
			dst = dst[:before-1]
		}
	}
	return append(dst, '}')
}

// parts are those that a plan shows of a nested entity.
func (r renderer) parts(e *policy.EntityPlan, masker *policy.Masker) []part {
	var parts []part
	if e.Entity.Plural == profiles {
		parts = append(parts, r.profile(e.Entity.Inside, func(n view.Nest) uint32 { return n.Row }))
	}
	for _, f := range e.Entity.Members() {
		shared, ok := e.Field(f.Name)
		referred := func(n view.Nest) uint32 { return n.Referred(f.Name) }
		switch {
		case !ok || !f.Versions.Has(r.version):
		case f.Target == profiles:
			parts = append(parts, r.profile(f.Name, referred))
		case f.Kind == catalog.Reference:
			name, to := `"`+f.Name+`":`, r.targets(f)
			parts = append(parts, func(dst []byte, n view.Nest) []byte { return to.one(dst, name, referred(n)) })
		default:
			parts = append(parts, r.said(e.Entity, *shared, masker))
		}
	}
	return parts
}

// said writes what a nested record says in a field.
func (r renderer) said(e catalog.Entity, f policy.Field, masker *policy.Masker) part {
	name := `"` + f.Name + `":`
	var masking *policy.Masking
	if isMasked(f) {
		masking = masker.Masking(e.Plural, f)
	}
	return func(dst []byte, n view.Nest) []byte {
		value := []byte(n.Word(f.Name))
		if masking != nil {
			value = masking.Append(nil, value)
		}
		return appendSaid(dst, r.manners, name, f.Kind, value)
	}
}

// profiles have no reads of their own. In 1.2 an address names them, by which a role says
// which of its user's profiles it goes with.
const profiles = "userProfiles"

// profile writes the address of a profile of the view.
func (r renderer) profile(name string, of func(view.Nest) uint32) part {
	visible, s := r.view.Set(profiles), r.view.Snapshot
	opening := `"` + name + `":"` + r.public + catalog.ServiceOf(r.version, "users").Base + "/" + profiles + "/"
	return func(dst []byte, n view.Nest) []byte {
		id := of(n)
		if !visible.Contains(id) {
			return dst
		}
		return append(append(append(dst, opening...), url.PathEscape(s.SourcedID(profiles, id))...), '"')
	}
}

// nestedIn finds the values of roles.role, or roles.org.sourcedId, in a filter: what the
// records nested in one say of a field, as far as the app sees them.
func (c *condition) nestedIn(f catalog.Field, rest string) (operand, catalog.Kind, bool) {
	part, ok := partOf(c.plan, f)
	if !ok {
		return nil, "", false
	}
	name, of, _ := strings.Cut(rest, ".")
	member, ok := part.Field(name)
	shown := slices.ContainsFunc(part.Entity.Members(), func(m catalog.Field) bool { return m.Name == name })
	refers := ok && member.Kind == catalog.Reference
	switch {
	case !ok || !shown || member.Mask != "" || member.Target == profiles:
		return nil, "", false
	case refers && of == "sourcedId":
		return valuesOf(part.Entity, func(s sight, n view.Nest) string {
			if id := n.Referred(name); s.view.Set(member.Target).Contains(id) {
				return s.view.Snapshot.SourcedID(member.Target, id)
			}
			return ""
		}), catalog.ID, true
	case refers || of != "":
		return nil, "", false
	}
	return valuesOf(part.Entity, func(_ sight, n view.Nest) string { return n.Word(name) }), member.Kind, true
}

// valuesOf are what the records of an entity that are nested in one say, "" being nothing.
func valuesOf(e catalog.Entity, say func(sight, view.Nest) string) operand {
	return func(sees sight) values {
		records := sees.view.Nested(e)
		return func(id uint32, _ [][]byte, yield func([]byte) bool) bool {
			return slices.ContainsFunc(records(id), func(n view.Nest) bool {
				said := say(sees, n)
				return said != "" && yield([]byte(said))
			})
		}
	}
}
