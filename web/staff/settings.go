package staff

import (
	"net/http"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/web/frame"
)

func (r *Room) settingsRoutes() []frame.Route {
	return []frame.Route{
		frame.Get("/settings", frame.Anyone, r.settingsPage),
		frame.Post("/settings", frame.Admins, r.saveSettings),
	}
}

type settingsModel struct {
	Tabs     []frame.Tab
	May      bool // save
	District people.District
	Name     frame.Field
	Zone     frame.Choice
	Shown    people.District // what held when the person opened the form
	Notices  []frame.Notice
}

const settingsTitle = "Settings"

func newSettings(v *frame.Visit, d people.District) settingsModel {
	return settingsModel{
		Tabs: frame.SettingsTabs("/settings"), May: v.Person.Role == people.Admin, District: d,
		Name: frame.Field{Name: "name", Label: "District name", Value: d.Name, Hint: "Shown at the top of every page.", Autocomplete: "organization"},
		Zone: frame.Choice{Name: "time_zone", Label: "Time zone", Hint: "The district's day begins by it: enrollments that ended are former from its midnight on, and pages take the last day of permissions by it. Times on pages are shown in it, too.", Options: zoneOptions(d.TimeZone)},
	}
}

// zoneOptions are the time zones to choose from: those of the United States first, then
// all by region. The chosen one is among them, whatever it is called.
func zoneOptions(chosen string) []frame.Option {
	var all []frame.Option
	add := func(group, zone, label string) {
		all = append(all, frame.Option{Group: group, Value: zone, Label: label, Chosen: zone == chosen})
	}
	for _, near := range nearZones() {
		add("United States", near.zone, near.label)
	}
	for _, zone := range people.TimeZones() {
		region, place, split := strings.Cut(zone, "/")
		if near := func(n nearZone) bool { return n.zone == zone }; !split || slices.ContainsFunc(nearZones(), near) {
			continue
		}
		add(region, zone, strings.ReplaceAll(place, "_", " "))
	}
	add("Other", "UTC", "UTC")
	if held := func(o frame.Option) bool { return o.Chosen }; chosen != "" && !slices.ContainsFunc(all, held) {
		add("Other", chosen, chosen)
	}
	return all
}

type nearZone struct{ zone, label string }

// nearZones are the time zones of the United States.
func nearZones() []nearZone {
	return []nearZone{
		{"America/New_York", "Eastern Time, New York"},
		{"America/Chicago", "Central Time, Chicago"},
		{"America/Denver", "Mountain Time, Denver"},
		{"America/Phoenix", "Mountain Time, Phoenix (no summer time)"},
		{"America/Los_Angeles", "Pacific Time, Los Angeles"},
		{"America/Anchorage", "Alaska Time, Anchorage"},
		{"Pacific/Honolulu", "Hawaii Time, Honolulu"},
		{"America/Puerto_Rico", "Atlantic Time, Puerto Rico"},
		{"Pacific/Guam", "Chamorro Time, Guam"},
		{"Pacific/Pago_Pago", "Samoa Time, Pago Pago"},
	}
}

func (r *Room) settingsPage(v *frame.Visit) error {
	model := newSettings(v, v.District)
	model.Shown = v.District
	return v.Show("settings", settingsTitle, model)
}

func (r *Room) saveSettings(v *frame.Visit) error {
	wanted := people.District{Name: v.FormValue("name"), TimeZone: v.FormValue("time_zone")}
	model := newSettings(v, wanted)
	model.Shown = people.District{Name: v.FormValue("shown_name"), TimeZone: v.FormValue("shown_time_zone")}
	wrong := model.Name.Blame(people.CheckDistrictName(wanted.Name))
	if model.Zone.Blame(people.CheckTimeZone(wanted.TimeZone)) || wrong {
		return v.ShowAgain("settings", settingsTitle, model)
	}
	shown := model.Shown
	if shown.TimeZone == "" { // of a form that does not tell what it showed
		shown = v.District
	}
	err := r.People.SaveDistrictOver(v.Context(), shown, wanted, v.Person.Email)
	if fault.Is(err, fault.Conflict) {
		return r.settingsConflict(v, model)
	}
	if err != nil {
		return err
	}
	return v.EndForm("/settings", "The settings are saved.")
}

// settingsConflict shows what somebody else saved meanwhile above what the person
// entered, which the next Save stores.
func (r *Room) settingsConflict(v *frame.Visit, m settingsModel) error {
	held, err := r.People.District(v.Context())
	if err != nil {
		return err
	}
	name := held.Name
	if name == "" {
		name = "without a name"
	}
	m.Shown = held
	m.Notices = []frame.Notice{{Tone: frame.Careful, Title: "Someone else changed the settings", Says: "The district is now " + name + ", its time zone " + held.TimeZone + ". Your changes are not saved yet. Save replaces these settings with what you entered."}}
	return v.ShowWithStatus(http.StatusConflict, "settings", settingsTitle, m)
}
