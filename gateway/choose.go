package gateway

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
)

// choice is what a request asks of an entity beyond what the app may see: the
// fields to send, the filter to meet and the order to come in.
type choice struct {
	entity    *policy.EntityPlan // narrowed to what is asked for
	condition *condition         // nil for none
	order     *catalog.Field     // nil for the order of ids
	backwards bool
	warnings  []statusInfo
}

// choose understands a request's fields, filter and sort for the app of a. It
// reads no roster data, so that what is refused here is refused before any.
func choose(req request, a *answer) (choice, error) {
	whole, _ := a.plan.Entity(req.route.Entity)
	c := choice{entity: whole}
	var err error
	if req.filter != nil {
		if c.condition, err = understand(req.filter, a, whole); err != nil {
			return c, err
		}
	}
	if name := req.query.Get("sort"); name != "" && !req.route.Single {
		c.sort(name, req.query.Get("orderBy"), whole)
	}
	if c.order != nil && req.query.Has(cursorParameter) {
		return c, invalid("A list that is sorted has no cursors.")
	}
	if asked, given := req.query["fields"]; given {
		err = c.pick(asked, whole)
	}
	return c, err
}

// sort chooses the order. A name that the app cannot sort by leaves the list in
// its own order, with the warning that 1.1 asks for, whether the field is hidden,
// masked or not there.
func (c *choice) sort(name, direction string, e *policy.EntityPlan) {
	f, ok := e.Field(name)
	if !ok || f.Mask != "" || !sortable(f.Field) {
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
	return f.Versions.Has(catalog.V11)
}

// pick narrows the fields to those asked for. Asking for nothing that the app has
// gives it everything that it has, as 1.1 says, and never more.
func (c *choice) pick(asked []string, e *policy.EntityPlan) error {
	picked := &policy.EntityPlan{Entity: e.Entity, Rows: e.Rows}
	wanted, fit := names(asked)
	if !fit {
		return problem{status: 400, minor: invalidSelectionField, description: "The parameter fields names more than 200 fields."}
	}
	if len(wanted) == 0 {
		return problem{status: 400, minor: invalidBlankSelection, description: "The parameter fields names no field."}
	}
	granted := set(e.Keys)
	for _, name := range wanted {
		if !take(picked, e, granted, name) && len(c.warnings) < maxWarnings {
			c.warn(invalidSelectionField, "There is no field that is called "+name+".")
		}
	}
	if len(picked.Fields)+len(picked.Keys) == 0 {
		return nil
	}
	slices.SortFunc(picked.Fields, func(x, y policy.Field) int { return position(e, x.Name) - position(e, y.Name) })
	slices.Sort(picked.Keys)
	picked.Keys = slices.Compact(picked.Keys) // metadata and metadata.key name the key twice
	c.entity = picked
	return nil
}

// maxNames is how many names fields may hold, doubled ones included. It is more than
// any entity has.
const maxNames = 200

// names takes apart lists of names; a list may come in several parameters. It is
// false where there are too many.
func names(asked []string) (all []string, fit bool) {
	seen := map[string]bool{}
	number := 0
	for _, list := range asked {
		for name := range strings.SplitSeq(list, ",") {
			name = strings.TrimSpace(name)
			if name == "" {
				continue
			}
			if number++; number > maxNames {
				return nil, false
			}
			if !seen[name] {
				seen[name] = true
				all = append(all, name)
			}
		}
	}
	return all, true
}

func set(names []string) map[string]bool {
	all := make(map[string]bool, len(names))
	for _, name := range names {
		all[name] = true
	}
	return all
}

// take adds one name's part of e, whose keys are granted, and reports whether the app
// has it. No name comes twice.
func take(picked, e *policy.EntityPlan, granted map[string]bool, name string) bool {
	key, isKey := strings.CutPrefix(name, string(catalog.Metadata)+".")
	switch f, ok := e.Field(name); {
	case name == string(catalog.Metadata) && len(e.Keys) > 0:
		picked.Keys = append(picked.Keys, e.Keys...)
	case isKey && granted[key]:
		picked.Keys = append(picked.Keys, key)
	case ok && f.Versions.Has(catalog.V11):
		picked.Fields = append(picked.Fields, *f)
		if f.Kind == catalog.Identifiers {
			picked.Types = e.Types
		}
	default:
		return false
	}
	return true
}

func position(e *policy.EntityPlan, name string) int {
	return slices.IndexFunc(e.Fields, func(f policy.Field) bool { return f.Name == name })
}

// maxWarnings keeps a long list of nonsense from getting a longer answer.
const maxWarnings = 20

// warn adds a warning to send beside the data.
func (c *choice) warn(minor, description string) {
	c.warnings = append(c.warnings, statusInfo{CodeMajor: "success", Severity: "warning", CodeMinor: minor, Description: description})
}

// filtered is the part of set that meets the request's filter, in the order that
// it asks for.
func (g *Gateway) filtered(ctx context.Context, req request, a *answer, set *roaring.Bitmap) (chosen, error) {
	c := chosen{set: set}
	if a.choice.condition == nil && a.choice.order == nil {
		return c, nil
	}
	key := a.choice.key(req, a)
	if kept, ok := g.results.get(key); ok {
		return kept, nil
	}
	if !req.again { // what is read again may hold a connection, and waits for nobody
		done, err := g.rates.scan(ctx, a.caller.App)
		if err != nil {
			return c, err
		}
		defer done()
		if kept, ok := g.results.get(key); ok { // of somebody who went before
			return kept, nil
		}
	}
	var err error
	if a.choice.condition != nil {
		if c.set, err = g.meeting(ctx, a, a.choice.condition, set); err != nil {
			return c, err
		}
	}
	if a.choice.order != nil {
		if c.order, err = g.ordered(ctx, a, c.set); err != nil {
			return c, err
		}
	}
	g.results.keep(a.caller.App, key, c)
	return c, nil
}

// key tells results apart by what they depend on, and by nothing else that a
// query may hold.
func (c choice) key(req request, a *answer) string {
	return strings.Join([]string{a.horizon.Revision(), a.stampText(), a.reader(), req.path, req.filter.String(), c.sorting()}, "\n")
}

// sorting tells orders apart; it is empty for that of ids.
func (c choice) sorting() string {
	if c.order == nil {
		return ""
	}
	return fmt.Sprintf("\n%s %t", c.order.Name, c.backwards)
}

// meeting scans the cells that a condition looks at.
func (g *Gateway) meeting(ctx context.Context, a *answer, c *condition, set *roaring.Bitmap) (*roaring.Bitmap, error) {
	met := roaring.New()
	err := g.scan(ctx, a, c.selection, set, func(id uint32, cells [][]byte) {
		if c.meets(id, cells) {
			met.Add(id)
		}
	})
	return met, err
}

// scan calls each for the records of set with the selected cells, or with none
// where nothing has to be read.
func (g *Gateway) scan(ctx context.Context, a *answer, s roster.Selection, set *roaring.Bitmap, each func(uint32, [][]byte)) error {
	if s.Width() == 0 {
		set.Iterate(func(id uint32) bool {
			each(id, nil)
			return true
		})
		return nil
	}
	stamp, err := g.Roster.Read(ctx, s, set.ToArray(), func(id uint32, cells [][]byte) error {
		each(id, cells)
		return nil
	})
	if err != nil {
		return err
	}
	if a.stamp = stamp; stamp != a.expected() {
		return errMoved
	}
	return nil
}

// sortKey is what a record is ordered by.
type sortKey struct {
	id        uint32
	value     []byte
	sourcedID string
}

// ordered puts the records of set in the order asked for: by code points, those
// without a value last, equal ones by sourcedId.
func (g *Gateway) ordered(ctx context.Context, a *answer, set *roaring.Bitmap) ([]uint32, error) {
	entity := a.choice.entity.Entity
	id, _ := entity.Field("sourcedId")
	selection := roster.Selection{Entity: entity, Fields: []catalog.Field{id}}
	dates := a.horizon.Dates(entity.Plural)
	byDate := a.choice.order.Kind == catalog.Timestamp
	if !byDate {
		selection.Fields = append(selection.Fields, *a.choice.order)
	}
	keys := make([]sortKey, 0, set.GetCardinality())
	err := g.scan(ctx, a, selection, set, func(id uint32, cells [][]byte) {
		k := sortKey{id: id, sourcedID: string(cells[0])}
		switch {
		case byDate:
			k.value = []byte(dates(id))
		case cells[1] != nil:
			k.value = slices.Clone(cells[1])
		}
		keys = append(keys, k)
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(keys, a.choice.compare)
	order := make([]uint32, len(keys))
	for i, k := range keys {
		order[i] = k.id
	}
	return order, nil
}

// compare orders two records.
func (c choice) compare(x, y sortKey) int {
	order := byCodePoint(x.value, y.value)
	if c.backwards && x.value != nil && y.value != nil {
		order = -order
	}
	if order == 0 {
		return strings.Compare(x.sourcedID, y.sourcedID)
	}
	return order
}
