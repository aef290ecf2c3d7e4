package gateway

import (
	"encoding/json"
	"fmt"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
)

// projection turns the cells of one entity's records into JSON. It is made of
// what the plan allows, and copies that in; it has nothing that it could strip.
// It holds scratch space, so it serves one answer.
type projection struct {
	selection roster.Selection
	members   []member
}

// member appends one member of a record, `"name":value`, or nothing where the
// record has no value.
type member func(dst []byte, id uint32, cells [][]byte) []byte

// append appends a record.
func (p *projection) append(dst []byte, id uint32, cells [][]byte) []byte {
	dst = append(dst, '{')
	start := len(dst)
	for _, m := range p.members {
		if len(dst) > start {
			dst = append(dst, ',')
		}
		before := len(dst)
		if dst = m(dst, id, cells); len(dst) == before && before > start {
			dst = dst[:before-1]
		}
	}
	return append(dst, '}')
}

// projection compiles what the plan allows of an entity.
func (g *Gateway) projection(a *answer, e *policy.EntityPlan) (*projection, error) {
	p := &projection{selection: roster.Selection{Entity: e.Entity, Types: e.Types, Keys: e.Keys}}
	masker, err := policy.NewMasker(g.PseudonymKey, a.caller.App)
	if err != nil {
		return nil, err
	}
	shown := renderer{base: g.PublicURL + base11, view: a.view}
	var identifiers string
	for _, f := range e.Fields {
		switch {
		case !f.Versions.Has(catalog.V11):
		case f.Kind == catalog.Identifiers:
			identifiers = f.Name
			p.members = append(p.members, nil) // known when all columns are
		case f.Through != nil:
			p.members = append(p.members, shown.computed(f.Field))
		default:
			at := len(p.selection.Fields)
			p.selection.Fields = append(p.selection.Fields, f.Field)
			p.members = append(p.members, shown.stored(f, at, masker.Masking(e.Entity.Plural, f)))
		}
	}
	first := len(p.selection.Fields)
	for i, m := range p.members {
		if m == nil {
			p.members[i] = identifierList(identifiers, e.Types, first)
		}
	}
	if len(e.Keys) > 0 {
		p.members = append(p.members, bag(e.Keys, first+len(e.Types)))
	}
	return p, nil
}

// renderer writes values that depend on who looks.
type renderer struct {
	base string
	view *roster.View
}

// stored is the member of a field that has a column.
func (r renderer) stored(f policy.Field, at int, masking *policy.Masking) member {
	name := `"` + f.Name + `":`
	var scratch []byte
	switch f.Kind {
	case catalog.Reference:
		return func(dst []byte, _ uint32, cells [][]byte) []byte { return r.reference(dst, name, f.Target, cells[at]) }
	case catalog.References:
		return func(dst []byte, _ uint32, cells [][]byte) []byte { return r.references(dst, name, f.Target, cells[at]) }
	case catalog.List, catalog.Tokens: // kept as JSON
		return func(dst []byte, _ uint32, cells [][]byte) []byte {
			if cells[at] == nil {
				return dst
			}
			return append(append(dst, name...), cells[at]...)
		}
	}
	return func(dst []byte, _ uint32, cells [][]byte) []byte {
		value := cells[at]
		if f.Mask != "" {
			scratch = masking.Append(scratch[:0], value)
			value = scratch
		}
		if len(value) == 0 {
			return dst
		}
		return appendString(append(dst, name...), value)
	}
}

// computed is the member of a field that is found through other records.
func (r renderer) computed(f catalog.Field) member {
	name := `"` + f.Name + `":`
	return func(dst []byte, id uint32, _ [][]byte) []byte {
		list := list{renderer: r, name: name, target: f.Target}
		for _, target := range r.view.Linked(*f.Through, id) {
			dst = list.add(dst, target)
		}
		return list.end(dst)
	}
}

// identifierList is userIds: the identifiers of the granted types.
func identifierList(name string, types []string, first int) member {
	return func(dst []byte, _ uint32, cells [][]byte) []byte {
		start := len(dst)
		for i, kind := range types {
			var ids []string
			if cells[first+i] == nil || json.Unmarshal(cells[first+i], &ids) != nil {
				continue
			}
			for _, id := range ids {
				if len(dst) == start {
					dst = append(dst, `"`+name+`":[`...)
				} else {
					dst = append(dst, ',')
				}
				dst = appendString(append(dst, `{"type":`...), []byte(kind))
				dst = appendString(append(dst, `,"identifier":`...), []byte(id))
				dst = append(dst, '}')
			}
		}
		if len(dst) == start {
			return dst
		}
		return append(dst, ']')
	}
}

// bag is metadata: the granted keys.
func bag(keys []string, first int) member {
	names := make([][]byte, len(keys))
	for i, key := range keys {
		names[i] = append(appendString(nil, []byte(key)), ':')
	}
	return func(dst []byte, _ uint32, cells [][]byte) []byte {
		start := len(dst)
		for i, name := range names {
			value := cells[first+i]
			if value == nil {
				continue
			}
			if len(dst) == start {
				dst = append(dst, `"metadata":{`...)
			} else {
				dst = append(dst, ',')
			}
			dst = appendString(append(dst, name...), value)
		}
		if len(dst) == start {
			return dst
		}
		return append(dst, '}')
	}
}

// reference appends a reference to one record of the view.
func (r renderer) reference(dst []byte, name, target string, cell []byte) []byte {
	id, _ := nextID(cell)
	if id == 0 || !r.view.Set(target).Contains(id) {
		return dst
	}
	return r.object(append(dst, name...), target, id)
}

func (r renderer) references(dst []byte, name, target string, cell []byte) []byte {
	list := list{renderer: r, name: name, target: target}
	for len(cell) > 0 {
		var id uint32
		id, cell = nextID(cell)
		dst = list.add(dst, id)
	}
	return list.end(dst)
}

// object appends {href, sourcedId, type}.
func (r renderer) object(dst []byte, target string, id uint32) []byte {
	e, _ := catalog.Find(target)
	sourcedID := r.view.Snapshot.SourcedID(target, id)
	dst = appendString(append(dst, `{"href":`...), []byte(href(r.base, e, sourcedID)))
	dst = appendString(append(dst, `,"sourcedId":`...), []byte(sourcedID))
	return append(dst, `,"type":"`+e.Name+`"}`...)
}

// list appends references to records of the view, and nothing if there are none.
type list struct {
	renderer
	name, target string
	begun        bool
}

func (l *list) add(dst []byte, id uint32) []byte {
	if !l.view.Set(l.target).Contains(id) {
		return dst
	}
	if l.begun {
		dst = append(dst, ',')
	} else {
		dst = append(append(dst, l.name...), '[')
		l.begun = true
	}
	return l.object(dst, l.target, id)
}

func (l *list) end(dst []byte) []byte {
	if l.begun {
		dst = append(dst, ']')
	}
	return dst
}

// nextID reads the first of the ids that commas separate.
func nextID(cell []byte) (id uint32, rest []byte) {
	for i, c := range cell {
		if c == ',' {
			return id, cell[i+1:]
		}
		id = id*10 + uint32(c-'0')
	}
	return id, nil
}

// appendString appends value as a JSON string.
func appendString(dst, value []byte) []byte {
	dst = append(dst, '"')
	start := 0
	for i, c := range value {
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		dst = append(dst, value[start:i]...)
		start = i + 1
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		default:
			dst = fmt.Appendf(dst, `\u%04x`, c)
		}
	}
	return append(append(dst, value[start:]...), '"')
}
