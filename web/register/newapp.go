package register

import (
	"cmp"
	"strings"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/openapi"
	"github.com/rostergate/rostergate/web/frame"
	"github.com/rostergate/rostergate/web/frame/gains"
)

type newAppModel struct {
	Preset frame.Choice
	Name   frame.Field
	ID     frame.Field
}

func newAppForm(wanted apps.NewApp) newAppModel {
	m := newAppModel{
		Preset: frame.Choice{Name: "preset", Label: "Start from", Options: []frame.Option{{Label: "A blank app", Hint: "Shares nothing until you tick it."}}},
		Name:   frame.Field{Name: "name", Label: "Name", Value: wanted.Name, Autocomplete: "off", Hint: "As people here call it. A preset has a name of its own."},
		ID:     frame.Field{Name: "id", Label: "ID", Value: wanted.ID, Autocomplete: "off", Hint: "Lowercase letters, digits and hyphens; it never changes. Made from the name if left empty."},
	}
	for _, p := range apps.Presets() {
		m.Preset.Options = append(m.Preset.Options, frame.Option{Value: p.ID, Label: p.Name, Hint: p.Purpose + ". What its vendor asks for is ticked."})
	}
	for i := range m.Preset.Options {
		m.Preset.Options[i].Chosen = m.Preset.Options[i].Value == wanted.Preset
	}
	return m
}

const addAppTitle = "Add an app"

func (r *Room) addAppForm(v *frame.Visit) error {
	return v.Show("newapp", addAppTitle, newAppForm(apps.NewApp{}))
}

func (r *Room) addApp(v *frame.Visit) error {
	wanted := apps.NewApp{ID: v.FormValue("id"), Name: v.FormValue("name"), Preset: v.FormValue("preset")}
	err := r.Apps.CheckNew(v.Context(), wanted)
	if err == nil {
		err = r.addChecked(v, wanted)
	}
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		model := newAppForm(wanted)
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
	Wanted  apps.NewApp
	Opening opening
	Reviews reviewList
}

// addChecked adds the app, once the person was shown what its preset brings.
func (r *Room) addChecked(v *frame.Visit, wanted apps.NewApp) error {
	preset, given := apps.FindPreset(wanted.Preset)
	if !given { // it opens nothing
		return r.createApp(v, wanted, "")
	}
	keys, err := v.RosterKeys("", frame.WantedBy(preset.Grant()))
	if err != nil {
		return err
	}
	m := presetModel{Wanted: wanted}
	if m.Reviews, err = r.reviewsOf(v, preset.Name, preset.Grant(), preset.Needs, keys); err != nil {
		return err
	}
	title := "Add " + preset.Name
	seen, stale := chosenKeys(v, m.Reviews.keys)
	f := offer{app: apps.App{Name: cmp.Or(strings.TrimSpace(wanted.Name), preset.Name)}, from: gains.Nobody(), grant: preset.Grant(), waits: m.Reviews.keys, seen: seen}
	if m.Opening, err = r.openingOf(v, f); err != nil {
		return err
	}
	if stale != nil {
		m.Reviews.Problem = waitsNoLonger
		return v.ShowAgain("newappreviews", title, m)
	}
	if !m.Opening.confirmedBy(v) {
		return v.ShowWithStatus(m.Opening.showAgain(v), "newappreviews", title, m)
	}
	err = r.createApp(v, wanted, v.FormValue("reason"), seen...)
	if fault.Is(err, fault.Invalid) && m.Opening.Reason.Blame(err) {
		return v.ShowAgain("newappreviews", title, m)
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

type credentialsModel struct {
	App      apps.App
	ClientID string
	Secret   string // only where it was just made
	Minutes  int    // it can be loaded again
	Base     string // of the OneRoster addresses
	Token    string // where tokens are asked for
}

// showOnce leads to the page that shows the secret of new credentials. It can be loaded
// anew for a moment, for a person may do so before the secret is copied.
func showOnce(v *frame.Visit, app string, made apps.Credentials) error {
	return v.ShowOnce("/apps/"+app+"/credentials/new", made.ClientID+" "+made.Secret)
}

// newCredentialsPage shows them. Afterwards there are the credentials without their
// secret.
func (r *Room) newCredentialsPage(v *frame.Visit) error {
	o, err := v.AppOverview(v.PathParam("app"))
	if err != nil {
		return err
	}
	id, secret, _ := strings.Cut(v.Once(), " ")
	if secret == "" || id != o.ClientID {
		return v.EndForm("/apps/"+o.ID+"/credentials", "The secret can no longer be shown. If it was not copied, rotate the credentials.")
	}
	return r.showCredentials(v, o.App, apps.Credentials{ClientID: id, Secret: secret})
}

func (r *Room) showCredentials(v *frame.Visit, app apps.App, made apps.Credentials) error {
	return v.Show("credentials", "Credentials of "+app.Name, credentialsModel{
		App: app, ClientID: made.ClientID, Secret: made.Secret, Minutes: int(frame.OnceTime.Minutes()),
		Base: r.PublicURL + openapi.Base, Token: r.PublicURL + "/oauth/token",
	})
}

func (r *Room) credentialsPage(v *frame.Visit) error {
	o, err := v.AppOverview(v.PathParam("app"))
	if err != nil {
		return err
	}
	return r.showCredentials(v, o.App, apps.Credentials{ClientID: o.ClientID})
}

func (r *Room) rotateCredentials(v *frame.Visit) error {
	o, err := v.AppOverview(v.PathParam("app"))
	if err != nil {
		return err
	}
	made, err := r.Apps.RotateFrom(v.Context(), o.ID, v.FormValue("client_id"), v.By(v.FormValue("reason")))
	if err != nil {
		return err
	}
	return showOnce(v, o.ID, made)
}
