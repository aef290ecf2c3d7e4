package dataguard

import (
	"slices"
	"strconv"
	"strings"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/web/frame"
)

// guardForm is what a person says about one entity of a grant.
type guardForm struct {
	entity   catalog.Entity
	version  int64 // the base of the grant that the person was looking at
	open     bool
	fields   []string // ticked
	masks    map[string]policy.Mask
	loose    map[string]policy.Mask // of fields that are not ticked
	types    []string
	metadata bool
	keys     []string
	all      bool     // every key that was shown
	shown    []string // keys that the person saw
	kinds    []string // types that the person saw
}

// readGuard takes the form from a post. One about an entity that there is not is
// a fault.NotFound.
func readGuard(v *frame.Visit) (guardForm, error) {
	f := guardForm{
		open: v.FormValue("open") != "", metadata: v.FormValue("metadata") != "", all: v.FormValue("all") != "",
		types: v.FormValues("type"), keys: v.FormValues("key"), shown: v.FormValues("shown"), kinds: v.FormValues("kind"),
		masks: map[string]policy.Mask{}, loose: map[string]policy.Mask{},
	}
	var err error
	if f.entity, err = frame.FindGuardedEntity(v.FormValue("entity")); err != nil {
		return f, err
	}
	if f.version, err = strconv.ParseInt(v.FormValue("version"), 10, 64); err != nil {
		return f, fault.New(fault.Invalid, "The form does not say which version of the permissions it changes. Open the page again.")
	}
	for _, field := range tickableFields(f.entity) {
		mask := policy.Mask(v.FormValue("mask." + field.Name))
		ticked, fits := slices.Contains(v.FormValues("field"), field.Name), mask != "" && mask.Fits(field)
		switch {
		case ticked && fits:
			f.masks[field.Name] = mask
		case ticked:
			f.fields = append(f.fields, field.Name)
		case fits:
			f.loose[field.Name] = mask
		}
	}
	return f, nil
}

// tickableFields are the fields that can be ticked.
func tickableFields(e catalog.Entity) []catalog.Field {
	return slices.DeleteFunc(e.In(catalog.V11), func(f catalog.Field) bool { return f.Class == catalog.Structural })
}

// guardFormOf is the form as it stands in a saved grant.
func guardFormOf(e catalog.Entity, version int64, granted policy.EntityGrant) guardForm {
	return guardForm{
		entity: e, version: version, open: granted.Open, fields: granted.Fields, masks: granted.Masks,
		types: granted.Types, metadata: granted.Metadata, keys: granted.Keys,
	}
}

// applyTo makes the form's grant out of the one that it was made for. What the page
// does not show stays.
func (f guardForm) applyTo(grant policy.Grant) policy.Grant {
	next := grant.Clone()
	if next.Entities == nil {
		next.Entities = map[string]policy.EntityGrant{}
	}
	was := next.Entities[f.entity.Plural]
	is := policy.EntityGrant{Open: f.open, Metadata: f.metadata, Types: frame.SortedUnique(f.types), Keys: f.allKeys()}
	for _, field := range f.entity.Fields {
		on := f
		if !slices.ContainsFunc(tickableFields(f.entity), func(p catalog.Field) bool { return p.Name == field.Name }) {
			on.fields, on.masks = was.Fields, was.Masks
		}
		if slices.Contains(on.fields, field.Name) {
			is.Fields = append(is.Fields, field.Name)
		}
		if mask, ok := on.masks[field.Name]; ok {
			if is.Masks == nil {
				is.Masks = map[string]policy.Mask{}
			}
			is.Masks[field.Name] = mask
		}
	}
	next.Entities[f.entity.Plural] = is
	return next
}

// allKeys are the ticked keys, all that were shown where the person said so.
func (f guardForm) allKeys() []string {
	if f.all {
		return frame.SortedUnique(slices.Concat(f.keys, f.shown))
	}
	return frame.SortedUnique(f.keys)
}

// seen are the keys and types that the person saw beside their boxes.
func (f guardForm) seen() []catalog.Member {
	var members []catalog.Member
	for _, name := range f.shown {
		members = append(members, catalog.Member{Entity: f.entity.Plural, Bag: catalog.Metadata, Name: name})
	}
	for _, name := range f.kinds {
		members = append(members, catalog.Member{Entity: f.entity.Plural, Bag: catalog.UserIDs, Name: name})
	}
	return members
}

// keptValues writes the form for the next page to carry along.
func (f guardForm) keptValues(version int64) []keptValue {
	all := []keptValue{{"entity", f.entity.Plural}, {"version", strconv.FormatInt(version, 10)}}
	for name, on := range map[string]bool{"open": f.open, "metadata": f.metadata} {
		if on {
			all = append(all, keptValue{name, "on"})
		}
	}
	for field, mask := range f.masks {
		all = append(all, keptValue{"field", field}, keptValue{"mask." + field, string(mask)})
	}
	for field, mask := range f.loose {
		all = append(all, keptValue{"mask." + field, string(mask)})
	}
	for _, list := range []struct {
		name   string
		values []string
	}{{"field", f.fields}, {"type", f.types}, {"key", f.allKeys()}, {"shown", f.shown}, {"kind", f.kinds}} {
		for _, value := range list.values {
			all = append(all, keptValue{list.name, value})
		}
	}
	return all
}

// overlookedNotices tells of masks that were chosen now for fields that are not ticked.
func (f guardForm) overlookedNotices(was policy.Grant) []frame.Notice {
	var labels []string
	for _, field := range tickableFields(f.entity) {
		if mask, chosen := f.loose[field.Name]; chosen && was.Entities[f.entity.Plural].Masks[field.Name] != mask {
			labels = append(labels, field.Label)
		}
	}
	switch len(labels) {
	case 0:
		return nil
	case 1:
		return []frame.Notice{{Tone: frame.Careful, Title: "", Says: "A mask was chosen for " + labels[0] + ", which is not ticked."}}
	}
	return []frame.Notice{{Tone: frame.Careful, Title: "", Says: "A mask was chosen for " + strings.Join(labels, ", ") + ", which are not ticked."}}
}

func (f guardForm) baseVersion() int64 { return f.version }

func (f guardForm) formPath(app apps.App) string { return "/apps/" + app.ID + "/dataguard" }

func (f guardForm) backPath(app apps.App) string {
	return f.formPath(app) + "?entity=" + f.entity.Plural
}

func (f guardForm) aboutEntity() string { return f.entity.Plural }

func (f guardForm) asksWhy() string { return "" }
