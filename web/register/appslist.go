package register

import (
	"cmp"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/web/frame"
)

// appsListed is how many apps a page lists.
const appsListed = 50

// appColumns are the columns of the list, and what it can be sorted by.
func appColumns() []frame.Column {
	return []frame.Column{
		{Key: "name", Label: "App"},
		{Key: "state", Label: "State"},
		{Label: "Orgs"},
		{Label: "Courses"},
		{Label: "Demographics"},
		{Key: "keys", Label: "Metadata keys", Number: true, Falls: true},
		{Key: "received", Label: "Records last received", Falls: true},
		{},
	}
}

// appOrders are the orders of the list by the keys of its columns, each as it begins.
func appOrders() map[string]func(a, b appRow) int {
	return map[string]func(a, b appRow) int{
		"name":     func(a, b appRow) int { return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) },
		"state":    func(a, b appRow) int { return cmp.Compare(a.State.Label, b.State.Label) },
		"keys":     func(a, b appRow) int { return cmp.Compare(b.Metadata, a.Metadata) },
		"received": func(a, b appRow) int { return cmp.Compare(b.Synced.Machine, a.Synced.Machine) },
	}
}

func (r *Room) appsPage(v *frame.Visit) error {
	list, err := v.ReadListing("/apps", appColumns(), "q", "state")
	if err != nil {
		return err
	}
	all, err := r.Apps.List(v.Context())
	if err != nil {
		return err
	}
	m := appsModel{
		Search: strings.TrimSpace(v.QueryParam("q")), State: stateChoice(v.QueryParam("state")), Sort: list.Sorting(),
		May: v.Person.Role == people.Admin, Pause: int(audit.Pause.Minutes()), All: len(all), Columns: list.Columns(),
	}
	m.Narrow = m.Search != "" || v.QueryParam("state") != ""
	all = slices.DeleteFunc(all, func(app apps.App) bool {
		return !isCalled(app, m.Search) || v.QueryParam("state") != "" && string(app.State) != v.QueryParam("state")
	})
	rows, err := r.sortedApps(v, all, list)
	if err != nil {
		return err
	}
	if last := list.PastEnd(len(rows), appsListed); last != "" {
		return v.Redirect(last)
	}
	from, to := list.Window(len(rows), appsListed)
	m.Apps, m.Pager = rows[from:to], list.Pager(len(rows), appsListed, "app", "apps")
	return v.Show("apps", "Apps", m)
}

// sortedApps are the rows of the list in its order; those that are equal by it go by name.
func (r *Room) sortedApps(v *frame.Visit, all []apps.App, list frame.Listing) ([]appRow, error) {
	rows := []appRow{}
	for _, app := range all {
		row, err := r.appRow(v, app)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	orders := appOrders()
	slices.SortStableFunc(rows, orders["name"])
	slices.SortStableFunc(rows, func(a, b appRow) int {
		if list.Reverse {
			a, b = b, a
		}
		return orders[list.Sort](a, b)
	})
	return rows, nil
}

func stateChoice(chosen string) frame.Choice {
	c := frame.Choice{Name: "state", Label: "State", Options: []frame.Option{{Label: "Any"}}}
	for _, s := range []apps.State{apps.Enabled, apps.Pending, apps.Suspended} {
		c.Options = append(c.Options, frame.Option{Value: string(s), Label: frame.StateStatus(s).Label, Chosen: string(s) == chosen})
	}
	return c
}
