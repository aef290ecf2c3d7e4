package web_test

import (
	"strings"
	"testing"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/people"
)

func TestATypeOfUserIDsIsForAdminsUntilOneHasReviewedIt(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	auditor := h.signedIn("auditor@example.org", people.Auditor)
	taken := h.admin.upload(odd(t).zip(t), false)
	h.admin.ended(taken).shows(t, oddType)
	gone := h.admin.upload(district(t, 60).zip(t), true)
	h.admin.ended(gone).shows(t, "Keys that are gone: Users (1): <code>userIds."+oddType)

	const guard = "/apps/schoolinks/dataguard?entity=users"
	for _, path := range []string{"/", guard, taken.location, gone.location} {
		h.admin.get(path).shows(t, oddType)
		page := auditor.get(path)
		page.shows(t, "of user IDs that")
		if strings.Contains(page.body, oddType) {
			t.Errorf("%s names the type to an auditor\n%s", path, words(page.body))
		}
	}
	auditor.get("/").shows(t, "metadata.")

	form := h.admin.get(guard).form()
	form.Add("type", oddType)
	h.admin.post("/apps/schoolinks/dataguard/save", form)
	for _, path := range []string{guard, taken.location, gone.location} {
		page := auditor.get(path)
		page.shows(t, oddType)
		if strings.Contains(page.body, "not reviewed.") {
			t.Errorf("%s counts what is reviewed\n%s", path, words(page.body))
		}
	}

	h.admin.ended(h.admin.upload(district(t, 60).zip(t), false)).shows(t, "Stored")
	h.admin.get(guard).shows(t, `value="`+oddType+`" checked`, "Not in the roster now")
	// What is to be reviewed again has a name that was accepted.
	auditor.get(guard).shows(t, oddType)
}
