package web

import (
	"strings"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/policy"
)

func appsRoutes() []Route {
	return []Route{
		get("/apps", Anyone, (*Rooms).appList),
		get("/apps/add", Admins, (*Rooms).addAppForm),
		post("/apps/add", Admins, (*Rooms).addApp).withNames(),
		get("/apps/:app/enable", Admins, (*Rooms).enableForm).withNames(),
		post("/apps/:app/enable", Admins, (*Rooms).enable).withNames(),
		get("/apps/:app/suspend", Admins, (*Rooms).suspendForm),
		post("/apps/:app/suspend", Admins, (*Rooms).suspend),
		get("/apps/:app/credentials", Admins, (*Rooms).credentials),
		post("/apps/:app/credentials", Admins, (*Rooms).rotate),
	}
}

type appsModel struct {
	Search string
	May    bool
	Pause  int // minutes that end a sync
	All    int // before the search
	Apps   []appRow
}

// appRow is an app as the table shows it.
type appRow struct {
	ID, Name      string
	State         Status
	Orgs, Courses Status
	Demographics  Status
	Metadata      int // keys that are ticked where metadata is on
	Synced        Moment
	Received      string // with the last sync
	Menu          []menuItem
}

type menuItem struct{ Label, Path string }

func (r *Rooms) appList(v *visit) error {
	all, err := r.Apps.List(v.ctx())
	if err != nil {
		return err
	}
	m := appsModel{Search: strings.TrimSpace(v.query("q")), May: v.Person.Role == people.Admin, Pause: int(audit.Pause.Minutes()), All: len(all)}
	for _, app := range all {
		if !matches(app, m.Search) {
			continue
		}
		row, err := r.appRow(v, app)
		if err != nil {
			return err
		}
		m.Apps = append(m.Apps, row)
	}
	return v.show("apps", "Apps", m)
}

// matches reports whether an app is called like the words of a search.
func matches(app apps.App, search string) bool {
	name := strings.ToLower(app.Name + " " + app.ID)
	for word := range strings.FieldsSeq(strings.ToLower(search)) {
		if !strings.Contains(name, word) {
			return false
		}
	}
	return true
}

func (r *Rooms) appRow(v *visit, app apps.App) (appRow, error) {
	saved, err := v.grant(app.ID)
	if err != nil {
		return appRow{}, err
	}
	row := appRow{
		ID: app.ID, Name: app.Name, State: stateOf(app.State), Menu: appMenu(v, app),
		Orgs:         reachOf(saved.Grant, "orgs", saved.Grant.Scope.Orgs),
		Courses:      reachOf(saved.Grant, "courses", saved.Grant.Scope.Courses),
		Demographics: onOff(saved.Grant.Entities["demographics"].Open),
	}
	for _, granted := range saved.Grant.Entities {
		if granted.Open && granted.Metadata {
			row.Metadata += len(granted.Keys)
		}
	}
	last, err := r.Ledger.LastSync(v.ctx(), app.ID)
	row.Synced, row.Received = v.moment(last.End), received(last)
	return row, err
}

// received says how much an app received with its last sync.
func received(last audit.Sync) string {
	text := plural(int(last.Records), "record", "records") + " in " + plural(int(last.Answers), "answer", "answers")
	if last.More {
		return "more than " + text
	}
	return text
}

// reachOf says how much of an entity a grant reaches by a condition of its scope.
func reachOf(grant policy.Grant, entity string, among policy.Among) Status {
	switch {
	case !grant.Entities[entity].Open || among.Nobody():
		return Status{Plain, "None"}
	case among.All:
		return Status{Good, "Full"}
	}
	return Status{Careful, "Limited"}
}

func onOff(on bool) Status {
	if on {
		return Status{Careful, "On"}
	}
	return Status{Plain, "Off"}
}

// appMenu lists what a person can do with an app: the rooms that exist, and that
// the person may enter.
func appMenu(v *visit, app apps.App) []menuItem {
	rooms := []menuItem{
		{"DataGuard", "dataguard"},
		{"Scope", "scope"},
		{"Preview as this app", "preview"},
		{"Agreement", "agreement"},
		{"History", "history"},
		{"Credentials", "credentials"},
		{"Copy permissions from…", "copy"},
	}
	if app.State == apps.Enabled {
		rooms = append(rooms, menuItem{"Suspend", "suspend"})
	} else {
		rooms = append(rooms, menuItem{"Enable", "enable"})
	}
	var items []menuItem
	for _, room := range rooms {
		if v.mayEnterAppRoom(room.Path) {
			items = append(items, menuItem{room.Label, "/apps/" + app.ID + "/" + room.Path})
		}
	}
	return append(items, menuItem{"Activity", "/audit?app=" + app.ID})
}
