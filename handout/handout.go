package handout

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/terminal"
)

// App is how to reach the gateway as one app.
type App struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	Base11       string `json:"oneroster_v1p1"`
	Base12       string `json:"oneroster_v1p2"` // of rostering, which resources are beside
	TokenURL     string `json:"token_url"`
}

// Person is how to sign in to the pages.
type Person struct {
	Email    string `json:"email"`
	Password string `json:"password"`
}

// Handout is all of it. It holds secrets.
type Handout struct {
	Demo    string `json:"demo"` // the mark of the store
	BaseURL string `json:"base_url"`
	Admin   Person `json:"admin"`
	Auditor Person `json:"auditor"`
	Apps    []App  `json:"apps"`
}

// Locate fills in the addresses, below one without a slash at its end.
func (h *Handout) Locate(base string) {
	h.BaseURL = base
	for i := range h.Apps {
		h.Apps[i].Base11 = base + catalog.ServiceOf(catalog.V11, "users").Base
		h.Apps[i].Base12 = base + catalog.ServiceOf(catalog.V12, "users").Base
		h.Apps[i].TokenURL = base + "/oauth/token"
	}
}

// call is what an app of the demo asks for, and what there is to see in the answer as
// long as nobody changed what the app gets.
type call struct{ path, shows string }

// calls are the calls of the presets, by id: two ask for a record of demographics and
// get different ones, and two for a student who has an e-mail address.
func calls() map[string]call {
	const demographics, student = "/demographics?limit=1", "/students?limit=1&filter=email~%27@%27"
	return map[string]call{
		"alexandria":  {demographics, "the demographics of a student, birth date and sex alone"},
		"amplify":     {demographics, "the demographics of the same student, race, ethnicity and metadata, and no birth date"},
		"schoolinks":  {student, "the same student, with identifiers and metadata"},
		"eduready360": {student, "a student with e-mail address, without identifiers and metadata"},
	}
}

// Show shows the sign-ins, and one ready call for each app. States are those of the apps, by id.
func (h *Handout) Show(out io.Writer, states map[string]apps.State) error {
	w := &terminal.Lines{Out: out}
	w.Writef("Rostergate serves a sample district at %s\n\n", h.BaseURL)
	w.Writef("Sign in as admin    %s  %s\nSign in as auditor  %s  %s\n\n", h.Admin.Email, h.Admin.Password, h.Auditor.Email, h.Auditor.Password)
	ready := calls()
	for _, app := range h.Apps {
		if state := states[app.ID]; state != apps.Enabled {
			w.Writef("# %s is %s, and is answered nothing until somebody enables it.\n", app.Name, cmp.Or(state, "gone"))
		}
		w.Writef("# %s: %s\ncurl -s -H \"Authorization: Bearer $(curl -s -u '%s:%s' -d grant_type=client_credentials %s | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')\" '%s%s'\n\n",
			app.Name, ready[app.ID].shows, app.ClientID, app.ClientSecret, app.TokenURL, app.Base11, ready[app.ID].path)
	}
	w.Writef("Stop with Ctrl-C.\n")
	return w.Err
}

// WriteFile writes a file that only its owner may read, whole or not at all.
func (h *Handout) WriteFile(path string) error {
	content, err := json.MarshalIndent(h, "", "  ")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	draft := path + ".new"
	if err := os.WriteFile(draft, append(content, '\n'), 0o600); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return os.Rename(draft, path)
}
