package register

import (
	"strings"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/web/frame"
)

func (r *Room) appsRoutes() []frame.Route {
	return []frame.Route{
		frame.Get("/apps", frame.Anyone, r.appsPage),
		frame.Get("/apps/add", frame.Admins, r.addAppForm),
		frame.Post("/apps/add", frame.Admins, r.addApp).WithNames().Kept(),
		frame.Post("/apps/add/edit", frame.Admins, r.addAppAgain).WithNames().Kept(),
		frame.Get("/apps/:app/enable", frame.Admins, r.enableForm).WithNames().WithTitles(),
		frame.Post("/apps/:app/enable", frame.Admins, r.enableApp).WithNames().WithTitles().Kept(),
		frame.Post("/apps/:app/enable/edit", frame.Admins, r.enableAgain).WithNames().WithTitles().Kept(),
		frame.Get("/apps/:app/suspend", frame.Admins, r.suspendForm),
		frame.Post("/apps/:app/suspend", frame.Admins, r.suspendApp),
		frame.Get("/apps/:app/delete", frame.Admins, r.deleteForm),
		frame.Post("/apps/:app/delete", frame.Admins, r.deleteApp),
		frame.Get("/apps/:app/answers", frame.Admins, r.answersPage),
		frame.Post("/apps/:app/answers", frame.Admins, r.saveAnswers),
		frame.Get("/apps/:app/credentials", frame.Admins, r.credentialsPage),
		frame.Post("/apps/:app/credentials", frame.Admins, r.rotateCredentials),
		frame.Get("/apps/:app/credentials/new", frame.Admins, r.newCredentialsPage),
	}
}

type appsModel struct {
	Search  string
	State   frame.Choice
	Sort    frame.Choice
	Narrow  bool // something is searched for
	May     bool
	Pause   int // minutes that end a sync
	All     int // before the search
	Apps    []appRow
	Columns []frame.Column
	Pager   frame.Pager
}

// appRow is an app as the table shows it.
type appRow struct {
	ID, Name      string
	State         frame.Status
	Orgs, Courses frame.Status
	Demographics  frame.Status
	Metadata      int // keys that are ticked where metadata is on
	Synced        frame.Moment
	Received      string // with the last sync
	Menu          []menuItem
}

type menuItem struct{ Label, Path string }

// isCalled reports whether an app is called like the words of a search.
func isCalled(app apps.App, search string) bool {
	name := strings.ToLower(app.Name + " " + app.ID)
	for word := range strings.FieldsSeq(strings.ToLower(search)) {
		if !strings.Contains(name, word) {
			return false
		}
	}
	return true
}

func (r *Room) appRow(v *frame.Visit, app apps.App) (appRow, error) {
	saved, err := v.HeldGrant(app.ID)
	if err != nil {
		return appRow{}, err
	}
	row := appRow{
		ID: app.ID, Name: app.Name, State: frame.StateStatus(app.State), Menu: appMenu(v, app),
		Orgs:         reachStatus(saved.Grant, "orgs", saved.Grant.Scope.Orgs),
		Courses:      reachStatus(saved.Grant, "courses", saved.Grant.Scope.Courses),
		Demographics: onOffStatus(saved.Grant.Entities["demographics"].Open),
	}
	for _, granted := range saved.Grant.Entities {
		if granted.Open && granted.Metadata {
			row.Metadata += len(granted.Keys)
		}
	}
	last, err := r.Ledger.LastSync(v.Context(), app.ID)
	row.Synced, row.Received = v.Moment(last.End), receivedSentence(last)
	return row, err
}

// receivedSentence says how much an app received with its last sync.
func receivedSentence(last audit.Sync) string {
	text := frame.Plural(int(last.Records), "record", "records") + " in " + frame.Plural(int(last.Answers), "answer", "answers")
	if last.More {
		return "more than " + text
	}
	return text
}

// reachStatus says how much of an entity a grant reaches by a condition of its scope.
func reachStatus(grant policy.Grant, entity string, among policy.Among) frame.Status {
	switch {
	case !grant.Entities[entity].Open || among.Nobody():
		return frame.Status{Tone: frame.Plain, Label: "None"}
	case among.All:
		return frame.Status{Tone: frame.Good, Label: "Full"}
	}
	return frame.Status{Tone: frame.Careful, Label: "Limited"}
}

func onOffStatus(on bool) frame.Status {
	if on {
		return frame.Status{Tone: frame.Careful, Label: "On"}
	}
	return frame.Status{Tone: frame.Plain, Label: "Off"}
}

// appMenu lists what a person can do with an app: the rooms that exist, and that
// the person may enter.
func appMenu(v *frame.Visit, app apps.App) []menuItem {
	rooms := []menuItem{
		{"DataGuard", "dataguard"},
		{"Scope", "scope"},
		{"Policy", "policy"},
		{"Preview as this app", "preview"},
		{"Agreement", "agreement"},
		{"History", "history"},
		{"Credentials", "credentials"},
		{"Answers", "answers"},
		{"Copy permissions from…", "copy"},
	}
	if app.State == apps.Enabled {
		rooms = append(rooms, menuItem{"Suspend", "suspend"})
	} else {
		rooms = append(rooms, menuItem{"Enable", "enable"})
	}
	var items []menuItem
	for _, room := range rooms {
		if v.MayEnterAppRoom(room.Path) {
			items = append(items, menuItem{room.Label, "/apps/" + app.ID + "/" + room.Path})
		}
	}
	items = append(items, menuItem{"Opt-outs", "/apps/opt-outs?app=" + app.ID}, menuItem{"Activity", "/audit?app=" + app.ID})
	if v.MayEnterAppRoom("delete") {
		items = append(items, menuItem{"Delete", "/apps/" + app.ID + "/delete"})
	}
	return items
}
