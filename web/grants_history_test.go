package web_test

import (
	"strings"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/policy"
)

func TestTheHistorySaysWhatEachVersionChanged(t *testing.T) {
	h, d := full(t, dbtest.New(t, database.SQLite))
	d.Edit("amplify", apps.Edit{Share: []string{"users.middleName"}, Hide: []string{"users.grades", "demographics.metadata.titleI"}})
	d.Edit("amplify", apps.Edit{Mask: []string{"users.familyName=initial"}, Roles: &policy.Among{Only: []string{"student"}}})
	current, err := h.Apps.Grant(ctx, "amplify")
	if err == nil {
		_, err = h.Apps.SaveGrant(ctx, "amplify", current.Version, current.Grant, apps.By{Actor: "cli:test"})
	}
	if err != nil {
		t.Fatal(err)
	}

	page := h.admin.get("/apps/amplify/history")
	page.shows(t, "Users: + middleName, − grades", "Demographics: − metadata.titleI",
		"<p>Users: familyName (initial only)</p>", "Scope: roles", "Nothing of what the app may get", "The first version",
		`<span class="status good">Holds now</span>`)
	if n := strings.Count(page.body, "Holds now"); n != 1 {
		t.Errorf("%d versions hold", n)
	}
	if strings.Contains(page.body, "sex") {
		t.Errorf("it names what did not change\n%s", words(page.body))
	}
}

func TestTheHistoryNamesNoTypeOfUserIDsToAnAuditorThatNobodyReviewed(t *testing.T) {
	h, d := full(t, dbtest.New(t, database.SQLite))
	auditor := h.signedIn("auditor@example.org", people.Auditor)
	d.Edit("schoolinks", apps.Edit{Hide: []string{"users.userIds.LDAP"}})
	h.admin.get("/apps/schoolinks/history").shows(t, "Users: − userIds.LDAP")
	if err := h.DB.Write.Exec("UPDATE bag_keys SET accepted = FALSE").Error; err != nil {
		t.Fatal(err)
	}
	page := auditor.get("/apps/schoolinks/history")
	page.shows(t, "Users: − userIds.unaccepted type ")
	if strings.Contains(page.body, "LDAP") {
		t.Errorf("it names the type\n%s", words(page.body))
	}
	h.admin.get("/apps/schoolinks/history").shows(t, "Users: − userIds.unaccepted type ")
}
