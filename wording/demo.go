package wording

import (
	"cmp"
	"io"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/terminal"
)

// DemoApp is how to reach the gateway as one app.
type DemoApp struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	Base11       string `json:"oneroster_v1p1"`
	TokenURL     string `json:"token_url"`
}

// DemoPerson is how to sign in to the pages.
type DemoPerson struct {
	Email    string `json:"email"`
	Password string `json:"password"`
}

// DemoAccess is what a demo tells the outside, as it stands in its file, too.
type DemoAccess struct {
	Demo    string     `json:"demo"` // the mark of the store
	BaseURL string     `json:"base_url"`
	Admin   DemoPerson `json:"admin"`
	Auditor DemoPerson `json:"auditor"`
	Apps    []DemoApp  `json:"apps"`
}

// Locate fills in the addresses.
func (a *DemoAccess) Locate(base string) {
	a.BaseURL = base
	for i := range a.Apps {
		a.Apps[i].Base11 = base + "/ims/oneroster/v1p1"
		a.Apps[i].TokenURL = base + "/oauth/token"
	}
}

// demoCall is what an app of the demo asks for, and what there is to see in the answer as
// long as nobody changed what the app gets.
type demoCall struct{ path, shows string }

// demoCalls are the calls of the presets, by id: two ask for a record of demographics and
// get different ones, and two for a student who has an e-mail address.
func demoCalls() map[string]demoCall {
	const demographics, student = "/demographics?limit=1", "/students?limit=1&filter=email~%27@%27"
	return map[string]demoCall{
		"alexandria":  {demographics, "the demographics of a student, birth date and sex alone"},
		"amplify":     {demographics, "the demographics of the same student, race, ethnicity and metadata, and no birth date"},
		"schoolinks":  {student, "the same student, with identifiers and metadata"},
		"eduready360": {student, "a student with e-mail address, without identifiers and metadata"},
	}
}

// Print shows one ready call per app, and the state of those that are not enabled.
func (a *DemoAccess) Print(out io.Writer, states map[string]apps.State) error {
	w := &terminal.Lines{Out: out}
	w.Writef("Rostergate serves a sample district at %s\n\n", a.BaseURL)
	w.Writef("Sign in as admin    %s  %s\nSign in as auditor  %s  %s\n\n", a.Admin.Email, a.Admin.Password, a.Auditor.Email, a.Auditor.Password)
	calls := demoCalls()
	for _, app := range a.Apps {
		if state := states[app.ID]; state != apps.Enabled {
			w.Writef("# %s is %s, and is answered nothing until somebody enables it.\n", app.Name, cmp.Or(state, "gone"))
		}
		w.Writef("# %s: %s\ncurl -s -H \"Authorization: Bearer $(curl -s -u '%s:%s' -d grant_type=client_credentials %s | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')\" '%s%s'\n\n",
			app.Name, calls[app.ID].shows, app.ClientID, app.ClientSecret, app.TokenURL, app.Base11, calls[app.ID].path)
	}
	w.Writef("Stop with Ctrl-C.\n")
	return w.Err
}
