package gateway_test

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
	"github.com/rostergate/rostergate/revision"
)

// entry is the one entry that the ledger has of an answer.
func entry(t testing.TB, d *gatewaytest.District, a gatewaytest.Answer, kind audit.Kind) audit.Entry {
	t.Helper()
	entries := d.Entries(a.RequestID())
	if a.RequestID() == "" || len(entries) != 1 || entries[0].Kind != kind {
		t.Fatalf("of the request %q the ledger has %+v, wanted one %s", a.RequestID(), entries, kind)
	}
	return entries[0]
}

func TestTheLedgerHasWhatEveryAnswerHeld(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		for _, v := range vendors() {
			c := d.As(v.app)
			all := everything(c, v)
			for _, r := range catalog.Routes(catalog.V11) {
				if !v.opens(r) {
					continue
				}
				for _, call := range thin(all.calls(r), 2) {
					v.checkDisclosure(t, d, call, want(t, c.Get(call.path+"?limit=10000"), 200))
				}
			}
		}
	})
}

func (v vendor) checkDisclosure(t *testing.T, d *gatewaytest.District, c call, a gatewaytest.Answer) {
	t.Helper()
	e, got, given := entry(t, d, a, audit.KindDisclosure), found(a.Records()), v.entities[c.route.Entity]
	if e.App != v.app || e.Route != c.route.Path || e.Entity != c.route.Entity || e.Door != "rest-1.1" || e.Count != int64(len(a.Records())) {
		t.Errorf("%s: the ledger has %+v", c.path, e)
	}
	if sent := d.Sent(e); !slices.Equal(sent, sorted(a.Records())) {
		t.Errorf("%s: the ledger has the records %q, the body %q", c.path, sent, sorted(a.Records()))
	}
	// The names are those that such an answer may hold. In a list of everybody
	// each of them occurs; in any other answer some may have no value.
	fields := slices.DeleteFunc(got.members, func(name string) bool { return name == "metadata" })
	allowed := slices.DeleteFunc(slices.Clone(given.members), func(name string) bool { return name == "metadata" })
	sameSet(t, c.path+" on record", e.Fields, allowed)
	sameSet(t, c.path+" keys on record", e.Metadata, given.keys)
	sameSet(t, c.path+" types on record", e.Types, given.types)
	within(t, c.path, fields, e.Fields)
	within(t, c.path, got.keys, e.Metadata)
	within(t, c.path, got.types, e.Types)
	now, err := revision.Read(d.DB.Read)
	if err != nil || e.Permission != now.Permission || e.Generation != now.Generation {
		t.Errorf("%s: the ledger has revision %d and generation %d, the store %+v (%v)", c.path, e.Permission, e.Generation, now, err)
	}
}

// within wants every name to be among those on record.
func within(t testing.TB, path string, names, recorded []string) {
	t.Helper()
	for _, name := range names {
		if !slices.Contains(recorded, name) {
			t.Errorf("%s sent %s, which is not on record", path, name)
		}
	}
}

func TestTheLedgerKnowsWhatWasMasked(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		d.Edit("amplify", masking("users.familyName=initial", "users.email=constant"))
		e := entry(t, d, d.As("amplify").Get("/users"), audit.KindDisclosure)
		sameSet(t, "masked", e.Masked, []string{"familyName", "email"})
		within(t, "/users", []string{"familyName", "email", "givenName"}, e.Fields)
	})
}

// turnedAway are requests that are refused, the app that asks (nobody where it is
// empty), and the status.
func turnedAway() []struct {
	app, path string
	status    int
} {
	student := url.PathEscape("st%2F000015")
	return []struct {
		app, path string
		status    int
	}{
		{"", "/users/" + student, 401},
		{"eduready360", "/demographics/" + student, 403},
		{"eduready360", "/resources", 403},
		{"amplify", "/users/Harlow-" + student, 404},
		{"amplify", "/users/gd-000001", 404},
		{"amplify", "/classes/" + student + "/students", 404},
		{"amplify", "/nothing/" + student, 404},
		{"amplify", "/users?limit=Harlow", 400},
		{"amplify", "/users?offset=-1&x=" + student, 400},
	}
}

func TestTheLedgerHasEveryRefusalAndNothingOfWhatWasAsked(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		for _, away := range turnedAway() {
			c := d.Bearer("Bogus-Harlow-st-token")
			if away.app != "" {
				c = d.As(away.app)
			}
			a := want(t, c.Get(away.path), away.status)
			e := entry(t, d, a, audit.KindRefusal)
			if e.App != away.app || e.Status != away.status || e.Door != "rest-1.1" || e.Count > 1 || len(e.Fields) != 0 {
				t.Errorf("%s: the ledger has %+v", away.path, e)
			}
			kept, err := json.Marshal(e)
			if err != nil {
				t.Fatal(err)
			}
			for where, text := range map[string]string{"ledger": string(kept), "answer": string(a.Raw), "log": d.Log.String()} {
				for _, secret := range []string{"Harlow", "000015", "gd-000001", c.Token} {
					if strings.Contains(text, secret) {
						t.Errorf("%s: the %s repeats %q: %s", away.path, where, secret, text)
					}
				}
			}
		}
	})
}

func TestWithoutALedgerNothingLeaves(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		clients := map[string]*gatewaytest.Client{"": d.Bearer("bogus"), "amplify": d.As("amplify"), "eduready360": d.As("eduready360")}
		want(t, clients["amplify"].Get("/users"), 200)
		silenced := []gatewaytest.Answer{}
		without(t, d, func() {
			for _, path := range []string{"/users", "/users?offset=100000", "/demographics?limit=10000", "/orgs/dist-9912"} {
				silenced = append(silenced, clients["amplify"].Get(path))
			}
			for _, away := range turnedAway() {
				silenced = append(silenced, clients[away.app].Get(away.path))
			}
		})
		for _, a := range silenced {
			want(t, a, 503)
			if len(a.Raw) != 0 || a.Header.Get("X-Total-Count") != "" || a.Header.Get("Link") != "" {
				t.Errorf("an answer that is not on record says %q, %v", a.Raw, a.Header)
			}
			if a.Header.Get("Retry-After") == "" {
				t.Error("no Retry-After")
			}
			if kept := d.Entries(a.RequestID()); len(kept) != 0 {
				t.Errorf("the ledger has %+v", kept)
			}
		}
		entry(t, d, want(t, clients["amplify"].Get("/users"), 200), audit.KindDisclosure)
	})
}

// without runs fn while the ledger has no place to write to.
func without(t testing.TB, d *gatewaytest.District, fn func()) {
	t.Helper()
	for _, step := range []struct{ from, to string }{{"ledger_entries", "ledger_gone"}, {"ledger_gone", "ledger_entries"}} {
		if err := d.Store.Ledger.Write.Exec("ALTER TABLE " + step.from + " RENAME TO " + step.to).Error; err != nil {
			t.Fatal(err)
		}
		if step.from == "ledger_entries" {
			fn()
		}
	}
}

func TestAGatewayThatLostItsLedgerFallsSilentAlone(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		other, token := d.Replica(), d.Token("amplify")
		want(t, other.Bearer(token).Get("/users"), 200)
		other.LoseLedger()
		if a := want(t, other.Bearer(token).Get("/users"), 503); len(a.Raw) != 0 {
			t.Errorf("it said %s", a.Raw)
		}
		want(t, d.Bearer(token).Get("/users"), 200)
	})
}
