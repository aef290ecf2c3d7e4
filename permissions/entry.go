package permissions

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/policy/rego"
	"github.com/rostergate/rostergate/wording"
)

// The members of a document, and of an app's entry in it.
const (
	version  = "rostergate"
	guards   = "guardrails"
	entries  = "apps"
	purpose  = "purpose"
	basis    = "basis"
	until    = "until"
	scope    = "scope"
	metadata = "metadata"
	share    = "share"
	mask     = "mask"
	lift     = "lift"
	own      = "policy"
)

// thisVersion is the one version of documents so far.
const thisVersion = "1"

// entry is what a document says of one app. Of two that are equal, each gives the same.
type entry struct {
	Purpose, Basis, Until string
	Scope                 policy.Scope
	Metadata, Share, Mask []string // in order
	Lift                  map[string]string
	Own                   rego.Source
}

// entryOf leaves out what a grant ticks without effect: structural fields, fields that are
// masked, and types without their field.
func entryOf(grant policy.Grant, files rego.Source) entry {
	e := entry{
		Purpose: grant.Purpose, Basis: grant.Basis, Until: wording.End(grant.Until),
		Scope: grant.Scope.Clone(), Lift: map[string]string{}, Own: rego.Source{},
	}
	for plural, granted := range grant.Entities {
		e.add(plural, granted)
	}
	for _, condition := range conditions(&e.Scope) {
		if condition.All {
			condition.Only = nil
		}
		condition.Only = ordered(condition.Only)
	}
	e.Metadata, e.Share, e.Mask = ordered(e.Metadata), ordered(e.Share), ordered(e.Mask)
	maps.Copy(e.Lift, grant.Lifts)
	maps.Copy(e.Own, files)
	return e
}

func (e *entry) add(plural string, granted policy.EntityGrant) {
	entity, _ := catalog.Find(plural)
	ticks := func(bag catalog.Bag, names []string) {
		for _, name := range names {
			e.Share = append(e.Share, catalog.Member{Entity: plural, Bag: bag, Name: name}.String())
		}
	}
	if granted.Open && entity.Served {
		e.Share = append(e.Share, plural)
	}
	if granted.Metadata {
		e.Metadata = append(e.Metadata, plural)
	}
	ticks("", slices.DeleteFunc(slices.Clone(granted.Fields), func(name string) bool {
		field, _ := entity.Field(name)
		return field.Class == catalog.Structural || granted.Masks[name] != ""
	}))
	ticks(catalog.Metadata, granted.Keys)
	if slices.Contains(granted.Fields, string(catalog.UserIDs)) {
		ticks(catalog.UserIDs, granted.Types)
	}
	for name, mask := range granted.Masks {
		e.Mask = append(e.Mask, catalog.Member{Entity: plural, Name: name}.String()+"="+string(mask))
	}
}

func ordered(names []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(names)))
}

// same reports whether two entries say the same.
func same(a, b entry) bool { return reflect.DeepEqual(a, b) }

// conditions are the lists of a scope, by their names. What a scope can say is read off it,
// so that a document says no less.
func conditions(s *policy.Scope) map[string]*policy.Among { return scopeParts[policy.Among](s) }

// switches are the switches of a scope, by their names.
func switches(s *policy.Scope) map[string]*bool { return scopeParts[bool](s) }

func scopeParts[T any](s *policy.Scope) map[string]*T {
	parts := map[string]*T{}
	for field, value := range reflect.ValueOf(s).Elem().Fields() {
		if part, is := value.Addr().Interface().(*T); is {
			parts[memberOf(field)] = part
		}
	}
	return parts
}

// scopeNames are the names of a scope's parts, in its order.
func scopeNames() []string {
	var names []string
	for field := range reflect.TypeFor[policy.Scope]().Fields() {
		names = append(names, memberOf(field))
	}
	return names
}

func memberOf(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	return cmp.Or(name, strings.ToLower(field.Name))
}

// readEnd understands what wording.End writes. The end that holds may stay, whichever it is.
func readEnd(text string, holds time.Time) (time.Time, bool) {
	switch text {
	case wording.Never, "":
		return time.Time{}, true
	case wording.End(holds):
		return holds.UTC(), true
	}
	if day, err := moment.Day(text, time.UTC); err == nil {
		return day.AddDate(0, 0, 1), true
	}
	end, err := time.Parse(time.RFC3339Nano, text)
	return end.UTC(), err == nil && moment.Plausible(end)
}

// entryFor is the entry of what holds for an app.
func entryFor(held apps.Permissions) entry { return entryOf(held.Grant.Grant, held.Policy.Files) }
