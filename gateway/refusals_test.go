package gateway_test

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

// status is the one entry of a statusInfoSet.
type status struct {
	CodeMajor   string `json:"imsx_codeMajor"`
	Severity    string `json:"imsx_severity"`
	MessageRef  string `json:"imsx_messageRefIdentifier"`
	Operation   string `json:"imsx_operationRefIdentifier"`
	Description string `json:"imsx_description"`
	CodeMinor   string `json:"imsx_codeMinor"`
}

// problem reads an error in the form of OneRoster 1.1, which has these members
// and nothing beside them.
func problem(t testing.TB, a gatewaytest.Answer) status {
	t.Helper()
	var body map[string][]status
	decoder := json.NewDecoder(strings.NewReader(string(a.Raw)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&body); err != nil || decoder.More() {
		t.Fatalf("the error body is no statusInfoSet (%v): %s", err, a.Raw)
	}
	set := body["statusInfoSet"]
	if len(body) != 1 || len(set) != 1 {
		t.Fatalf("the error body is %s", a.Raw)
	}
	p := set[0]
	if p.CodeMajor != "failure" || p.Severity != "error" || p.MessageRef != a.RequestID() || p.Description == "" {
		t.Errorf("the error is %+v, the request %s", p, a.RequestID())
	}
	if kind := a.Header.Get("Content-Type"); kind != "application/json" {
		t.Errorf("the error is sent as %q", kind)
	}
	return p
}

func (s status) withoutOperation() status {
	s.Operation, s.MessageRef = "", ""
	return s
}

func TestARefusalHasTheStandardsForm(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		minors := map[int]string{400: "invalid data", 401: "unauthorized", 403: "forbidden", 404: "unknown object"}
		for _, away := range turnedAway() {
			c := d.Bearer("bogus")
			if away.app != "" {
				c = d.As(away.app)
			}
			p := problem(t, want(t, c.Get(away.path), away.status))
			if p.CodeMinor != minors[away.status] {
				t.Errorf("%s: %q, wanted %q", away.path, p.CodeMinor, minors[away.status])
			}
			if known := !strings.HasPrefix(away.path, "/nothing"); (p.Operation != "") != known {
				t.Errorf("%s: the operation is %q", away.path, p.Operation)
			}
		}
	})
}

func TestARecordOutOfViewIsOneThatDoesNotExist(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		d.Edit("amplify", oneSchool(d))
		c := d.As("amplify")
		seen := map[string]map[string]gatewaytest.Record{}
		for _, collection := range []string{"users", "students", "demographics", "classes", "enrollments", "orgs", "schools"} {
			seen[collection] = byID(c.Walk("/" + collection))
		}
		for path, collection := range map[string]string{
			"users/ID": "users", "students/ID": "students", "demographics/ID": "demographics", "classes/ID": "classes",
			"enrollments/ID": "enrollments", "schools/ID": "schools", "schools/ID/students": "schools", "classes/ID/students": "classes",
			"students/ID/classes": "students", "schools/sch%2F101/classes/ID/students": "classes",
		} {
			unknown := impersonal(want(t, c.Get("/"+strings.Replace(path, "ID", "nobody", 1)), 404))
			hidden := 0
			for _, id := range thin(d.Known(entityOf(collection)), 40) {
				if seen[collection][id] != nil {
					continue
				}
				hidden++
				if got := impersonal(want(t, c.Get("/"+strings.Replace(path, "ID", url.PathEscape(id), 1)), 404)); got != unknown {
					t.Errorf("%s tells a record out of view:\n%s\n%s", path, got, unknown)
				}
			}
			if hidden == 0 {
				t.Errorf("%s: everything is in view", path)
			}
		}
	})
}

// entityOf is the entity that a top-level list is of.
func entityOf(collection string) string {
	for _, r := range catalog.Routes(catalog.V11) {
		if r.Path == "/"+collection {
			return r.Entity
		}
	}
	return ""
}

func TestATokenThatDoesNotWorkSaysNothingOfWhy(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		ctx, by := context.Background(), apps.By{Actor: "cli:ada"}
		expired := d.Token("alexandria")
		d.Clock.Pass(apps.TokenLife)
		revoked, suspended := d.Token("schoolinks"), d.Token("amplify")
		if _, err := d.Apps.Rotate(ctx, "schoolinks", by); err != nil {
			t.Fatal(err)
		}
		if err := d.Apps.Suspend(ctx, "amplify", by); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"/users", "/users/st-000000", "/users/nobody", "/demographics", "/orgs?limit=0", "/nothing"} {
			wanted := impersonal(want(t, d.Bearer("unknown").Get(path), 401))
			if !strings.Contains(wanted, "Www-Authenticate: Bearer") {
				t.Errorf("no WWW-Authenticate: %s", wanted)
			}
			for name, token := range map[string]string{
				"expired": expired, "revoked": revoked, "suspended": suspended, "none": "", "strange": "ü\"'", "long": strings.Repeat("x", 5000),
			} {
				if got := impersonal(want(t, d.Bearer(token).Get(path), 401)); got != wanted {
					t.Errorf("%s tells a token that is %s:\n%s\n%s", path, name, got, wanted)
				}
			}
		}
	})
}

func TestOtherSchemesAreNoCredentials(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		token := d.Token("amplify")
		for _, header := range []string{"Basic " + token, token, "Bearer", "Bearer  ", "Digest x", "Bearer x " + token} {
			r := d.Request("GET", gatewaytest.Base+"/users", nil)
			r.Header.Set("Authorization", header)
			want(t, d.Do(r), 401)
		}
		r := d.Request("GET", gatewaytest.Base+"/users", nil)
		r.Header.Set("Authorization", "bearer "+token)
		want(t, d.Do(r), 200)
		want(t, d.Bearer("").Get("/users?access_token="+token), 401)
	})
}
