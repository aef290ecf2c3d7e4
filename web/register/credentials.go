package register

import (
	"cmp"
	"strings"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/apps/credentials"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/web/frame"
)

type credentialsModel struct {
	App      apps.App
	ClientID string
	Secret   string // only where it was just made
	Live     []liveCredential
	Overlap  frame.Choice
	Minutes  int // it can be loaded again
	Bases    []oneRosterBase
	Token    string // where tokens are asked for
}

// oneRosterBase is what the addresses of one service of OneRoster begin with.
type oneRosterBase struct{ ID, Label, URL string }

// bases are those of all services.
func (r *Room) bases() []oneRosterBase {
	var all []oneRosterBase
	for _, s := range catalog.Services() {
		one := oneRosterBase{"base-url", "OneRoster " + s.Version.Names()[0] + " base URL", r.PublicURL + s.Base}
		if s.Name != "" {
			one.ID, one.Label = "base-url-"+s.Name, one.Label+", "+s.Name
		}
		all = append(all, one)
	}
	return all
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
	return r.showCredentials(v, o, apps.Credentials{ClientID: id, Secret: secret}, nil)
}

// liveCredential is a credential that works.
type liveCredential struct {
	ClientID         string
	Made, Used, Ends frame.Moment
}

func (r *Room) showCredentials(v *frame.Visit, o apps.Overview, made apps.Credentials, wrong error) error {
	m := credentialsModel{
		App: o.App, ClientID: made.ClientID, Secret: made.Secret, Minutes: int(frame.OnceTime.Minutes()),
		Bases: r.bases(), Token: r.PublicURL + "/oauth/token", Overlap: overlapChoice(v.FormValue("overlap")),
	}
	for _, one := range o.Credentials {
		m.Live = append(m.Live, liveCredential{one.ClientID, v.Moment(one.CreatedAt), v.Moment(one.UsedAt), v.Moment(one.EndsAt)})
	}
	title := "Credentials of " + o.Name
	if wrong != nil {
		var told frame.Field
		told.Blame(wrong)
		m.Overlap.Problem = told.Problem
		return v.ShowAgain("credentials", title, m)
	}
	return v.Show("credentials", title, m)
}

// overlapChoice offers how long the old credentials work on.
func overlapChoice(chosen string) frame.Choice {
	c := frame.Choice{Name: "overlap", Label: "The old ones", Options: []frame.Option{
		{Value: "0", Label: "Stop working at once"},
		{Value: "1h", Label: "Work on for an hour"},
		{Value: "24h", Label: "Work on for 24 hours"},
		{Value: "7d", Label: "Work on for 7 days"},
		{Value: "30d", Label: "Work on for 30 days"},
	}}
	for i, option := range c.Options {
		c.Options[i].Chosen = option.Value == chosen
	}
	return c
}

func (r *Room) credentialsPage(v *frame.Visit) error {
	o, err := v.AppOverview(v.PathParam("app"))
	if err != nil {
		return err
	}
	return r.showCredentials(v, o, apps.Credentials{ClientID: o.ClientID}, nil)
}

func (r *Room) rotateCredentials(v *frame.Visit) error {
	o, err := v.AppOverview(v.PathParam("app"))
	if err != nil {
		return err
	}
	overlap, err := credentials.ReadOverlap(cmp.Or(v.FormValue("overlap"), "0"))
	if err != nil {
		return r.showCredentials(v, o, apps.Credentials{ClientID: o.ClientID}, err)
	}
	made, err := r.Apps.RotateFrom(v.Context(), o.ID, v.FormValue("client_id"), overlap, v.By(v.FormValue("reason")))
	if err != nil {
		return err
	}
	return showOnce(v, o.ID, made)
}
