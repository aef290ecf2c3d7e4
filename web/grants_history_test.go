package web_test

import (
	"html"
	"slices"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
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

func TestTheHistoryCallsSchoolsAndCoursesByTheirNamesToAdminsAndHasItOnRecord(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h, d := full(t, s)
		auditor := h.signedIn("auditor@example.org", people.Auditor)
		named := func(table, name string) (id, called string) {
			t.Helper()
			if err := s.DB.Read.Raw("SELECT sourced_id, "+name+" FROM "+table+" ORDER BY id DESC LIMIT 1").Row().Scan(&id, &called); err != nil {
				t.Fatal(err)
			}
			return id, called
		}
		org, school := named("orgs", "name")
		course, title := named("courses", "title")
		d.Edit("amplify", apps.Edit{Orgs: &policy.Among{Only: []string{org, "gone-org"}}, Courses: &policy.Among{Only: []string{course}}})

		page := h.admin.get("/apps/amplify/history")
		page.shows(t, "Scope: schools "+html.EscapeString(school)+", gone-org (was all), courses "+html.EscapeString(title)+" (was all)")
		if strings.Contains(page.body, org) || strings.Contains(page.body, course) {
			t.Errorf("it says ids\n%s", words(page.body))
		}
		var seen []string
		err := h.Ledger.Disclosures(ctx, audit.Question{Shown: true}, func(e audit.Entry) error {
			if e.RequestID == page.header.Get("X-Request-Id") {
				seen = append(seen, e.Entity)
			}
			return nil
		})
		if err != nil || !slices.Equal(seen, []string{"courses", "orgs"}) {
			t.Errorf("on record: %q, %v", seen, err)
		}
		said := auditor.get("/apps/amplify/history")
		said.shows(t, org, course)
		if strings.Contains(said.body, school) || strings.Contains(said.body, title) {
			t.Errorf("an auditor reads values\n%s", words(said.body))
		}
	})
}
