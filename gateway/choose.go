package gateway

import (
	"net/http"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/manners"
	"github.com/rostergate/rostergate/policy"
)

// choice is what a request asks of an entity beyond what the app may see: the
// fields to send, the filter to meet and the order to come in.
type choice struct {
	version   catalog.Version
	manners   manners.Manners
	entity    *policy.EntityPlan // narrowed to what is asked for
	fields    []string           // that are asked for, whether the app has them or not; nil for all
	condition *condition         // nil for none
	order     *catalog.Field     // nil for the order of ids
	backwards bool
	warnings  []statusInfo
}

// choose understands a request's fields, filter and sort against the plan of whoever
// asks, who may walk the route. It reads no roster data, so that what is refused here is
// refused before any.
func choose(req request, who identity, plan *policy.Plan, m manners.Manners) (choice, error) {
	if !plan.Allow || !req.route.TokenScope.OpenedBy(who.tokenScopes()) || !opensRoute(plan, req.route) {
		return choice{}, denied()
	}
	whole, _ := plan.Entity(req.route.Entity)
	c := choice{version: req.service.Version, manners: m, entity: whole}
	var err error
	if req.filter != nil {
		if c.condition, err = understand(req.filter, plan, whole, c.version); err != nil {
			return c, err
		}
	}
	if name := req.query.Get("sort"); name != "" && !req.route.Single {
		c.sortBy(name, req.query.Get("orderBy"), whole)
	}
	if c.order != nil && req.query.Has(cursorParameter) {
		return c, invalid("A list that is sorted has no cursors.")
	}
	if asked, given := req.query["fields"]; given {
		err = c.pick(asked, whole)
	}
	return c, err
}

// sortBy chooses the order. A name that the app cannot sort by leaves the list in
// its own order, with the warning that 1.1 asks for, whether the field is hidden,
// masked or not there.
func (c *choice) sortBy(name, direction string, e *policy.EntityPlan) {
	f, ok := e.Field(name)
	if !ok || f.Mask != "" || !sortable(f.Field) || !f.Versions.Has(c.version) {
		c.warn(invalidSortField, "There is no field to sort by that is called "+name+".")
		return
	}
	c.order, c.backwards = &f.Field, strings.EqualFold(direction, "desc")
}

// sortable reports whether a field has one value to order by.
func sortable(f catalog.Field) bool {
	switch f.Kind {
	case catalog.References, catalog.Reference, catalog.List, catalog.Tokens, catalog.Identifiers, catalog.Nested:
		return false
	}
	return true
}

// pick narrows the fields to those asked for. Asking for nothing that the app has
// gives it everything that it has, as 1.1 says, and never more.
func (c *choice) pick(asked []string, e *policy.EntityPlan) error {
	picked := &policy.EntityPlan{Entity: e.Entity, Rows: e.Rows}
	wanted, fit := listedNames(asked)
	if !fit {
		return problem{status: http.StatusBadRequest, minor: invalidSelectionField, description: "The parameter fields names more than 200 fields."}
	}
	if len(wanted) == 0 {
		return problem{status: http.StatusBadRequest, minor: invalidBlankSelection, description: "The parameter fields names no field."}
	}
	c.fields = slices.Sorted(slices.Values(wanted))
	granted := nameSet(e.Keys)
	for _, name := range wanted {
		if c.pickName(picked, e, granted, name) {
			continue
		}
		if c.version == catalog.V12 && c.manners.UnknownFields != manners.Tolerated {
			return problem{status: http.StatusBadRequest, minor: invalidSelectionField, description: "There is no field that is called " + name + "."}
		}
		if len(c.warnings) < maxWarnings {
			c.warn(invalidSelectionField, "There is no field that is called "+name+".")
		}
	}
	if len(picked.Fields)+len(picked.Keys) == 0 {
		return nil
	}
	slices.SortFunc(picked.Fields, func(x, y policy.Field) int { return fieldIndex(e, x.Name) - fieldIndex(e, y.Name) })
	slices.Sort(picked.Keys)
	picked.Keys = slices.Compact(picked.Keys) // metadata and metadata.key name the key twice
	c.entity = picked
	return nil
}

// maxNames is how many names fields may hold, doubled ones included. It is more than
// any entity has.
const maxNames = 200

// listedNames takes apart lists of names; a list may come in several parameters. It is
// false where there are too many.
func listedNames(asked []string) (listed []string, fit bool) {
	seen := map[string]bool{}
	count := 0
	for _, list := range asked {
		for name := range strings.SplitSeq(list, ",") {
			name = strings.TrimSpace(name)
			if name == "" {
				continue
			}
			if count++; count > maxNames {
				return nil, false
			}
			if !seen[name] {
				seen[name] = true
				listed = append(listed, name)
			}
		}
	}
	return listed, true
}

func nameSet(names []string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, name := range names {
		set[name] = true
	}
	return set
}

// pickName adds one name's part of e, whose keys are granted, and reports whether the app
// has it. No name comes twice.
func (c *choice) pickName(picked, e *policy.EntityPlan, granted map[string]bool, name string) bool {
	key, isKey := strings.CutPrefix(name, string(catalog.Metadata)+".")
	switch f, ok := e.Field(name); {
	case name == string(catalog.Metadata) && len(e.Keys) > 0:
		picked.Keys = append(picked.Keys, e.Keys...)
	case isKey && granted[key]:
		picked.Keys = append(picked.Keys, key)
	case ok && f.Versions.Has(c.version):
		picked.Fields = append(picked.Fields, *f)
		if f.Kind == catalog.Identifiers {
			picked.Types = e.Types
		}
	default:
		return false
	}
	return true
}

func fieldIndex(e *policy.EntityPlan, name string) int {
	return slices.IndexFunc(e.Fields, func(f policy.Field) bool { return f.Name == name })
}

// maxWarnings keeps a long list of nonsense from getting a longer answer.
const maxWarnings = 20

// warn adds a warning to send beside the data. OneRoster 1.2 has no place for any.
func (c *choice) warn(minor, description string) {
	if c.version == catalog.V12 {
		return
	}
	c.warnings = append(c.warnings, statusInfo{CodeMajor: "success", Severity: "warning", CodeMinor: minor, Description: description})
}
