package web_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/policy"
)

// changesOf are the rows of the audit's changes, as they can be read.
func changesOf(t *testing.T, g *guest) []string {
	t.Helper()
	if _, err := g.house.Ledger.Sequence(ctx); err != nil {
		t.Fatal(err)
	}
	page := g.get("/audit?kind=change")
	page.shows(t)
	var rows []string
	for _, row := range strings.Split(page.body, "<tr>")[2:] {
		rows = append(rows, words(row))
	}
	return rows
}

func TestTheAuditSaysWhatAChangeChangedByNames(t *testing.T) {
	h, d := full(t, dbtest.New(t, database.SQLite))
	school := d.Known("orgs")[0]
	d.Edit("schoolinks", apps.Edit{
		Share: []string{"users.middleName"}, Hide: []string{"users.email", "demographics"}, Mask: []string{"users.familyName=initial"},
		Orgs: &policy.Among{Only: []string{school}},
	})
	d.Edit("alexandria", apps.Edit{Hide: []string{"demographics", "users.userIds.LDAP"}})
	h.admin.post("/settings", url.Values{"name": {"Secret Valley"}, "time_zone": {"UTC"}})
	h.admin.ended(h.admin.upload(district(t, 20).zip(t), false))
	rows := changesOf(t, h.signedIn("auditor@example.org", people.Auditor))
	all := strings.Join(rows, "\n")
	for _, says := range []string{
		"Permissions saved Scope: schools. Shared: users.middleName. Masked: users.familyName. Hidden: users.email",
		"Permissions saved Types of user IDs, Demographics turned off",
		"Settings saved District name, Time zone", "Signed in", "App enabled", "App added Preset: schoolinks", "(command line)",
		"Import held Not stored. Would be: 0 added, ",
	} {
		if !strings.Contains(all, says) {
			t.Errorf("no row says %q\n%s", says, all)
		}
	}
	for _, hidden := range []string{"cli:", "grant.save", "Secret Valley", "LDAP", school, "{"} {
		if strings.Contains(all, hidden) {
			t.Errorf("a row says %q\n%s", hidden, all)
		}
	}
}

func TestADeletedAppCanStillBeChosenInTheAuditAndKeepsItsName(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	if err := h.Apps.Delete(ctx, "amplify", apps.By{Actor: "cli:test"}); err != nil {
		t.Fatal(err)
	}
	h.admin.get("/audit?app=amplify").shows(t, `<option value="amplify" selected>Amplify Enrollment (deleted)</option>`)
	if other := h.admin.get("/audit").body; strings.Contains(other, `value="amplify" selected`) {
		t.Error("it is chosen though nobody chose it")
	}
}
