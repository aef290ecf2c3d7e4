package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/people"
)

// newestChange is the last change on record.
func newestChange(t *testing.T, h *house) audit.Entry {
	t.Helper()
	if _, err := h.Ledger.Sequence(ctx); err != nil {
		t.Fatal(err)
	}
	found, err := h.Ledger.Latest(ctx, audit.KindChange, audit.Question{}, 1)
	if err != nil || len(found) != 1 {
		t.Fatalf("%d changes, %v", len(found), err)
	}
	return found[0]
}

func TestAnAdminSuspendsAPersonAndLetsThemInAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h := empty(t, s)
		bo, ada := h.signedIn("bo@example.org", people.Auditor), h.guest()
		all, err := h.People.List(ctx)
		if err != nil {
			t.Fatal(err)
		}
		pages := map[string]string{}
		for _, p := range all {
			pages[p.Email] = "/settings/people/" + p.ID
		}
		page := pages["bo@example.org"]
		h.admin.get(page).shows(t, "Suspend bo@example.org?", "is signed out at once, everywhere", `action="`+page+`/suspend"`)
		for who, one := range map[string]*guest{"an auditor": bo, "nobody": ada} {
			if a := one.post(page+"/suspend", nil); a.status != http.StatusForbidden && a.location != "/sign-in" {
				t.Errorf("by %s: %d to %q", who, a.status, a.location)
			}
		}
		bo.get("/").shows(t, "Dashboard")

		h.admin.follows(h.admin.post(page+"/suspend", nil)).shows(t, "bo@example.org is suspended, and signed out.", "Suspended since", "Let bo@example.org in again?", "a link can be made once they are let in again")
		if e := newestChange(t, h); e.Action != "person.suspend" || e.Subject != "bo@example.org" || e.Actor != "admin@example.org" {
			t.Errorf("on record: %s of %s by %s", e.Action, e.Subject, e.Actor)
		}
		if a := bo.get("/"); a.location != "/sign-in" {
			t.Errorf("suspended, they still see a page: %d", a.status)
		}
		if a := h.admin.get(page); strings.Contains(a.body, page+"/link") || strings.Contains(a.body, page+"/suspend") {
			t.Error("who is suspended is offered a link, or to be suspended")
		}

		h.admin.follows(h.admin.post(page+"/let-in", nil)).shows(t, "bo@example.org may sign in again.", page+"/suspend", page+"/link")
		if e := newestChange(t, h); e.Action != "person.enable" || e.Subject != "bo@example.org" {
			t.Errorf("on record: %s of %s", e.Action, e.Subject)
		}
		bo.signIn("bo@example.org", password)
		bo.get("/").shows(t, "Dashboard")

		own := pages["admin@example.org"]
		h.admin.get(own).shows(t, "You are signed out at once")
		if a := h.admin.post(own+"/suspend", nil); a.status != http.StatusConflict || !strings.Contains(a.body, "last admin") {
			t.Errorf("the last admin: %d", a.status)
		}
		h.add("cy@example.org", people.Admin)
		if a := h.admin.post(own+"/suspend", nil); a.location != "/sign-in" {
			t.Errorf("oneself: %d to %q", a.status, a.location)
		}
		h.admin.get("/sign-in").shows(t, "You are suspended, and signed out.")
	})
}

func TestAnAdminDeletesAnAppAndItStaysOnRecord(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h, d := full(t, s)
		auditor := h.signedIn("bo@example.org", people.Auditor)
		app := d.As("amplify")
		app.Get("/orgs?limit=1")
		const page = "/apps/amplify/delete"
		for who, one := range map[string]*guest{"an auditor": auditor, "nobody": h.guest()} {
			if a := one.post(page, nil); a.status != http.StatusForbidden && a.location != "/sign-in" {
				t.Errorf("by %s: %d to %q", who, a.status, a.location)
			}
		}
		h.admin.get("/apps").shows(t, `<a href="`+page+`">Delete</a>`)
		if a := auditor.get("/apps"); strings.Contains(a.body, page) {
			t.Error("an auditor is offered to delete an app")
		}
		h.admin.get(page).shows(t, "Delete Amplify Enrollment", "removed for good", "stays in the audit", `href="/apps/amplify/suspend"`)
		long := h.admin.post(page, url.Values{"reason": {strings.Repeat("x", 5000)}})
		if long.status != http.StatusUnprocessableEntity || !strings.Contains(long.body, `id="reason-problem"`) {
			t.Errorf("a reason that is too long: %d", long.status)
		}
		if _, err := h.Apps.Show(ctx, "amplify"); err != nil {
			t.Fatalf("nothing is confirmed yet: %v", err)
		}
		h.admin.follows(h.admin.post(page, url.Values{"reason": {"contract ended"}})).shows(t, "Amplify Enrollment is deleted. What it received stays in the audit.")
		if _, err := h.Apps.Show(ctx, "amplify"); !fault.Is(err, fault.NotFound) {
			t.Errorf("the app: %v", err)
		}
		if e := newestChange(t, h); e.Action != "app.delete" || e.App != "amplify" || e.Reason != "contract ended" || e.Actor != "admin@example.org" {
			t.Errorf("on record: %s of %s for %q by %s", e.Action, e.App, e.Reason, e.Actor)
		}
		h.admin.get("/audit?app=amplify").shows(t, "1 disclosure<", "Amplify Enrollment (deleted)")
		if a := h.admin.post(page, nil); a.status != http.StatusNotFound {
			t.Errorf("again: %d", a.status)
		}
	})
}
