package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/policy"
)

func TestALinkThatHasEndedSaysWhatToDoToWhoIsSignedInAndToWhoIsNot(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		out := h.nobody.send(method, "/welcome/long-gone", url.Values{}, nil)
		if out.status != http.StatusNotFound || !strings.Contains(out.body, "This link has ended") || !strings.Contains(out.body, `href="/sign-in">Sign in</a>`) || strings.Contains(out.body, "dashboard") {
			t.Errorf("%s, signed out: %d\n%s", method, out.status, words(out.body))
		}
		in := h.admin.send(method, "/welcome/long-gone", url.Values{}, nil)
		if in.status != http.StatusNotFound || !strings.Contains(in.body, "You are signed in as <strong>admin@example.org</strong>") || strings.Contains(in.body, `href="/sign-in"`) {
			t.Errorf("%s, signed in: %d\n%s", method, in.status, words(in.body))
		}
	}
}

func TestACopyKeepsWhatTheAppIsForAndTheHistorySaysValues(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h, _ := full(t, s)
		by := apps.By{Actor: "cli:clerk"}
		held, err := h.Apps.Grant(ctx, "eduready360")
		if err != nil {
			t.Fatal(err)
		}
		held.Grant.Purpose, held.Grant.Basis = "College planning", "Board policy 12"
		held.Grant.Scope.Roles.All, held.Grant.Scope.Roles.Only = false, []string{"student", "teacher"}
		if _, err := h.Apps.SaveGrant(ctx, "eduready360", held.Version, held.Grant, by); err != nil {
			t.Fatal(err)
		}
		panel := h.admin.post("/apps/eduready360/copy", url.Values{"from": {"amplify"}})
		panel.shows(t, "What it is for stays.")
		if strings.Contains(panel.body, "College planning") {
			t.Errorf("the purpose changes\n%s", words(panel.body))
		}
		if a := h.admin.post("/apps/eduready360/copy/save", panel.form()); a.status != http.StatusSeeOther {
			t.Fatalf("%d\n%s", a.status, words(a.body))
		}
		now, err := h.Apps.Grant(ctx, "eduready360")
		if err != nil || now.Grant.Purpose != "College planning" || now.Grant.Basis != "Board policy 12" || !now.Grant.Entities["demographics"].Open {
			t.Errorf("holds %+v, %v", now.Grant, err)
		}
		history := h.admin.get("/apps/eduready360/history")
		history.shows(t, "to “College planning”.", "The legal basis is now “Board policy 12”.", "Scope: roles student, teacher (was ", "clerk (command line)")
		if strings.Contains(history.body, "cli:") {
			t.Error("the history shows who it was as the ledger does")
		}
	})
}

func TestNothingIsSharedOfARecordThatTheAppDoesNotGet(t *testing.T) {
	h, d := full(t, dbtest.New(t, database.SQLite))
	student := pupil(t, d)
	d.Edit("amplify", apps.Edit{Roles: &policy.Among{Only: []string{"teacher"}}})
	page := h.admin.post("/apps/amplify/preview/record", url.Values{"of": {"users"}, "record": {student.ID()}})
	page.shows(t, "404", "Not sent", "The app does not get this record.")
	if strings.Contains(page.body, ">Shared<") {
		t.Error("something is shared beside a 404")
	}
	h.admin.post("/apps/amplify/preview", url.Values{"of": {"users"}, "find": {"nobody-is-called-so"}}).shows(t, "Nothing found")
}

func TestTheHintOfASwitchFitsItsState(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	h.admin.get("/apps/amplify/dataguard?entity=demographics").shows(t,
		`<span class="hint while-on">On: what is ticked below is shared.</span><span class="hint while-off">Off: nothing of this tab is shared.`)
}
