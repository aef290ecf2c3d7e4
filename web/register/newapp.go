package web

import (
	"strings"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/openapi"
)

type newAppModel struct {
	Preset Choice
	Name   Field
	ID     Field
}

func newAppForm(wanted apps.NewApp) newAppModel {
	m := newAppModel{
		Preset: Choice{Name: "preset", Label: "Start from", Options: []Option{{Label: "A blank app", Hint: "Shares nothing until you tick it."}}},
		Name:   Field{Name: "name", Label: "Name", Value: wanted.Name, Autocomplete: "off", Hint: "As people here call it. A preset has a name of its own."},
		ID:     Field{Name: "id", Label: "ID", Value: wanted.ID, Autocomplete: "off", Hint: "Lowercase letters, digits and hyphens; it never changes. Made from the name if left empty."},
	}
	for _, p := range apps.Presets() {
		m.Preset.Options = append(m.Preset.Options, Option{Value: p.ID, Label: p.Name, Hint: p.Purpose + ". What its vendor asks for is ticked."})
	}
	for i := range m.Preset.Options {
		m.Preset.Options[i].Chosen = m.Preset.Options[i].Value == wanted.Preset
	}
	return m
}

const addAppTitle = "Add an app"

func (r *Rooms) addAppForm(v *visit) error {
	return v.show("newapp", addAppTitle, newAppForm(apps.NewApp{}))
}

func (r *Rooms) addApp(v *visit) error {
	wanted := apps.NewApp{ID: v.value("id"), Name: v.value("name"), Preset: v.value("preset")}
	err := r.Apps.CheckNew(v.ctx(), wanted)
	if err == nil {
		err = r.addChecked(v, wanted)
	}
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		model := newAppForm(wanted)
		named := wanted.Preset == "" || strings.TrimSpace(wanted.Name) != ""
		if !named || !model.Name.blame(apps.CheckName(wanted.Name)) {
			model.ID.blame(err)
		}
		return v.again("newapp", addAppTitle, model)
	}
	return err
}

// presetModel is what a preset brings that waits for a review, before the app is
// added.
type presetModel struct {
	Wanted  apps.NewApp
	Reviews reviewList
}

// addChecked adds the app, once the person was shown what its preset brings.
func (r *Rooms) addChecked(v *visit, wanted apps.NewApp) error {
	preset, _ := apps.FindPreset(wanted.Preset)
	keys, err := v.keys("", wantedBy(preset.Grant()))
	if err != nil {
		return err
	}
	m := presetModel{Wanted: wanted}
	if m.Reviews, err = r.reviewsOf(v, preset.Name, preset.Grant(), preset.Needs, keys); err != nil {
		return err
	}
	title := "Add " + preset.Name
	if len(m.Reviews.keys) > 0 && v.value("listed") == "" {
		return v.show("newappreviews", title, m)
	}
	seen, err := chosenKeys(v, m.Reviews.keys)
	if err != nil {
		m.Reviews.Problem = waitsNoLonger
		return v.again("newappreviews", title, m)
	}
	app, credentials, err := r.Apps.Create(v.ctx(), wanted, v.by(""), seen...)
	if err != nil {
		return err
	}
	return r.showCredentials(v, app, credentials)
}

type credentialsModel struct {
	App      apps.App
	ClientID string
	Secret   string // only where it was just made
	Base     string // of the OneRoster addresses
	Token    string // where tokens are asked for
}

// showCredentials shows a secret, this once: it is kept sealed, so there is no
// page to go to.
func (r *Rooms) showCredentials(v *visit, app apps.App, made apps.Credentials) error {
	return v.show("credentials", "Credentials of "+app.Name, credentialsModel{
		App: app, ClientID: made.ClientID, Secret: made.Secret,
		Base: r.PublicURL + openapi.Base, Token: r.PublicURL + "/oauth/token",
	})
}

func (r *Rooms) credentials(v *visit) error {
	o, err := v.overview(v.param("app"))
	if err != nil {
		return err
	}
	return r.showCredentials(v, o.App, apps.Credentials{ClientID: o.ClientID})
}

func (r *Rooms) rotate(v *visit) error {
	o, err := v.overview(v.param("app"))
	if err != nil {
		return err
	}
	made, err := r.Apps.RotateFrom(v.ctx(), o.ID, v.value("client_id"), v.by(v.value("reason")))
	if err != nil {
		return err
	}
	return r.showCredentials(v, o.App, made)
}
