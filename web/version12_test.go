package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/web/frame"
)

// newer are the fields of an entity, and of what appears inside its records, that can be
// ticked and that OneRoster 1.2 alone has.
func newer(e catalog.Entity) []catalog.Held {
	return slices.DeleteFunc(e.Holds(catalog.V12), func(f catalog.Held) bool {
		return f.Class == catalog.Structural || f.Versions.Has(catalog.V11)
	})
}

// opened adds the app newer, to which kinds of records are open and nothing is ticked.
func opened(t *testing.T, h *house, kinds ...catalog.Entity) {
	t.Helper()
	_, _, err := h.Apps.Create(ctx, apps.NewApp{ID: "newer", Name: "Newer"}, apps.By{Actor: "test"})
	if err != nil {
		t.Fatal(err)
	}
	grant := policy.Grant{Scope: policy.Everyone(), Entities: map[string]policy.EntityGrant{}}
	for _, e := range kinds {
		grant.Entities[e.Plural] = policy.EntityGrant{Open: true}
	}
	if _, err := h.Apps.SaveGrant(ctx, "newer", version(t, h, "newer"), grant, apps.By{Actor: "test"}); err != nil {
		t.Fatal(err)
	}
}

// shares reports how a decision shows a field.
func shares(d policy.Decision, m catalog.Member) policy.FieldDecision {
	return d.Entities[m.Entity].Fields[m.Name]
}

func TestWhatOnlyTheNewerOneRosterHasIsTickedAndOpensExactlyThat(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h, d := full(t, s)
		var ticks []catalog.Held
		opened(t, h, frame.GuardedEntities()...) // records refer to those of other kinds
		for _, e := range frame.GuardedEntities() {
			page := h.admin.get("/apps/newer/dataguard?entity=" + e.Plural)
			form := page.form()
			form.Set("open", "on")
			for _, f := range e.Holds(catalog.Both) {
				if f.Class != catalog.Structural && f.Versions.Has(catalog.V11) {
					form.Add("field", f.Beside())
				}
			}
			for _, f := range newer(e) {
				page.shows(t, f.Label, "OneRoster 1.2 only", f.Beside())
				ticks = append(ticks, f)
				form.Add("field", f.Beside())
			}
			panel := h.admin.post("/apps/newer/dataguard", form)
			for _, f := range newer(e) {
				panel.shows(t, "<code>"+f.Beside()+"</code>")
			}
			if a := h.admin.post("/apps/newer/dataguard/save", because(panel, "a contract")); a.status != http.StatusSeeOther {
				t.Fatalf("saving %s: %d\n%s", e.Plural, a.status, words(a.body))
			}
			if again := h.admin.get("/apps/newer/dataguard?entity=" + e.Plural).form(); !slices.Equal(sorted(again["field"]), sorted(form["field"])) {
				t.Errorf("%s: saved %q, and the page has %q", e.Plural, form["field"], again["field"])
			}
		}
		if len(ticks) < 15 {
			t.Fatalf("only %d fields are of the newer OneRoster", len(ticks))
		}
		decided, err := d.Server.Standing(ctx, "newer")
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range ticks {
			if got := shares(decided, f.Member); !got.Share {
				t.Errorf("%s is ticked and hidden: %s", f.Member, h.Engine.Reason(got.Reason))
			}
		}
		for _, f := range ticks {
			form := without(h.admin.get("/apps/newer/dataguard?entity=users").form(), "field", f.Beside())
			panel := h.admin.post("/apps/newer/dataguard", form)
			panel.shows(t, "Loses", "<code>"+f.Beside()+"</code>")
		}
	})
}

// because is what Confirm of a panel sends, with a reason.
func because(panel answer, reason string) map[string][]string {
	form := panel.form()
	form.Set("reason", reason)
	return form
}

func sorted(names []string) []string { return slices.Sorted(slices.Values(names)) }

func TestAPartOfAUserIsHiddenWithWhatShowsItAndThePanelSaysSo(t *testing.T) {
	h, d := full(t, dbtest.New(t, database.SQLite))
	orgs, _ := catalog.Find("orgs")
	opened(t, h, orgs)
	page := h.admin.get("/apps/newer/dataguard?entity=users")
	page.shows(t, "Each is shared by itself, once User profiles is ticked above.", "Each is shared by itself. Roles always come with Users.",
		"Hidden while User profiles is hidden or masked.", "Hides Preferred first name with it.", "Hidden while Given name is hidden or masked.")
	lacks(t, page, "Hides Given name with it.")

	form := page.form()
	form.Set("open", "on")
	form["field"] = []string{"userProfiles.vendorId", "roles.beginDate", "roles.userProfile", "preferredFirstName"}
	form.Set("mask.roles.beginDate", "year")
	panel := h.admin.post("/apps/newer/dataguard", form)
	panel.shows(t, "Begin date", "roles.beginDate (year only)", "The app gets none of the User profiles: It is seen only inside a field that is not shared",
		"Preferred first name (users.preferredFirstName)", "User profile (roles.userProfile)")
	lacks(t, panel, "<code>userProfiles.vendorId</code>", "<code>preferredFirstName</code>", "<code>roles.userProfile</code>")
	if a := h.admin.post("/apps/newer/dataguard/save", because(panel, "")); a.status != http.StatusSeeOther {
		t.Fatalf("%d\n%s", a.status, words(a.body))
	}
	decided, err := d.Server.Standing(ctx, "newer")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]policy.FieldDecision{
		"roles.beginDate": {Share: true, Mask: policy.Year}, "roles.endDate": {Reason: "not_ticked"},
		"roles.userProfile": {Reason: "follows_hidden:users.userProfiles"}, "users.preferredFirstName": {Reason: "twin_hidden:givenName"},
		"userProfiles.vendorId": {},
	} {
		if got := shares(decided, catalog.ParseMember(name)); got.Share != want.Share || got.Mask != want.Mask || want.Reason != "" && got.Reason != want.Reason {
			t.Errorf("%s: %+v", name, got)
		}
	}

	saved, err := h.Apps.Grant(ctx, "newer")
	if err != nil {
		t.Fatal(err)
	}
	if got := saved.Grant.Entities["userProfiles"].Fields; !slices.Equal(got, []string{"vendorId"}) {
		t.Errorf("the tick is not kept: %q", got)
	}
	h.admin.get("/apps/newer/history").shows(t, "Roles: + beginDate (year only)", "User profiles: + vendorId")

	form = h.admin.get("/apps/newer/dataguard?entity=users").form()
	form["field"] = nil
	h.admin.post("/apps/newer/dataguard/save", h.admin.post("/apps/newer/dataguard", form).form())
	if saved, err = h.Apps.Grant(ctx, "newer"); err != nil || len(saved.Grant.Entities) != 2 {
		t.Errorf("what has no tick left stays: %+v, %v", saved.Grant.Entities, err)
	}
}

func TestTheCeilingHidesTheNewerFieldsUntilItIsLiftedForThem(t *testing.T) {
	h, d := full(t, dbtest.New(t, database.SQLite))
	if err := h.Apps.HoldCeiling(ctx, "alexandria", apps.By{Actor: "test"}); err != nil {
		t.Fatal(err)
	}
	form := h.admin.get("/apps/alexandria/dataguard?entity=users").form()
	form["field"] = append(form["field"], "preferredFirstName", "roles.endDate")
	if a := h.admin.post("/apps/alexandria/dataguard/save", because(h.admin.post("/apps/alexandria/dataguard", form), "asked for")); a.status != http.StatusSeeOther {
		t.Fatalf("%d\n%s", a.status, words(a.body))
	}
	for _, name := range []string{"users.preferredFirstName", "roles.endDate"} {
		decided, err := d.Server.Standing(ctx, "alexandria")
		if err != nil {
			t.Fatal(err)
		}
		if got := shares(decided, catalog.ParseMember(name)); got.Share || policy.LayerOf(got.Reason) != policy.Ceiling {
			t.Errorf("%s: %+v", name, got)
		}
		if roles := decided.Entities["roles"]; !roles.Allow || !roles.Fields["role"].Share {
			t.Errorf("a ceiling closes what always comes with users: %+v", roles)
		}
		h.admin.get("/apps/alexandria/dataguard?entity=users").shows(t, "/apps/alexandria/lift?name="+name)
		panel := h.admin.get("/apps/alexandria/lift?name=" + name)
		panel.shows(t, name)
		if a := h.admin.post("/apps/alexandria/lift/save", because(panel, "the librarians asked")); a.status != http.StatusSeeOther || !strings.Contains(a.header.Get("Location"), "entity=users") {
			t.Fatalf("%d to %q\n%s", a.status, a.header.Get("Location"), words(a.body))
		}
		if decided, err = d.Server.Standing(ctx, "alexandria"); err != nil || !shares(decided, catalog.ParseMember(name)).Share {
			t.Errorf("%s stays hidden once the ceiling is lifted: %v", name, err)
		}
	}
}

func TestThePageOfWhyKnowsThePartsOfAUser(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	page := h.admin.get("/apps/amplify/explain?field=roles.beginDate")
	page.shows(t, "Begin date", "roles.beginDate", "Roles: Begin date", "User profiles: Vendor ID", "The field is not ticked in the permissions")
	h.admin.get("/apps/amplify/explain?field=users.pronouns").shows(t, "Pronouns", "not ticked")
	if a := h.admin.get("/apps/amplify/explain?field=userProfiles.password"); a.status != http.StatusNotFound {
		t.Errorf("a credential is explained: %d", a.status)
	}
}

func TestARecordIsPreviewedInTheVersionThatThePersonChooses(t *testing.T) {
	h, d := full(t, dbtest.New(t, database.SQLite))
	form := map[string][]string{"of": {"users"}, "record": {text(pupil(t, d), "sourcedId")}}
	first := h.admin.post("/apps/amplify/preview/record", form)
	first.shows(t, "The answer in OneRoster 1.1", "GET /ims/oneroster/v1p1/users/", "Show in OneRoster 1.2", ">orgs<")
	lacks(t, first, "roles.beginDate", "pronouns")

	form["version"] = []string{"1.2"}
	second := h.admin.post("/apps/amplify/preview/record", form)
	second.shows(t, "The answer in OneRoster 1.2", "GET /ims/oneroster/rostering/v1p2/users/", "Show in OneRoster 1.1", "primaryOrg", "roles.beginDate")
	if seen := previews(t, d); len(seen) != 2 {
		t.Errorf("%d previews are on record", len(seen))
	}
	h.admin.post("/apps/amplify/preview", map[string][]string{"of": {"resources"}, "find": {"zzz"}, "version": {"1.2"}}).shows(t, `name="version" value="1.2"`)
}

func TestTheVendorIsToldTheBasesOfBothVersions(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	page := h.admin.get("/apps/amplify/credentials")
	for _, base := range []string{"/ims/oneroster/v1p1", "/ims/oneroster/rostering/v1p2", "/ims/oneroster/resources/v1p2"} {
		page.shows(t, h.PublicURL+base+"<")
	}
	page.shows(t, "OneRoster 1.1 base URL", "OneRoster 1.2 base URL, rostering")
	auditor := h.signedIn("auditor@example.org", people.Auditor)
	auditor.get("/apps/amplify/dataguard?entity=users").shows(t, "OneRoster 1.2 only", "roles.beginDate")
}

func TestTheComparisonOfARecordIsInTheVersionThatShowsTheChange(t *testing.T) {
	h, d := full(t, dbtest.New(t, database.SQLite))
	record := text(pupil(t, d), "sourcedId")
	form := ticked(h.admin.get("/apps/amplify/dataguard?entity=users").form(), "field", "primaryOrg")
	form.Set("record", record)
	h.admin.post("/apps/amplify/dataguard", form).shows(t, "Now, in OneRoster 1.2", "Once saved, in OneRoster 1.2")
	both := h.admin.post("/apps/amplify/dataguard", without(form, "field", "email"))
	both.shows(t, "Once saved")
	lacks(t, both, "in OneRoster 1.2")
}
