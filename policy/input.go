package policy

import (
	"maps"
	"math"
	"slices"
	"time"

	"github.com/rostergate/rostergate/catalog"
)

// question renders an input for the rules, in the form of base/input.schema.json.
// The schema cannot type the values of maps, so maps become lists.
func question(in Input) map[string]any {
	return map[string]any{
		"app":     map[string]any{"id": in.App.ID, "state": in.App.State},
		"scopes":  texts(in.TokenScopes),
		"now":     in.Now.UnixMicro(),
		"expires": endInstant(in.Expires),
		"until":   endInstant(in.Grant.Until),
		"grant":   entityQuestions(in.Grant.Entities),
		"scope":   scopeQuestion(in.Grant.Scope),
		"bags":    bagQuestions(in.Keys),
	}
}

// endInstant is an instant that must lie ahead. It is cut to a microsecond, as now is, so
// that an end never comes late.
func endInstant(t time.Time) int64 {
	if t.IsZero() {
		return math.MaxInt64
	}
	return t.UnixMicro()
}

func entityQuestions(entities map[string]EntityGrant) []any {
	asked := []any{}
	for _, name := range slices.Sorted(maps.Keys(entities)) {
		e := entities[name]
		asked = append(asked, map[string]any{
			"entity":   name,
			"open":     e.Open,
			"metadata": e.Metadata,
			"fields":   texts(e.Fields),
			"masks":    maskQuestions(e.Masks),
			"keys":     texts(e.Keys),
			"types":    texts(e.Types),
		})
	}
	return asked
}

func maskQuestions(masks map[string]Mask) []any {
	asked := []any{}
	for _, field := range slices.Sorted(maps.Keys(masks)) {
		asked = append(asked, map[string]any{"field": field, "mask": string(masks[field])})
	}
	return asked
}

func scopeQuestion(s Scope) map[string]any {
	among := func(a Among) map[string]any {
		return map[string]any{"all": a.All, "only": texts(a.Only)}
	}
	return map[string]any{
		"orgs": among(s.Orgs), "courses": among(s.Courses), "classes": among(s.Classes), "roles": among(s.Roles), "grades": among(s.Grades),
		"unenrolled": s.Unenrolled, "guardians": s.Guardians, "former": s.Former,
	}
}

// bagQuestions sorts the keys that the roster has into their bags.
func bagQuestions(keys []Key) []any {
	type bag struct {
		entity string
		name   catalog.Bag
	}
	reviewed, unreviewed := map[bag][]string{}, map[bag][]string{}
	for _, k := range keys {
		b := bag{k.Entity, k.Bag}
		if k.Reviewed {
			reviewed[b] = append(reviewed[b], k.Name)
		} else {
			unreviewed[b] = append(unreviewed[b], k.Name)
		}
	}
	asked := []any{}
	ask := func(b bag, reviewed, unreviewed []string) {
		asked = append(asked, map[string]any{
			"entity": b.entity, "bag": string(b.name), "reviewed": texts(reviewed), "unreviewed": texts(unreviewed),
		})
	}
	for b, names := range reviewed {
		ask(b, names, nil)
	}
	for b, names := range unreviewed {
		ask(b, nil, names)
	}
	return asked
}

func texts[T ~string](items []T) []any {
	asked := make([]any, len(items))
	for i, item := range items {
		asked[i] = string(item)
	}
	return asked
}
