package web

import "github.com/rostergate/rostergate/people"

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
	return v.show("settings", settingsTitle, newSettings(v, v.District))
}

func (r *Rooms) saveSettings(v *visit) error {
	wanted := people.District{Name: v.value("name"), TimeZone: v.value("time_zone")}
	model := newSettings(v, wanted)
	wrong := model.Name.blame(people.CheckDistrictName(wanted.Name))
	if model.Zone.blame(people.CheckTimeZone(wanted.TimeZone)) || wrong {
		return v.again("settings", settingsTitle, model)
	}
	if err := r.People.SaveDistrict(v.ctx(), wanted, v.Person.Email); err != nil {
		return err
	}
	return v.done("/settings", "The settings are saved.")
}
