package policy

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy/rego"
)

// cut is what a policy takes away from a grant, after every name in it was found in the
// catalog.
type cut struct {
	only     []catalog.Member // nothing but these, where onlySet
	onlySet  bool
	onlyRule rego.Rule
	hide     []hidden
	masks    []masked
	lifted   []catalog.Member // that an admin exempted
}

type hidden struct {
	catalog.Member
	rule rego.Rule
}

type masked struct {
	hidden
	mask Mask
}

// cutOf reads what a document told. A name that the catalog does not have is an error: a
// slip of the pen would hide nothing.
func (e *Engine) cutOf(told rego.Told, onlyRule rego.Rule) (c cut, err error) {
	c.onlySet, c.onlyRule = told.OnlySet, onlyRule
	for _, said := range told.Only {
		m, err := e.named(rego.Only, said.Name)
		if err != nil {
			return cut{}, err
		}
		c.only = append(c.only, m)
	}
	for _, said := range told.Hide {
		m, err := e.optional(rego.Hide, said.Name)
		if err != nil {
			return cut{}, err
		}
		c.hide = append(c.hide, hidden{m, said.Rule})
	}
	for _, said := range told.Mask {
		m, err := e.optional(rego.Mask, said.Name)
		if err != nil {
			return cut{}, err
		}
		if !slices.Contains(Masks(), Mask(said.Mask)) || m.Bag != "" || m.Name == "" {
			return cut{}, fmt.Errorf("mask puts %q on %s: masks are %q, and stand on fields", said.Mask, said.Name, Masks())
		}
		entity, _ := e.entity(m.Entity)
		if f, _ := entity.Field(m.Name); !Mask(said.Mask).Fits(f) {
			return cut{}, fmt.Errorf("mask puts %q on %s, which is of the kind %s: it fits %q; hide the field, or put a mask that fits", said.Mask, said.Name, f.Kind, Mask(said.Mask).Kinds())
		}
		c.masks = append(c.masks, masked{hidden{m, said.Rule}, Mask(said.Mask)})
	}
	return c, nil
}

// named finds what a rule names: an entity, a field, all metadata of an entity, a key or a
// type. The last two are the district's, and need not be in the roster now.
func (e *Engine) named(verb, name string) (catalog.Member, error) {
	m := catalog.ParseMember(name)
	if m.String() != name {
		return m, fmt.Errorf("%s names %q: a name is written as %q, without an end that names nothing", verb, name, m)
	}
	entity, ok := e.entity(m.Entity)
	if !ok {
		return m, fmt.Errorf("%s names %q, and there is no entity %q", verb, name, m.Entity)
	}
	_, isField := entity.Field(m.Name)
	_, hasBag := entity.Field(string(m.Bag))
	switch {
	case m.Bag == "" && (m.Name == "" || isField):
	case (m.Bag == catalog.Metadata || m.Bag == "" && m.Name == string(catalog.Metadata)) && entity.Metadata:
	case m.Bag != "" && hasBag:
	default:
		return m, fmt.Errorf("%s names %q, and %s have no such field", verb, name, m.Entity)
	}
	return m, nil
}

// optional is named, of what can go without its whole entity.
func (e *Engine) optional(verb, name string) (catalog.Member, error) {
	m, err := e.named(verb, name)
	if err != nil {
		return m, err
	}
	entity, _ := e.entity(m.Entity)
	if f, ok := entity.Field(m.Name); ok && m.Bag == "" && f.Class == catalog.Structural {
		return m, fmt.Errorf("%s names %q, a technical field that comes with its records: name %q to hide them as a whole", verb, name, m.Entity)
	}
	return m, nil
}

func (e *Engine) entity(plural string) (catalog.Entity, bool) {
	i := slices.IndexFunc(e.entities, func(e catalog.Entity) bool { return e.Plural == plural })
	if i < 0 {
		return catalog.Entity{}, false
	}
	return e.entities[i], true
}

// closes is the rule by which something is hidden, if any.
func (c cut) closes(m catalog.Member) (rego.Rule, bool) {
	if slices.ContainsFunc(c.lifted, func(l catalog.Member) bool { return within(m, l) || within(l, m) }) {
		return rego.Rule{}, false
	}
	for _, h := range c.hide {
		if covers(h.Member, m) || h.Name == "" && h.Entity == m.Entity {
			return h.rule, true
		}
	}
	if c.onlySet && !slices.ContainsFunc(c.only, func(o catalog.Member) bool { return covers(o, m) || within(o, m) }) {
		return c.onlyRule, true
	}
	return rego.Rule{}, false
}

// covers reports whether a name speaks of m: an entity of all of its fields and types, a
// bag of its members. Metadata is never meant by the entity alone.
func covers(name, m catalog.Member) bool {
	switch {
	case name.Entity != m.Entity:
		return false
	case name.Name == "":
		return m.Bag != catalog.Metadata && m.Name != string(catalog.Metadata)
	case name.Bag == "":
		return m.Bag == "" && m.Name == name.Name || string(m.Bag) == name.Name
	}
	return m == name
}

// within reports whether a stands inside b: a field in its entity, a member in its bag.
func within(a, b catalog.Member) bool {
	switch {
	case a.Entity != b.Entity || a == b && b.Name != "":
		return a == b
	case b.Name == "":
		return true
	}
	return b.Bag == "" && string(a.Bag) == b.Name
}

// maskOf is the mask that the cut puts on a field, and the rule that does.
func (c cut) maskOf(m catalog.Member) (masked, bool) {
	if i := slices.IndexFunc(c.masks, func(k masked) bool { return k.Member == m }); i >= 0 && !slices.Contains(c.lifted, m) {
		return c.masks[i], true
	}
	return masked{}, false
}

// causes say which rule took what away. The entity is a member without a name.
type causes map[catalog.Member]rego.Rule

// apply takes away from a grant what the cut says, and says why.
func (c cut) apply(grant Grant) (Grant, causes) {
	grant, why := grant.Clone(), causes{}
	for plural, granted := range grant.Entities {
		if rule, closed := c.closes(catalog.Member{Entity: plural}); closed {
			granted.Open = false
			why[catalog.Member{Entity: plural}] = rule
		}
		keep := func(bag catalog.Bag, names []string) []string {
			return slices.DeleteFunc(names, func(name string) bool {
				m := catalog.Member{Entity: plural, Bag: bag, Name: name}
				rule, closed := c.closes(m)
				if closed {
					why[m] = rule
				}
				return closed
			})
		}
		granted.Fields = keep("", granted.Fields)
		granted.Keys = keep(catalog.Metadata, granted.Keys)
		granted.Types = keep(catalog.UserIDs, granted.Types)
		for field := range granted.Masks {
			if len(keep("", []string{field})) == 0 {
				delete(granted.Masks, field)
			}
		}
		grant.Entities[plural] = c.blur(plural, granted, why)
	}
	return grant, why
}

// blur puts the masks of the cut on what is still shared of an entity. Where the mask that
// the grant has cannot be compared with it, the field is hidden.
func (c cut) blur(plural string, granted EntityGrant, why causes) EntityGrant {
	shared := slices.Clone(granted.Fields)
	for field := range granted.Masks {
		shared = append(shared, field)
	}
	for _, field := range unique(shared) {
		m := catalog.Member{Entity: plural, Name: field}
		said, ok := c.maskOf(m)
		if !ok {
			continue
		}
		why[m] = said.rule
		coarser, comparable := Coarser(granted.Masks[field], said.mask)
		if !comparable {
			granted.Fields = slices.DeleteFunc(granted.Fields, func(name string) bool { return name == field })
			delete(granted.Masks, field)
			continue
		}
		if granted.Masks == nil {
			granted.Masks = map[string]Mask{}
		}
		granted.Masks[field] = coarser
	}
	return granted
}

// name is what people read of a rule: its title, or where it stands.
func name(rule rego.Rule) string {
	return cmp.Or(rule.Title, fmt.Sprintf("the rule in line %d of %s", rule.Row, rule.File))
}
