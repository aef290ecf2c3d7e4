package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/proxies"
	"github.com/rostergate/rostergate/web"
)

// behind is a house that believes the proxies of the setting.
func behind(t *testing.T, setting string) *house {
	t.Helper()
	trusted, err := proxies.Parse(setting)
	if err != nil {
		t.Fatal(err)
	}
	h := bare(t, dbtest.New(t, database.SQLite))
	next := open(t, dbtest.Store{DB: h.DB}, web.Parts{Apps: h.Apps, Roster: h.Roster, Views: h.Views, Shelf: h.Shelf, Ledger: h.Ledger, Gateway: h.Gateway, Clock: h.Clock, Proxies: trusted})
	return next
}

func TestTheLedgerAndTheLogNameTheClientThatATrustedProxyNames(t *testing.T) {
	form := url.Values{"email": {"ada@example.org"}, "password": {"wrong"}}
	through := map[string]string{"X-Forwarded-For": "1.2.3.4, 198.51.100.7", "X-Real-IP": "203.0.113.1", "Forwarded": "for=203.0.113.2"}
	for setting, want := range map[string]string{"": "127.0.0.1", "10.0.0.1": "127.0.0.1", "127.0.0.0/8": "198.51.100.7"} {
		h := behind(t, setting)
		h.add("ada@example.org", people.Admin)
		if a := h.nobody.send(http.MethodPost, "/sign-in", form, through); a.status != http.StatusUnprocessableEntity {
			t.Fatalf("%d\n%s", a.status, a.body)
		}
		refused, err := h.Ledger.Latest(t.Context(), audit.KindRefusal, audit.Question{}, 10)
		if err != nil {
			t.Fatal(err)
		}
		if len(refused) != 1 || refused[0].Address != proxies.Network(want) || refused[0].Route != "/sign-in" {
			t.Errorf("trusting %q: on record %+v, want one of %s", setting, refused, proxies.Network(want))
		}
		if err := h.DB.Write.Exec("ALTER TABLE district RENAME TO elsewhere").Error; err != nil {
			t.Fatal(err)
		}
		if a := h.nobody.send(http.MethodGet, "/sign-in", nil, through); a.status != http.StatusInternalServerError {
			t.Fatalf("without its table: %d", a.status)
		}
		if log := h.log.String(); !strings.Contains(log, "client="+want) || strings.Contains(log, "203.0.113") {
			t.Errorf("trusting %q: logged %s, want the client %s", setting, log, want)
		}
	}
}

func TestTheAuditSaysFromWhichAddressSomebodySignedIn(t *testing.T) {
	h := behind(t, "127.0.0.0/8")
	ada := h.signedIn("ada@example.org", people.Admin)
	form := url.Values{"email": {"ada@example.org"}, "password": {password}}
	if a := h.nobody.send(http.MethodPost, "/sign-in", form, map[string]string{"X-Forwarded-For": "1.2.3.4, 198.51.100.7"}); a.status != http.StatusSeeOther {
		t.Fatalf("%d\n%s", a.status, a.body)
	}
	if _, err := h.Ledger.Sequence(ctx); err != nil {
		t.Fatal(err)
	}
	a := ada.get("/audit?kind=change")
	if a.status != http.StatusOK || strings.Count(a.body, "From 198.51.100.7") != 1 || strings.Contains(a.body, "1.2.3.4") {
		t.Errorf("the page says\n%s", a.body)
	}
}
