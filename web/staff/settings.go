package web

import (
	"net/http"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/people"
)

func settingsRoutes() []Route {
	return []Route{
		get("/settings", Anyone, (*Rooms).settings),
		post("/settings", Admins, (*Rooms).saveSettings),
	}
}

type settingsModel struct {
	Tabs     []Tab
	May      bool // save
	District people.District
	Name     Field
	Zone     Field
	Shown    people.District // what held when the person opened the form
	Notices  []Notice
}

const settingsTitle = "Settings"

// settingsTabs are the views of the settings.
func settingsTabs(current string) []Tab {
	tabs := []Tab{{Label: "District", Path: "/settings"}, {Label: "People", Path: "/settings/people"}}
	for i := range tabs {
		tabs[i].Current = tabs[i].Path == current
	}
	return tabs
}

func newSettings(v *visit, d people.District) settingsModel {
	return settingsModel{
		Tabs: settingsTabs("/settings"), May: v.Person.Role == people.Admin, District: d,
		Name: Field{Name: "name", Label: "District name", Value: d.Name, Hint: "Shown at the top of every page.", Autocomplete: "organization"},
		Zone: Field{
			Name: "time_zone", Label: "Time zone", Value: d.TimeZone, Required: true, Autocomplete: "off",
			Hint: "Times on pages are shown in it. For example America/Chicago.", Suggestions: zones(),
		},
	}
}

// zones are the time zones of the United States; any other may be entered.
func zones() []string {
	return []string{
		"America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
		"America/Anchorage", "Pacific/Honolulu", "America/Puerto_Rico", "Pacific/Guam", "UTC",
	}
}

func (r *Rooms) settings(v *visit) error {
	model := newSettings(v, v.District)
	model.Shown = v.District
	return v.show("settings", settingsTitle, model)
}

func (r *Rooms) saveSettings(v *visit) error {
	wanted := people.District{Name: v.value("name"), TimeZone: v.value("time_zone")}
	model := newSettings(v, wanted)
	model.Shown = people.District{Name: v.value("shown_name"), TimeZone: v.value("shown_time_zone")}
	wrong := model.Name.blame(people.CheckDistrictName(wanted.Name))
	if model.Zone.blame(people.CheckTimeZone(wanted.TimeZone)) || wrong {
		return v.again("settings", settingsTitle, model)
	}
	shown := model.Shown
	if shown.TimeZone == "" { // of a form that does not tell what it showed
		shown = v.District
	}
	err := r.People.SaveDistrictOver(v.ctx(), shown, wanted, v.Person.Email)
	if fault.Is(err, fault.Conflict) {
		return r.settingsConflict(v, model)
	}
	if err != nil {
		return err
	}
	return v.done("/settings", "The settings are saved.")
}

// settingsConflict shows what somebody else saved meanwhile above what the person
// entered, which the next Save stores.
func (r *Rooms) settingsConflict(v *visit, m settingsModel) error {
	held, err := r.People.District(v.ctx())
	if err != nil {
		return err
	}
	name := held.Name
	if name == "" {
		name = "without a name"
	}
	m.Shown = held
	m.Notices = []Notice{{Careful, "Someone else changed the settings", "The district is now " + name + ", its time zone " + held.TimeZone + ". Your changes are not saved yet. Save replaces these settings with what you entered."}}
	return v.showWithStatus(http.StatusConflict, "settings", settingsTitle, m)
}
