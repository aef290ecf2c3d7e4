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
	fields   []string // ticked, by catalog.Held.Beside
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
		name := field.Beside()
		mask := policy.Mask(v.FormValue("mask." + name))
		ticked, fits := slices.Contains(v.FormValues("field"), name), mask != "" && mask.Fits(field.Field)
		switch {
		case ticked && fits:
			f.masks[name] = mask
		case ticked:
			f.fields = append(f.fields, name)
		case fits:
			f.loose[name] = mask
		}
	}
	return f, nil
}

// tickableFields are the fields that can be ticked on the tab of an entity: those of any
// version, and of what appears inside its records.
func tickableFields(e catalog.Entity) []catalog.Held {
	return slices.DeleteFunc(e.Holds(catalog.Both), func(f catalog.Held) bool { return f.Class == catalog.Structural })
}

// guardFormOf is the form as it stands in a saved grant.
func guardFormOf(e catalog.Entity, version int64, grant policy.Grant) guardForm {
	granted := grant.Entities[e.Plural]
	form := guardForm{
		entity: e, version: version, open: granted.Open, masks: map[string]policy.Mask{},
		types: granted.Types, metadata: granted.Metadata, keys: granted.Keys,
	}
	for _, f := range tickableFields(e) {
		of := grant.Entities[f.Member.Entity]
		if mask, masked := of.Masks[f.Name]; masked {
			form.masks[f.Beside()] = mask
		} else if slices.Contains(of.Fields, f.Name) {
			form.fields = append(form.fields, f.Beside())
		}
	}
	return form
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
	is.Fields, is.Masks = was.Fields, was.Masks
	next.Entities[f.entity.Plural] = is
	for _, field := range tickableFields(f.entity) {
		f.tick(next, field)
	}
	for _, part := range f.entity.Parts() {
		if says := next.Entities[part.Plural]; len(says.Fields)+len(says.Masks) == 0 {
			delete(next.Entities, part.Plural)
		}
	}
	return next
}

// tick puts into a grant what the form says of one field.
func (f guardForm) tick(grant policy.Grant, field catalog.Held) {
	says := grant.Entities[field.Member.Entity]
	says.Fields = slices.DeleteFunc(says.Fields, func(name string) bool { return name == field.Name })
	delete(says.Masks, field.Name)
	if slices.Contains(f.fields, field.Beside()) {
		says.Fields = append(says.Fields, field.Name)
	}
	if mask, masked := f.masks[field.Beside()]; masked {
		if says.Masks == nil {
			says.Masks = map[string]policy.Mask{}
		}
		says.Masks[field.Name] = mask
	}
	grant.Entities[field.Member.Entity] = says.Tidy(field.Member.Entity)
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
		if mask, chosen := f.loose[field.Beside()]; chosen && was.Entities[field.Member.Entity].Masks[field.Name] != mask {
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
