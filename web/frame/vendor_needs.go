package frame

import (
	"slices"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/presets"
)

// How a need is called: the label of the status that OfField and OfKey give.
const (
	Required = "Required"
	NotAsked = "Not asked"
)

// VendorNeeds is what an app's vendor asks for of one entity.
type VendorNeeds struct {
	All    []presets.Need // of every entity
	Entity string         // its plural
}

// ForEntity lists the needs of the entity.
func (n VendorNeeds) ForEntity() []presets.Need {
	return slices.DeleteFunc(slices.Clone(n.All), func(one presets.Need) bool { return one.Entity != n.Entity })
}

// OfField says whether the vendor needs a field, and why: by its name, or with its
// whole entity.
func (n VendorNeeds) OfField(f catalog.Field) (Status, string) {
	for _, one := range n.ForEntity() {
		whole := one.Field == "" && one.Key == "" && (f.Target == "" || n.asksFor(f.Target))
		if whole || one.Field == f.Name {
			return askedStatus(one), one.Purpose
		}
	}
	return Status{Plain, NotAsked}, ""
}

func (n VendorNeeds) asksFor(entity string) bool {
	return slices.ContainsFunc(n.All, func(one presets.Need) bool { return one.Entity == entity })
}

// OfKey says whether the vendor needs a metadata key, and why.
func (n VendorNeeds) OfKey(name string) (Status, string) {
	for _, one := range n.ForEntity() {
		if one.Key == name {
			return askedStatus(one), one.Purpose
		}
	}
	return Status{Plain, NotAsked}, ""
}

func askedStatus(n presets.Need) Status {
	if n.Required {
		return Status{Careful, Required}
	}
	return Status{Good, "Optional"}
}

// NamesField reports whether the vendor asks for a field by its name.
func (n VendorNeeds) NamesField(field string) bool {
	return slices.ContainsFunc(n.ForEntity(), func(one presets.Need) bool { return one.Field == field })
}
