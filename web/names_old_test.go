package web_test

import (
	"testing"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/people"
)

// The ledger is never rewritten: what an earlier build recorded is told otherwise.
func TestNamesThatAnEarlierBuildRecordedAreNotTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h, _ := full(t, s)
		auditor := h.signedIn("auditor@example.org", people.Auditor)
		grant := map[string]any{"entities": map[string]any{"users": map[string]any{"keys": []string{keyOfJane}, "types": []string{"StateID", typeOfJane}}}}
		for _, c := range []audit.Change{
			{Actor: "cli:test", App: "amplify", Action: "grant.save", Before: map[string]any{"version": 1, "grant": map[string]any{}}, After: map[string]any{"version": 2, "grant": grant, "reviewed": []string{"users.userIds." + typeOfJane}}},
			{Actor: "cli:test", Action: "import", After: map[string]any{"new_keys": []string{"users.metadata." + keyOfJane, "users.metadata.primaryOrg"}, "vanished_keys": nil}},
		} {
			if err := h.Ledger.Note(ctx, c); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := h.Ledger.Sequence(ctx); err != nil {
			t.Fatal(err)
		}
		shown := audit.Disclosure{App: "amplify", Door: audit.DoorPreview, Actor: "admin@example.org", Entity: "users", Fields: []string{"email"}, Metadata: []string{keyOfJane}, Types: []string{typeOfJane}}
		if err := h.Ledger.Disclose(ctx, shown); err != nil {
			t.Fatal(err)
		}
		if found := has(everyRow(t, s, "ledger_entries"), typeOfJane, keyOfJane); len(found) != 2 {
			t.Fatalf("the ledger has %q", found)
		}
		for _, kind := range []string{"change", "shown"} {
			for _, path := range []string{"/audit?app=&kind=" + kind, "/audit/download?kind=" + kind} {
				page := auditor.get(path)
				page.shows(t, "unaccepted key 1")
				if found := has(page.body, typeOfJane, keyOfJane); len(found) > 0 {
					t.Errorf("%s tells %q", path, found)
				}
			}
		}
		auditor.get("/audit/download?kind=disclosure").shows(t, "unaccepted key 1")
		auditor.get("/audit/download?kind=change").shows(t, "unaccepted type 1", "users.metadata.primaryOrg")
	})
}
