package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/approvals"
	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/optouts"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/waiting"
)

// marked marks what is sensitive, and returns the desk.
func (h *house) marked(marks waiting.Marks) *approvals.Desk {
	h.t.Helper()
	out := &optouts.Registry{DB: h.DB, Apps: h.Apps, Clock: h.Clock}
	desk := &approvals.Desk{DB: h.DB, Apps: h.Apps, OptOuts: out, Clock: h.Clock, Standing: people.Standing}
	if _, err := desk.SaveMarks(ctx, 0, marks, apps.By{Actor: "cli:test"}); err != nil {
		h.t.Fatal(err)
	}
	return desk
}

func TestTheApproverReadsWhatGoesWhoAskedAndWhoLetThemIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h, _ := full(t, s)
		rules := []policy.Guardrail{policy.NoUnclassifiedKey.Chosen(policy.Parameters{}), policy.ClassNeverForVendor.Chosen(policy.Parameters{Class: "contact", Vendor: policy.Library})}
		by := apps.By{Actor: "admin@example.org", Reason: "contract 12"}
		if _, err := h.Apps.SaveGuardrails(ctx, 0, rules, by); err != nil {
			t.Fatal(err)
		}
		h.marked(waiting.Marks{Apps: []string{"alexandria"}})
		_, err := h.Apps.SaveGuardrails(ctx, 1, rules[:1], by)
		if _, waits := approvals.HeldBack(err); !waits {
			t.Fatalf("the error is %v", err)
		}
		_, token, err := h.People.Add(ctx, people.NewPerson{Email: "second@example.org", Role: people.Admin}, "admin@example.org")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.People.Accept(ctx, token, people.Acceptance{Password: password}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Ledger.Sequence(ctx); err != nil {
			t.Fatal(err)
		}
		theirs := h.guest()
		theirs.signIn("second@example.org", password)
		page := theirs.get("/approvals/1")
		page.shows(t, "The guardrails", "never-contact-for-library", "admin@example.org asked for this, and added your account", "Nothing changes today for")
		if strings.Contains(page.body, "no-unclassified-key") {
			t.Error("a guardrail that stays is shown")
		}
		for _, where := range []string{"approve", "decline"} {
			again := theirs.post("/approvals/1/"+where, url.Values{"effect": {page.form().Get("effect")}, "reason": {" "}})
			again.answers(t, http.StatusUnprocessableEntity, "Say why", "The guardrails", `action="/approvals/1/approve"`)
		}
		all, err := h.People.List(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range all {
			if p.Email == "admin@example.org" {
				if err := h.People.Suspend(ctx, p.ID, "cli:test"); err != nil {
					t.Fatal(err)
				}
			}
		}
		theirs.post("/approvals/1/approve", url.Values{"effect": {page.form().Get("effect")}, "reason": {"read it"}}).leads(t, "/approvals/1?changed=yes")
		anew := theirs.get("/approvals/1")
		anew.shows(t, "admin@example.org, who asked for this, is suspended")
		theirs.post("/approvals/1/approve", url.Values{"effect": {anew.form().Get("effect")}, "reason": {"read it"}}).leads(t, "/approvals/1")
		theirs.get("/approvals/1").shows(t, "Approved")
	})
}

func TestAnOptOutOfAWholeAppSaysFirstWhatGoesAndFoldsTheNames(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h, _ := full(t, s)
		desk := h.marked(waiting.Marks{Apps: []string{"amplify"}})
		var user uint32
		if err := s.DB.Read.Raw("SELECT min(id) FROM users WHERE role = 'student'").Row().Scan(&user); err != nil {
			t.Fatal(err)
		}
		name, err := rosterName(s, user)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := desk.OptOuts.Add(ctx, []optouts.Wanted{{Student: name, App: "amplify"}}, apps.By{Actor: "cli:test"}); err != nil {
			t.Fatal(err)
		}
		err = desk.OptOuts.Remove(ctx, user, []string{"amplify"}, apps.By{Actor: "cli:test"})
		if _, waits := approvals.HeldBack(err); !waits {
			t.Fatalf("the error is %v", err)
		}
		page := h.admin.get("/approvals/1")
		page.shows(t, "Opt-outs that go", "no longer opted out of", "more names</summary>")
		if strings.Index(page.body, "Opt-outs that go") > strings.Index(page.body, "Sensitive in it") {
			t.Error("the names stand before what goes")
		}
	})
}

func rosterName(s dbtest.Store, user uint32) (name string, err error) {
	err = s.DB.Read.Raw("SELECT sourced_id FROM users WHERE id = ?", user).Row().Scan(&name)
	return name, err
}
