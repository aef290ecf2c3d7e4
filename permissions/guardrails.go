package permissions

import (
	"go.yaml.in/yaml/v3"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/guardrails"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/policy/rego"
)

// The members of a guardrail.
const (
	class  = "class"
	vendor = "vendor"
	files  = "files"
)

// guardrailsNode is the list of the district in the order in which it is asked: on, what a
// kind asks for, or the files of one that is written.
func guardrailsNode(rules []policy.Guardrail) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	for _, g := range rules {
		one := &yaml.Node{Kind: yaml.MappingNode}
		switch {
		case g.Kind == "":
			add(one, files, texts(g.Files))
		case g.Parameters == policy.Parameters{}:
			one = plain(on)
		default:
			add(one, class, plain(string(g.Parameters.Class)))
			add(one, vendor, plain(string(g.Parameters.Vendor)))
		}
		add(n, g.ID, one)
	}
	return n
}

// guardrails reads the list. A document that says nothing of guardrails leaves them alone.
func (r *reader) guardrails(n *yaml.Node) {
	right := len(r.All)
	rules := []policy.Guardrail{}
	for _, one := range r.pairs(n, guards) {
		if g, ok := r.guardrail(one); ok {
			rules = append(rules, g)
		}
	}
	if held := r.district.Guardrails; len(r.All) == right && r.failed == nil && !guardrails.Same(held.Rules, rules) {
		r.wanted.Guardrails = &apps.Guarding{Base: held.Version, Rules: rules}
	}
}

func (r *reader) guardrail(one pair) (policy.Guardrail, bool) {
	id := one.name.Value
	g := policy.Guardrail{ID: id}
	if one.value.Kind != yaml.MappingNode {
		g.Kind = policy.GuardrailKind(id)
		return g, r.turn(id, one.value) && r.formed(one, g)
	}
	right := len(r.All)
	parts := r.members(one.value, "the guardrail "+id, class, vendor, files)
	text, places := rego.Source{}, map[string]pair{}
	for _, file := range r.pairs(parts[files], files) {
		if said, ok := r.text(file.value); ok {
			text[file.name.Value], places[file.name.Value] = said, file
		}
	}
	if len(r.All) > right {
		return g, false
	}
	if len(text) > 0 {
		g.Files = text
		held, _ := r.district.Guardrails.Find(id)
		if !r.formed(one, g) || guardrails.Same([]policy.Guardrail{held}, []policy.Guardrail{g}) {
			return g, len(r.All) == right
		}
		r.test(one.value, text, places, r.district.TestGuardrail)
		return g, len(r.All) == right
	}
	named, _ := r.text(parts[class])
	kind, _ := r.text(parts[vendor])
	if named == "" && kind == "" {
		return g, r.formed(one, g)
	}
	g.Kind, g.Parameters = policy.ClassNeverForVendor, policy.Parameters{Class: catalog.Class(named), Vendor: policy.Vendor(kind)}
	return g, r.formed(one, g)
}

// formed blames what of a guardrail will not do, its text apart.
func (r *reader) formed(one pair, g policy.Guardrail) bool {
	err := guardrails.CheckForm(g)
	r.blameFor(one.name, err)
	return err == nil
}
