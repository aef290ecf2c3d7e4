package policy_test

import (
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
)

func TestRowRulesBecomeConditionsOfThePlan(t *testing.T) {
	in := under(reading(), `
# METADATA
# title: Ninth grade
# description: The app is for the ninth grade.
keep_rows contains {"field": "students.grades", "op": "in", "value": ["10", "09"]}

keep_rows contains {"field": "orgs.metadata.region", "op": "eq", "value": "north"}

keep_rows contains {"field": "classes.classType", "op": "in", "value": []}
`)
	plan, err := engine(t).Plan(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, c := range plan.Keep {
		who := c.Of.String()
		if c.Students {
			who = "students of " + who
		}
		said = append(said, who+" "+c.Op+" "+strings.Join(c.Values, ","))
	}
	want := []string{"classes.classType in ", "orgs.metadata.region eq north", "students of users.grades in 09,10"}
	if strings.Join(said, "; ") != strings.Join(want, "; ") {
		t.Errorf("the conditions are %q, want %q", said, want)
	}
	if reason := plan.Keep[2].Reason; reason != "hidden_by_policy:Ninth grade: The app is for the ninth grade" {
		t.Errorf("the reason is %q", reason)
	}
	for _, e := range plan.Entities() {
		if e.Rows == policy.Always {
			t.Errorf("of %s every record is reached unseen", e.Entity.Plural)
		}
	}
	if plan.Keep[0].Meets([]string{"homeroom"}) {
		t.Error("an empty list is met by somebody")
	}
}

func TestPlansThatDifferInTheirConditionsAreTwo(t *testing.T) {
	prints := map[string]bool{}
	for _, rules := range []string{
		`hide contains "orgs.identifier"`,
		"hide contains \"orgs.identifier\"\n\nkeep_rows contains {\"field\": \"users.grades\", \"op\": \"in\", \"value\": [\"09\"]}",
		"hide contains \"orgs.identifier\"\n\nkeep_rows contains {\"field\": \"students.grades\", \"op\": \"in\", \"value\": [\"09\"]}",
		"hide contains \"orgs.identifier\"\n\nkeep_rows contains {\"field\": \"users.grades\", \"op\": \"in\", \"value\": [\"10\"]}",
		"hide contains \"orgs.identifier\"\n\nkeep_rows contains {\"field\": \"users.grades\", \"op\": \"in\", \"value\": []}",
	} {
		plan, err := engine(t).Plan(t.Context(), under(reading(), rules))
		if err != nil {
			t.Fatal(err)
		}
		prints[plan.Fingerprint()] = true
	}
	if len(prints) != 5 {
		t.Errorf("five plans have %d fingerprints", len(prints))
	}
}

func TestRowRulesThatCannotBeAskedDenyEverything(t *testing.T) {
	for says, rule := range map[string]string{
		"a field that there is not":     `{"field": "users.grade", "op": "eq", "value": "09"}`,
		"no field":                      `{"field": "users", "op": "eq", "value": "09"}`,
		"a reference":                   `{"field": "classes.school", "op": "eq", "value": "school-1"}`,
		"a date of the house":           `{"field": "users.dateLastModified", "op": "gt", "value": "2026-01-01"}`,
		"a credential":                  `{"field": "users.password", "op": "eq", "value": "x"}`,
		"an operator that there is not": `{"field": "users.grades", "op": "~", "value": "09"}`,
		"two values for one":            `{"field": "users.grades", "op": "eq", "value": ["09", "10"]}`,
		"no value for one":              `{"field": "users.grades", "op": "eq", "value": []}`,
		"a number":                      `{"field": "users.grades", "op": "eq", "value": 9}`,
		"one member more":               `{"field": "users.grades", "op": "eq", "value": "09", "or": true}`,
	} {
		decision := decide(t, under(reading(), "keep_rows contains "+rule))
		if decision.Allow || !strings.HasPrefix(strings.Join(decision.Reasons, ""), "policy_failed:") {
			t.Errorf("%s: allowed %v, because of %q", says, decision.Allow, decision.Reasons)
		}
	}
}

func TestAConditionOnWhatTheAppDoesNotSeeIsTold(t *testing.T) {
	grant := reading()
	tick(grant, "users", "grades")
	decision := decide(t, under(grant, `
keep_rows contains {"field": "users.grades", "op": "in", "value": ["09"]}

keep_rows contains {"field": "users.phone", "op": "startswith", "value": "+1"}

keep_rows contains {"field": "users.metadata.program", "op": "eq", "value": "x"}
`))
	var told []catalog.Member
	for _, c := range decision.Betrayed() {
		told = append(told, c.Of)
	}
	if len(told) != 2 || told[0].Name != "phone" && told[1].Name != "phone" {
		t.Errorf("membership tells the app of %v", told)
	}
}

func TestAPolicyIsAskedAnewWhenItsDayIsOver(t *testing.T) {
	in := under(reading(), `hide contains "users.email" if input.day >= "2026-11-24"`)
	in.Now = time.Date(2026, 11, 23, 23, 59, 0, 0, time.UTC)
	plan, err := engine(t).Plan(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	shares := func(plan *policy.Plan) bool {
		users, _ := plan.Entity("users")
		_, named := users.Field("email")
		return named
	}
	midnight := in.Now.Add(time.Minute)
	if !shares(plan) || plan.Over(in.Now) || !plan.Over(midnight) {
		t.Errorf("the day before the address is shared: %v, until %v", shares(plan), plan.ValidUntil)
	}
	in.Now = midnight
	if plan, err = engine(t).Plan(t.Context(), in); err != nil || shares(plan) {
		t.Errorf("from the day on the address is still shared: %v", err)
	}
	in.Day = "2026-11-23" // of the district, where it is still the day before
	if plan, err = engine(t).Plan(t.Context(), in); err != nil || !shares(plan) || !plan.ValidUntil.IsZero() {
		t.Errorf("on the district's day before, the address is shared: %v, until %v; %v", shares(plan), plan.ValidUntil, err)
	}
	in.Own, in.Day = nil, ""
	if plan, err = engine(t).Plan(t.Context(), in); err != nil || !plan.ValidUntil.IsZero() {
		t.Errorf("without a policy the plan ends at %v: %v", plan.ValidUntil, err)
	}
}
