package policy

import (
	"cmp"
	"time"

	"github.com/rostergate/rostergate/catalog"
)

// layerQuestion renders what an app's policy is asked, in the form of
// app/input.schema.json.
func (e *Engine) layerQuestion(in Input, decision Decision) map[string]any {
	needs, held := []any{}, []any{}
	for _, need := range in.Needs {
		needs = append(needs, map[string]any{"name": need.Name.String(), "entity": need.Name.Entity, "required": need.Required})
	}
	for _, k := range in.Keys {
		held = append(held, map[string]any{"name": k.String(), "entity": k.Entity, "bag": string(k.Bag), "reviewed": k.Reviewed})
	}
	return map[string]any{
		"app":     map[string]any{"id": in.App.ID, "preset": in.App.Preset},
		"day":     cmp.Or(in.Day, in.Now.UTC().Format(time.DateOnly)),
		"needs":   needs,
		"granted": e.grantedQuestion(decision),
		"members": held,
		"scope":   scopeQuestion(in.Grant.Scope),
	}
}

// unclassified is the class of what a district named and nobody knows, as rules read it.
const unclassified = "unclassified"

// grantedQuestion lists what a decision shares.
func (e *Engine) grantedQuestion(decision Decision) []any {
	asked := []any{}
	tell := func(m catalog.Member, class catalog.Class, mask Mask) {
		asked = append(asked, map[string]any{
			"name": m.String(), "entity": m.Entity, "bag": string(m.Bag), "class": cmp.Or(string(class), unclassified), "mask": string(mask),
		})
	}
	for _, entity := range e.entities {
		one := decision.Entities[entity.Plural]
		for _, f := range entity.Fields {
			if judged := one.Fields[f.Name]; judged.Share {
				tell(catalog.Member{Entity: entity.Plural, Name: f.Name}, f.Class, judged.Mask)
			}
		}
		for _, key := range sharedMembers(one.Keys) {
			tell(catalog.Member{Entity: entity.Plural, Bag: catalog.Metadata, Name: key}, catalog.ClassOfKey(entity.Plural, key), "")
		}
		for _, kind := range sharedMembers(one.Types) {
			tell(catalog.Member{Entity: entity.Plural, Bag: catalog.UserIDs, Name: kind}, catalog.Unclassified, "")
		}
	}
	return asked
}
