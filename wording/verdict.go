package wording

import (
	"maps"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
)

// Verdict is one line of an explanation.
type Verdict struct {
	Name   string      `json:"name"`
	Shared bool        `json:"shared"`
	Mask   policy.Mask `json:"mask,omitempty"`
	Reason string      `json:"reason,omitempty"` // the code of the first rule that decided
	Says   string      `json:"says,omitempty"`   // the rule in a sentence
}

// Verdicts lists what a decision says of each name, entities in the catalog's order.
// Reason is the sentence of a reason's code.
func Verdicts(d policy.Decision, reason func(code string) string) []Verdict {
	var all []Verdict
	add := func(name string, shared bool, mask policy.Mask, code string) {
		v := Verdict{Name: name, Shared: shared, Mask: mask, Reason: code}
		if code != "" {
			v.Says = reason(code)
		}
		all = append(all, v)
	}
	for _, e := range catalog.Entities() {
		one, ok := d.Entities[e.Plural]
		if !ok {
			continue
		}
		add(e.Plural, one.Allow, "", one.Reason)
		for _, f := range e.Fields {
			judged := one.Fields[f.Name]
			add(catalog.Member{Entity: e.Plural, Name: f.Name}.String(), judged.Share, judged.Mask, judged.Reason)
		}
		for _, name := range slices.Sorted(maps.Keys(one.Types)) {
			add(catalog.Member{Entity: e.Plural, Bag: catalog.UserIDs, Name: name}.String(), one.Types[name].Share, "", one.Types[name].Reason)
		}
		for _, name := range slices.Sorted(maps.Keys(one.Keys)) {
			add(catalog.Member{Entity: e.Plural, Bag: catalog.Metadata, Name: name}.String(), one.Keys[name].Share, "", one.Keys[name].Reason)
		}
	}
	return all
}

// IsAbout reports whether the verdict is of a field, or of an entity where none is named.
func (v Verdict) IsAbout(entity, field string) bool {
	if field != "" {
		return v.Name == field
	}
	return entity == "" || v.Name == entity || strings.HasPrefix(v.Name, entity+".")
}

// Word says in a word whether something is shown.
func (v Verdict) Word() string {
	switch {
	case v.Mask != "":
		return "masked"
	case v.Shared:
		return "shared"
	}
	return "hidden"
}

// How says how something is shown, with its mask.
func (v Verdict) How() string {
	if v.Mask != "" {
		return "masked=" + string(v.Mask)
	}
	return v.Word()
}
