package web

import (
	"slices"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
)

// How a need is called.
const (
	required = "Required"
	notAsked = "Not asked"
)

// needs is what an app's vendor asks for of one entity.
type needs struct {
	all    []apps.Need
	entity string
}

// of lists the needs of the entity.
func (n needs) of() []apps.Need {
	return slices.DeleteFunc(slices.Clone(n.all), func(one apps.Need) bool { return one.Entity != n.entity })
}

// field says whether the vendor needs a field, and why: by its name, or with its
// whole entity.
func (n needs) field(f catalog.Field) (Status, string) {
	for _, one := range n.of() {
		whole := one.Field == "" && one.Key == "" && (f.Target == "" || n.asksFor(f.Target))
		if whole || one.Field == f.Name {
			return asked(one), one.Purpose
		}
	}
	return Status{Plain, notAsked}, ""
}

func (n needs) asksFor(entity string) bool {
	return slices.ContainsFunc(n.all, func(one apps.Need) bool { return one.Entity == entity })
}

func (n needs) key(name string) (Status, string) {
	for _, one := range n.of() {
		if one.Key == name {
			return asked(one), one.Purpose
		}
	}
	return Status{Plain, notAsked}, ""
}

func asked(n apps.Need) Status {
	if n.Required {
		return Status{Careful, required}
	}
	return Status{Good, "Optional"}
}

// names reports whether the vendor asks for a field by its name.
func (n needs) names(field string) bool {
	return slices.ContainsFunc(n.of(), func(one apps.Need) bool { return one.Field == field })
}
