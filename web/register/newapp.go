package register

import (
	"cmp"
	"strings"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/presets"
	"github.com/rostergate/rostergate/web/frame"
	"github.com/rostergate/rostergate/web/frame/gains"
)

type newAppModel struct {
	Person string // the id of who is shown it
	Preset frame.Choice
	Name   frame.Field
	ID     frame.Field
}

func newAppForm(v *frame.Visit, wanted apps.NewApp) newAppModel {
	m := newAppModel{
		Person: v.Person.ID,
		Preset: frame.Choice{Name: "preset", Label: "Start from", Options: []frame.Option{{Label: "A blank app", Hint: "Shares nothing until you tick it."}}},
		Name:   frame.Field{Name: "name", Label: "Name", Value: wanted.Name, Autocomplete: "off", Hint: "As people here call it. A preset has a name of its own."},
		ID:     frame.Field{Name: "id", Label: "ID", Value: wanted.ID, Autocomplete: "off", Hint: "Lowercase letters, digits and hyphens; it never changes. Made from the name if left empty."},
	}
	for _, p := range presets.All() {
		m.Preset.Options = append(m.Preset.Options, frame.Option{Value: p.ID, Label: p.Name, Hint: p.Purpose + ". What its vendor asks for is ticked."})
	}
	for i := range m.Preset.Options {
		m.Preset.Options[i].Chosen = m.Preset.Options[i].Value == wanted.Preset
	}
	return m
}

const addAppTitle = "Add an app"

func (r *Room) addAppForm(v *frame.Visit) error {
	return v.Show("newapp", addAppTitle, newAppForm(v, apps.NewApp{}))
}

func wantedApp(v *frame.Visit) apps.NewApp {
	return apps.NewApp{ID: v.FormValue("id"), Name: v.FormValue("name"), Preset: v.FormValue("preset")}
}

// addAppAgain shows the form as it was filled in, before a sign-in.
func (r *Room) addAppAgain(v *frame.Visit) error {
	wanted := wantedApp(v)
	if _, given := presets.Find(wanted.Preset); !given || v.FormValue("listed") == "" || r.Apps.CheckNew(v.Context(), wanted) != nil {
		return v.Show("newapp", addAppTitle, newAppForm(v, wanted))
	}
	m, err := r.newPreset(v, wanted)
	if err != nil {
		return err
	}
	return m.show(v)
}

func (r *Room) addApp(v *frame.Visit) error {
	wanted := wantedApp(v)
	err := r.Apps.CheckNew(v.Context(), wanted)
	if err == nil {
		err = r.addChecked(v, wanted)
	}
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		model := newAppForm(v, wanted)
		named := wanted.Preset == "" || strings.TrimSpace(wanted.Name) != ""
		if !named || !model.Name.Blame(apps.CheckName(wanted.Name)) {
			model.ID.Blame(err)
		}
		return v.ShowAgain("newapp", addAppTitle, model)
	}
	return err
}

// presetModel is what a preset brings, before the app is added.
type presetModel struct {
	Person  string // the id of who is shown it
	Wanted  apps.NewApp
	Opening opening
	Reviews reviewList
	title   string
	stale   error // a fault.Conflict where something was ticked that waits no longer
}

func (r *Room) newPreset(v *frame.Visit, wanted apps.NewApp) (presetModel, error) {
	preset, _ := presets.Find(wanted.Preset)
	m := presetModel{Person: v.Person.ID, Wanted: wanted, title: "Add " + preset.Name}
	keys, err := v.RosterKeys("", frame.WantedBy(preset.Grant()))
	if err != nil {
		return m, err
	}
	if m.Reviews, err = r.reviewsOf(v, preset.Name, preset.Grant(), preset.Needs, keys); err != nil {
		return m, err
	}
	f := offer{app: apps.App{Name: cmp.Or(strings.TrimSpace(wanted.Name), preset.Name)}, from: gains.Nobody(), grant: preset.Grant(), waits: m.Reviews.keys}
	f.seen, m.stale = chosenKeys(v, m.Reviews.keys)
	m.Opening, err = r.openingOf(v, f)
	return m, err
}

// show shows what is not confirmed yet, and why.
func (m presetModel) show(v *frame.Visit) error {
	switch {
	case m.stale != nil:
		m.Reviews.Problem = waitsNoLonger
		return v.ShowAgain("newappreviews", m.title, m)
	case !m.Opening.confirmedBy(v):
		return v.ShowWithStatus(m.Opening.showAgain(v), "newappreviews", m.title, m)
	}
	return v.Show("newappreviews", m.title, m)
}

// addChecked adds the app, once the person was shown what its preset brings.
func (r *Room) addChecked(v *frame.Visit, wanted apps.NewApp) error {
	if _, given := presets.Find(wanted.Preset); !given { // it opens nothing
		return r.createApp(v, wanted, "")
	}
	m, err := r.newPreset(v, wanted)
	if err != nil {
		return err
	}
	if m.stale != nil || !m.Opening.confirmedBy(v) {
		return m.show(v)
	}
	err = r.createApp(v, wanted, v.FormValue("reason"), m.Opening.seen...)
	if fault.Is(err, fault.Invalid) && m.Opening.Reason.Blame(err) {
		return v.ShowAgain("newappreviews", m.title, m)
	}
	return err
}

// createApp adds the app, and shows its secret.
func (r *Room) createApp(v *frame.Visit, wanted apps.NewApp, reason string, seen ...catalog.Member) error {
	app, credentials, err := r.Apps.Create(v.Context(), wanted, v.By(reason), seen...)
	if err != nil {
		return err
	}
	return showOnce(v, app.ID, credentials)
}
