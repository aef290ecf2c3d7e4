package gateway_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/policy/rego"
)

// vouching is a test that any policy of an app passes.
const vouching = "package rostergate.app_test\n\nimport data.rostergate.app\n\ntest_it_compiles if count(object.keys({\"a\": 1})) == 1\n"

// govern makes rules the policy of an app, as a person does.
func govern(t testing.TB, d *gatewaytest.District, app, rules string) {
	t.Helper()
	now, err := d.Apps.Policy(t.Context(), app)
	if err != nil {
		t.Fatal(err)
	}
	files := rego.Source{"policy.rego": "package rostergate.app\n\n" + rules, "policy_test.rego": strings.ReplaceAll(vouching, "import data.rostergate.app\n\n", "")}
	if _, _, err := d.Apps.SavePolicy(t.Context(), gatewaytest.Engine(t), app, now.Version, files, apps.By{Actor: "cli:test"}); err != nil {
		t.Fatal(err)
	}
}

func TestAPolicyHoldsForTheVeryNextAnswerUntilItIsRemoved(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		app := d.As("alexandria")
		if a := app.Get("/users?limit=1"); !strings.Contains(string(a.Raw), `"email"`) {
			t.Fatalf("the app has no address to lose: %s", string(a.Raw))
		}
		govern(t, d, "alexandria", `hide contains "users.email"`)
		if a := app.Get("/users?limit=1"); a.Status != http.StatusOK || strings.Contains(string(a.Raw), `"email"`) {
			t.Errorf("the policy does not hold: %d %s", a.Status, string(a.Raw))
		}
		told := func(a gatewaytest.Answer) string {
			_, rest, _ := strings.Cut(string(a.Raw), "imsx_operationRefIdentifier")
			return strings.ReplaceAll(rest, "email", "shoeSize")
		}
		if a, b := app.Get("/users?filter=email%3D%27x%27"), app.Get("/users?filter=shoeSize%3D%27x%27"); a.Status != b.Status || told(a) != told(b) {
			t.Errorf("a hidden field answers %d %s, an unknown one %d %s", a.Status, string(a.Raw), b.Status, string(b.Raw))
		}
		govern(t, d, "alexandria", `hide contains "users"`)
		if a := app.Get("/users"); a.Status != http.StatusForbidden {
			t.Errorf("users are answered with %d", a.Status)
		}
		if _, err := d.Apps.RemovePolicy(t.Context(), "alexandria", 2, apps.By{Actor: "cli:test"}); err != nil {
			t.Fatal(err)
		}
		if a := app.Get("/users?limit=1"); !strings.Contains(string(a.Raw), `"email"`) {
			t.Errorf("the removed policy still holds: %d %s", a.Status, string(a.Raw))
		}
	})
}

// ids are the sourcedIds that a list answers with, in order.
func listed(t *testing.T, a gatewaytest.Answer, member string) []string {
	t.Helper()
	var body map[string][]struct {
		SourcedID string `json:"sourcedId"`
	}
	if err := json.Unmarshal([]byte(string(a.Raw)), &body); err != nil || a.Status != http.StatusOK {
		t.Fatalf("%d %s: %v", a.Status, string(a.Raw), err)
	}
	var ids []string
	for _, one := range body[member] {
		ids = append(ids, one.SourcedID)
	}
	return ids
}

func TestRowRulesLeaveOutRecordsAndWhatHangsOnThemThroughEveryDoor(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		app := d.As("alexandria")
		students, teachers := listed(t, app.Get("/students?limit=10000"), "users"), listed(t, app.Get("/teachers?limit=10000"), "users")
		kept := listed(t, app.Get("/students?limit=10000&filter=grades%3D%2709%27"), "users")
		if len(kept) == 0 || len(kept) == len(students) || len(teachers) == 0 {
			t.Fatalf("of %d students %d are in the ninth grade, with %d teachers: nothing to see here", len(students), len(kept), len(teachers))
		}
		govern(t, d, "alexandria", `keep_rows contains {"field": "students.grades", "op": "in", "value": ["09"]}`)
		if left := listed(t, app.Get("/students?limit=10000"), "users"); !slices.Equal(left, kept) {
			t.Errorf("%d students are left, want the %d of the ninth grade", len(left), len(kept))
		}
		if left := listed(t, app.Get("/teachers?limit=10000"), "users"); !slices.Equal(left, teachers) {
			t.Errorf("%d teachers are left of %d", len(left), len(teachers))
		}
		gone := students[slices.IndexFunc(students, func(id string) bool { return !slices.Contains(kept, id) })]
		for _, path := range []string{"/users/" + gone, "/students/" + gone, "/demographics/" + gone, "/students/" + gone + "/classes"} {
			a, b := app.Get(path), app.Get(strings.ReplaceAll(path, gone, "nobody"))
			if a.Status != http.StatusNotFound || a.Status != b.Status {
				t.Errorf("%s is answered with %d, somebody who does not exist with %d", path, a.Status, b.Status)
			}
		}
		for _, path := range []string{"/enrollments", "/demographics", "/users", "/orgs", "/classes"} {
			a := app.Get(path + "?limit=10000")
			for _, id := range students {
				if !slices.Contains(kept, id) && strings.Contains(string(a.Raw), `"`+id+`"`) {
					t.Errorf("%s tells of %s", path, id)
				}
			}
		}
		one, err := d.Server.Prospect(context.Background(), "alexandria", gateway.Offer{})
		if err != nil || int(one.Records("users").AndCardinality(one.View.Snapshot.Subset("users", catalog.Subset{Field: "role", Values: []string{catalog.Student}}))) != len(kept) {
			t.Errorf("a prospect has other students: %v", err)
		}
		govern(t, d, "alexandria", `keep_rows contains {"field": "users.username", "op": "in", "value": []}`)
		if a := app.Get("/users"); a.Status != http.StatusOK || len(listed(t, a, "users")) > 0 {
			t.Errorf("a list of nobody is answered with %d %s", a.Status, string(a.Raw))
		}
	})
}

func TestLeavingOutEnrollmentsBringsInNobodyAsUnenrolled(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		on := true
		d.Edit("alexandria", apps.Edit{Unenrolled: &on, Courses: &policy.Among{Only: []string{"reading"}}})
		before := listed(t, d.As("alexandria").Get("/users?limit=10000"), "users")
		govern(t, d, "alexandria", `keep_rows contains {"field": "enrollments.role", "op": "in", "value": []}`)
		after := listed(t, d.As("alexandria").Get("/users?limit=10000"), "users")
		for _, id := range after {
			if !slices.Contains(before, id) {
				t.Errorf("%s is in since the enrollments are not", id)
			}
		}
	})
}
