package gateway

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/manners"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/view"
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

// projection compiles what the plan allows of an entity, in the form that the app is
// answered in.
func (g *Gateway) projection(sees sight, e *policy.EntityPlan, v catalog.Version, m manners.Manners) (*projection, error) {
	p := &projection{selection: roster.Selection{Entity: e.Entity, Types: e.Types, Keys: e.Keys, Version: v}}
	var masker *policy.Masker
	if masks(sees.plan, e) {
		var err error
		if masker, err = policy.NewMasker(g.Key.Derive("pseudonyms"), sees.plan.App); err != nil {
			return nil, err
		}
	}
	shown := renderer{public: g.PublicURL, version: v, view: sees.view, manners: m}
	dates := sees.horizon.Dates(e.Entity.Plural)
	var identifiers string
	for _, f := range e.Fields {
		switch {
		case !f.Versions.Has(v):
		case f.Kind == catalog.Identifiers:
			identifiers = f.Name
			p.members = append(p.members, nil) // known when all columns are
		case f.Kind == catalog.Timestamp:
			p.members = append(p.members, dated(f.Name, dates))
		case f.Kind == catalog.Nested:
			if part, open := partOf(sees.plan, f.Field); open {
				p.members = append(p.members, shown.nested(f.Field, part, masker))
			}
		case f.Through != nil:
			p.members = append(p.members, shown.computed(f.Field))
		default:
			at := len(p.selection.Fields)
			p.selection.Fields = append(p.selection.Fields, f.Field)
			var masking *policy.Masking
			if isMasked(f) {
				masking = masker.Masking(e.Entity.Plural, f)
			}
			p.members = append(p.members, shown.column(f, at, masking))
		}
	}
	first := len(p.selection.Fields)
	for i, m := range p.members {
		if m == nil {
			p.members[i] = identifierList(identifiers, e.Types, first)
		}
	}
	if len(e.Keys) > 0 {
		p.members = append(p.members, metadataBag(e.Keys, first+len(e.Types)))
	}
	return p, nil
}

func isMasked(f policy.Field) bool { return f.Mask != "" }

// masks reports whether a plan masks something of an entity, or of what is nested in it.
func masks(plan *policy.Plan, e *policy.EntityPlan) bool {
	return slices.ContainsFunc(e.Fields, func(f policy.Field) bool {
		part, nested := partOf(plan, f.Field)
		return isMasked(f) || nested && slices.ContainsFunc(part.Fields, isMasked)
	})
}

// renderer writes values that depend on who looks.
type renderer struct {
	public  string // the public URL
	version catalog.Version
	view    *view.View
	manners manners.Manners
}

// column is the member of a field that has a column; masking is nil where the field
// is shown as it is.
func (r renderer) column(f policy.Field, at int, masking *policy.Masking) member {
	name := `"` + f.Name + `":`
	var scratch []byte
	switch f.Kind {
	case catalog.Reference:
		to := r.targets(f.Field)
		return func(dst []byte, _ uint32, cells [][]byte) []byte { return to.reference(dst, name, cells[at]) }
	case catalog.References:
		to := r.targets(f.Field)
		return func(dst []byte, _ uint32, cells [][]byte) []byte { return to.references(dst, name, cells[at]) }
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
		if masking != nil {
			scratch = masking.Append(scratch[:0], value)
			value = scratch
		}
		return appendSaid(dst, r.manners, name, f.Kind, value)
	}
}

// dated is dateLastModified: when the record changed as far as the app sees it.
// The stored date would tell of changes that it does not see.
func dated(name string, date func(id uint32) moment.Moment) member {
	opening := `"` + name + `":"`
	return func(dst []byte, id uint32, _ [][]byte) []byte {
		return append(append(append(dst, opening...), date(id)...), '"')
	}
}

// computed is the member of a field that is found through other records.
func (r renderer) computed(f catalog.Field) member {
	name, to := `"`+f.Name+`":`, r.targets(f)
	return func(dst []byte, id uint32, _ [][]byte) []byte {
		begun := false
		for _, target := range r.view.Linked(*f.Through, id) {
			dst, begun = to.add(dst, name, target, begun)
		}
		return closeList(dst, begun)
	}
}

// identifierList is userIds: the identifiers of the granted types. They are kept
// by type as JSON lists of strings, whose items are copied as they are.
func identifierList(name string, types []string, first int) member {
	opening := make([][]byte, len(types))
	for i, kind := range types {
		opening[i] = append(appendString([]byte(`{"type":`), kind), `,"identifier":`...)
	}
	return func(dst []byte, _ uint32, cells [][]byte) []byte {
		start := len(dst)
		for i := range types {
			for item, rest := nextItem(cells[first+i]); item != nil; item, rest = nextItem(rest) {
				if len(dst) == start {
					dst = append(dst, `"`+name+`":[`...)
				} else {
					dst = append(dst, ',')
				}
				dst = append(append(append(dst, opening[i]...), item...), '}')
			}
		}
		if len(dst) == start {
			return dst
		}
		return append(dst, ']')
	}
}

// nextItem takes the next string, quotes included, off the front of a JSON list
// of strings. It is nil behind the last.
func nextItem(list []byte) (item, rest []byte) {
	start := bytes.IndexByte(list, '"')
	if start < 0 {
		return nil, nil
	}
	for i := start + 1; i < len(list); i++ {
		switch list[i] {
		case '\\':
			i++
		case '"':
			return list[start : i+1], list[i+1:]
		}
	}
	return nil, nil
}

// metadataBag is metadata: the granted keys.
func metadataBag(keys []string, first int) member {
	names := make([][]byte, len(keys))
	for i, key := range keys {
		names[i] = append(appendString(nil, key), ':')
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

// appendString appends value as a JSON string.
func appendString[T string | []byte](dst []byte, value T) []byte {
	dst = append(dst, '"')
	start := 0
	for i := range len(value) {
		c := value[i]
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
