package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster"
)

// reviewed lists what is reviewed for an app, in full.
func (h *house) reviewed(app string) []string {
	h.t.Helper()
	keys, err := h.Apps.Keys(ctx, app)
	if err != nil {
		h.t.Fatal(err)
	}
	return apps.Names(apps.MembersOf(slices.DeleteFunc(keys, func(k roster.Key) bool { return !k.Reviewed })))
}

// lastChange is the change that went on record last, as JSON.
func (h *house) lastChange() string {
	h.t.Helper()
	if _, err := h.Ledger.Sequence(ctx); err != nil {
		h.t.Fatal(err)
	}
	found, err := h.Ledger.Latest(ctx, audit.KindChange, audit.Question{}, 1)
	if err != nil || len(found) != 1 {
		h.t.Fatalf("%d changes, %v", len(found), err)
	}
	return found[0].Action + " by " + found[0].Actor + " " + found[0].After
}

// brought puts a key into the roster, as an import does.
func (h *house) brought(entity string, bag catalog.Bag, names ...string) {
	h.t.Helper()
	for _, name := range names {
		key := roster.Key{Entity: entity, Bag: bag, Name: name, FirstSeen: "2026-01-01T00:00:00.000Z", LastSeen: "2026-01-01T00:00:00.000Z", Filled: 3, Present: true}
		if err := h.DB.Write.Create(&key).Error; err != nil {
			h.t.Fatal(err)
		}
	}
}

func TestSavingATabReviewsForItsAppWhatWasShownAndIsTicked(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	h.brought("users", catalog.Metadata, "shown", "unticked")
	before := h.reviewed("schoolinks")
	others := h.reviewed("alexandria")
	form := ticked(ticked(h.admin.get("/apps/schoolinks/dataguard?entity=users").form(), "key", "shown"), "key", "later")
	h.brought("users", catalog.Metadata, "later") // after the page was shown
	panel := h.admin.post("/apps/schoolinks/dataguard", form)
	panel.shows(t, "Marks 1 key as reviewed for SchooLinks: shown.", ">Confirm<", "metadata.later: It waits for a review for this app")
	if strings.Contains(panel.body, "unticked as") || !slices.Equal(h.reviewed("schoolinks"), before) {
		t.Error("the panel reviews, or says that it does what it does not")
	}
	if a := h.admin.post("/apps/schoolinks/dataguard/save", ticked(panel.form(), "knows", "on")); a.status != http.StatusSeeOther {
		t.Fatalf("saving: %d", a.status)
	}
	after := h.reviewed("schoolinks")
	if !slices.Contains(after, "users.metadata.shown") || len(after) != len(before)+1 || !slices.Equal(h.reviewed("alexandria"), others) {
		t.Errorf("reviewed %q, and for another app %q", after, h.reviewed("alexandria"))
	}
	if change := h.lastChange(); !strings.HasPrefix(change, "grant.save by admin@example.org") || !strings.Contains(change, `"reviewed":["users.metadata.shown"]`) {
		t.Errorf("on record: %s", change)
	}
	page := h.admin.get("/apps/schoolinks/dataguard?entity=users")
	page.shows(t, "New, not reviewed", "Waits for review") // unticked, and later
	front := h.admin.get("/")
	front.shows(t, "Waits for review", "SchooLinks: Users", "1 key that nobody has accepted")
	if strings.Contains(front.body, "later") {
		t.Error("the dashboard tells a name that nobody has accepted")
	}
}

// What vanished and returned waits, though nothing of the form changes.
func TestATickThatWaitsIsReviewedByConfirmingItsTab(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	if err := h.DB.Write.Exec("DELETE FROM reviews WHERE name = 'primaryOrg'").Error; err != nil {
		t.Fatal(err)
	}
	const path = "/apps/schoolinks/dataguard"
	h.admin.get(path+"?entity=users").shows(t, "Waits for review")
	panel := h.admin.post(path, h.admin.get(path+"?entity=users").form())
	panel.shows(t, "Marks 1 key as reviewed for SchooLinks: Primary organization (primaryOrg).", "<code>metadata.primaryOrg</code>", ">Confirm<")
	h.admin.post(path, h.admin.get(path+"?entity=orgs").form()).shows(t, "Nothing to save")
	h.admin.post(path+"/save", h.admin.get(path+"?entity=orgs").form())
	if slices.Contains(h.reviewed("schoolinks"), "users.metadata.primaryOrg") {
		t.Error("saving another tab reviewed it")
	}
	h.admin.post(path+"/save", panel.form())
	if slices.Contains(h.reviewed("schoolinks"), "users.metadata.primaryOrg") {
		t.Error("confirming without a tick reviewed it")
	}
	h.admin.post(path+"/save", ticked(panel.form(), "knows", "on"))
	if !slices.Contains(h.reviewed("schoolinks"), "users.metadata.primaryOrg") {
		t.Error("confirming did not review it")
	}
}

func TestWhatAPresetBringsIsShownBeforeTheAppIsAdded(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	wanted := url.Values{"preset": {"schoolinks"}, "name": {"Links"}, "id": {"links"}}
	panel := h.admin.post("/apps/add", wanted)
	panel.shows(t, "Keys that wait for a review", "users.<wbr>metadata.<wbr>primary<wbr>Org", "Types of user IDs that wait for a review", `value="users.userIds.StateID"`, "Optional, to place a student")
	if _, err := h.Apps.Show(ctx, "links"); err == nil || strings.Contains(panel.body, " checked") {
		t.Fatal("the app is there before it was added, or something is ticked")
	}
	form := ticked(ticked(panel.form(), "review", "users.metadata.primaryOrg"), "review", "users.userIds.StateID")
	again := h.admin.post("/apps/add", form)
	again.shows(t, "Look once more", "<code>metadata.primaryOrg</code>", "<code>userIds.StateID</code>")
	if _, err := h.Apps.Show(ctx, "links"); err == nil || strings.Contains(panel.body, "<code>userIds.StateID</code>") {
		t.Fatal("what was ticked opens unseen")
	}
	h.admin.follows(h.admin.post("/apps/add", again.form())).shows(t, "only this once")
	if got := h.reviewed("links"); !slices.Equal(got, []string{"users.metadata.primaryOrg", "users.userIds.StateID"}) {
		t.Errorf("reviewed %q", got)
	}
	if change := h.lastChange(); !strings.Contains(change, `"reviewed":["users.metadata.primaryOrg","users.userIds.StateID"]`) {
		t.Errorf("on record: %s", change)
	}
	h.admin.get("/audit?kind=change").shows(t, "Preset: schoolinks. Reviewed for the app: 1 key, 1 type of user IDs")

	none := url.Values{"preset": {"schoolinks"}, "id": {"none"}}
	h.admin.follows(h.admin.post("/apps/add", h.admin.post("/apps/add", none).form())).shows(t, "only this once")
	if got := h.reviewed("none"); len(got) != 0 {
		t.Errorf("adding without a tick reviewed %q", got)
	}
}

func TestWhatWaitsIsShownBeforeAnAppIsEnabled(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	if _, _, err := h.Apps.Create(ctx, apps.NewApp{ID: "two", Preset: "amplify"}, apps.By{Actor: "cli:test"}); err != nil {
		t.Fatal(err)
	}
	page := h.admin.get("/apps/two/enable")
	page.shows(t, "Keys that wait for a review", "demographics.<wbr>metadata.<wbr>home<wbr>Language", "All 12 keys below")
	h.brought("demographics", catalog.Metadata, "shoeSize") // which no preset asks for
	again := h.admin.post("/apps/two/enable", ticked(page.form(), "review", "demographics.metadata.homeLanguage"))
	again.shows(t, "Look once more", "<code>metadata.homeLanguage</code>")
	if got := h.reviewed("two"); len(got) != 0 {
		t.Errorf("what was ticked opens unseen: %q", got)
	}
	a := h.admin.post("/apps/two/enable", again.form())
	h.admin.get(a.location).shows(t, "is enabled: it receives what its permissions open. 11 keys and types wait for a review, hidden from it.")
	if got := h.reviewed("two"); !slices.Equal(got, []string{"demographics.metadata.homeLanguage"}) {
		t.Errorf("reviewed %q", got)
	}
	a = h.admin.post("/apps/two/enable", h.admin.post("/apps/two/enable", ticked(h.admin.get("/apps/two/enable").form(), "all", "on")).form())
	if got := h.reviewed("two"); a.status != http.StatusSeeOther || len(got) != 12 || slices.Contains(got, "demographics.metadata.shoeSize") {
		t.Errorf("all: %d, reviewed %q", a.status, got)
	}
	if page := h.admin.get("/apps/two/enable"); strings.Contains(page.body, "wait for a review") {
		t.Error("what is reviewed waits")
	}
	if change := h.lastChange(); !strings.HasPrefix(change, "grant.review by admin@example.org") {
		t.Errorf("on record: %s", change)
	}
	h.admin.get("/audit?kind=change").shows(t, "Keys reviewed", "Reviewed for the app: 11 keys")
}

func TestWhatWaitsNoLongerIsNotReviewed(t *testing.T) {
	h, d := full(t, dbtest.New(t, database.SQLite))
	if _, _, err := h.Apps.Create(ctx, apps.NewApp{ID: "two", Preset: "amplify"}, apps.By{Actor: "cli:test"}); err != nil {
		t.Fatal(err)
	}
	form := ticked(h.admin.get("/apps/two/enable").form(), "all", "on")
	d.Edit("two", apps.Edit{Hide: []string{"demographics.metadata.titleI"}})
	a := h.admin.post("/apps/two/enable", form)
	if a.status != http.StatusUnprocessableEntity || len(h.reviewed("two")) != 0 {
		t.Errorf("%d, reviewed %q", a.status, h.reviewed("two"))
	}
	for _, text := range []string{"What waits has changed since the page was opened.", "All 11 keys below"} {
		if !strings.Contains(a.body, text) {
			t.Errorf("the page does not show %q", text)
		}
	}
	if app, err := h.Apps.Show(ctx, "two"); err != nil || app.State != apps.Pending {
		t.Errorf("%s, %v", app.State, err)
	}
}

func TestGoingBackAndCopyingReviewNothing(t *testing.T) {
	h, d := full(t, dbtest.New(t, database.SQLite))
	h.brought("users", catalog.Metadata, "later")
	saved, err := h.Apps.Grant(ctx, "schoolinks")
	if err != nil {
		t.Fatal(err)
	}
	grant := saved.Grant.Clone()
	users := grant.Entities["users"]
	users.Keys = append(users.Keys, "later")
	grant.Entities["users"] = users
	if _, err := h.Apps.SaveGrant(ctx, "schoolinks", saved.Version, grant, apps.By{Actor: "cli:test"}); err != nil {
		t.Fatal(err)
	}
	d.Edit("schoolinks", apps.Edit{Hide: []string{"users.metadata.later"}})
	panel := h.admin.get("/apps/schoolinks/history/2")
	panel.shows(t, "Ticked, and still hidden", "metadata.later: It waits for a review for this app")
	h.admin.post("/apps/schoolinks/history/2", panel.form())
	if slices.Contains(h.reviewed("schoolinks"), "users.metadata.later") || version(t, h, "schoolinks") != 4 {
		t.Errorf("version %d, reviewed %q", version(t, h, "schoolinks"), h.reviewed("schoolinks"))
	}
	copied := h.admin.post("/apps/eduready360/copy", url.Values{"from": {"schoolinks"}})
	h.admin.post("/apps/eduready360/copy/save", copied.form())
	if got := h.reviewed("eduready360"); len(got) != 0 || version(t, h, "eduready360") != 2 {
		t.Errorf("version %d, copying reviewed %q", version(t, h, "eduready360"), got)
	}
}
