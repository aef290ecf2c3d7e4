package policy_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/policy/rego"
)

// under is a question about an app that has a policy of its own.
func under(grant policy.Grant, rules string) policy.Input {
	in := asking(grant)
	in.Own = &policy.Own{Files: rego.Source{"policy.rego": "package rostergate.app\n\n" + rules}}
	return in
}

// reading is a grant of users and demographics with some fields.
func reading() policy.Grant {
	grant := bare()
	tick(grant, "users", "givenName", "familyName", "email", "userIds", "agents")
	tick(grant, "demographics", "birthDate", "sex", "white")
	return grant
}

func TestAnAppsPolicyHidesWhatItNames(t *testing.T) {
	decision := decide(t, under(reading(), `
# METADATA
# title: No addresses
# description: The app sends no mail.
hide contains "users.email"
`))
	email := decision.Entities["users"].Fields["email"]
	if email.Share || email.Reason != "hidden_by_policy:No addresses: The app sends no mail" {
		t.Errorf("the address is %+v", email)
	}
	if says := engine(t).Reason(email.Reason); says != "Hidden by this app's policy: No addresses: The app sends no mail." {
		t.Errorf("it says %q", says)
	}
	if !decision.Entities["users"].Fields["familyName"].Share {
		t.Error("the name is hidden too")
	}
	if phone := decision.Entities["users"].Fields["phone"]; phone.Reason != "not_ticked" {
		t.Errorf("what nobody ticked is hidden because of %q", phone.Reason)
	}
}

func TestWhatHangsOnAFieldThatAnAppsPolicyHidesGoesWithIt(t *testing.T) {
	decision := decide(t, under(reading(), `hide contains "users"`))
	for _, plural := range []string{"users", "enrollments", "demographics"} {
		if one := decision.Entities[plural]; one.Allow || one.Reason == "" {
			t.Errorf("%s: %v, because of %q", plural, one.Allow, one.Reason)
		}
	}
	if reason := decision.Entities["users"].Reason; reason != "hidden_by_policy:the rule in line 3 of policy.rego" {
		t.Errorf("users are closed because of %q", reason)
	}
	if reason := decision.Entities["demographics"].Reason; reason != "requires_ungranted:users" {
		t.Errorf("demographics are closed because of %q", reason)
	}
	if !decision.Entities["orgs"].Allow {
		t.Error("orgs are closed too")
	}
}

func TestOnlyWhatAnAppsPolicyNamesIsLeft(t *testing.T) {
	decision := decide(t, under(reading(), `only := {"users.familyName", "demographics.sex", "orgs"}`))
	var left []string
	for _, plural := range slices.Sorted(maps.Keys(decision.Entities)) {
		for _, name := range slices.Sorted(maps.Keys(decision.Entities[plural].Fields)) {
			known, _ := catalog.Find(plural)
			if f, _ := known.Field(name); decision.Entities[plural].Fields[name].Share && f.Class != catalog.Structural && known.Served {
				left = append(left, plural+"."+name)
			}
		}
	}
	if want := []string{"demographics.sex", "users.familyName"}; !slices.Equal(left, want) {
		t.Errorf("what is left is %q, want %q", left, want)
	}
	if !decision.Entities["orgs"].Allow || decision.Entities["courses"].Allow {
		t.Error("of orgs and courses orgs should be left")
	}
}

func TestAnAppsPolicyReadsTheClassesOfTheCatalogAndWhatIsGranted(t *testing.T) {
	for says, rules := range map[string]string{
		"by the grant": `hide contains given.name if {
	some given in input.granted
	given.class == "personal"
}`,
		"by the catalog": `import data.rostergate.catalog

only contains name if {
	some name, about in catalog.names
	about.class != "personal"
}`,
	} {
		decision := decide(t, under(reading(), rules))
		white := decision.Entities["demographics"].Fields["white"]
		if white.Share || !strings.HasPrefix(white.Reason, "hidden_by_policy:") {
			t.Errorf("%s: a personal field is %+v", says, white)
		}
		if !decision.Entities["users"].Fields["email"].Share {
			t.Errorf("%s: the address is hidden", says)
		}
	}
}

func TestMasksOfAnAppsPolicyOnlyGetCoarser(t *testing.T) {
	grant := reading()
	change(grant, "users", func(e *policy.EntityGrant) {
		e.Masks = map[string]policy.Mask{"familyName": policy.Initial, "givenName": policy.Constant}
	})
	tick(grant, "users", "middleName")
	decision := decide(t, under(grant, `
mask["users.familyName"] := "pseudonym"

mask["users.givenName"] := "initial"

mask["users.middleName"] := "initial"

mask["users.email"] := "constant"

mask["demographics.birthDate"] := "year"
`))
	for name, want := range map[string]policy.FieldDecision{
		"familyName": {Reason: "hidden_by_policy:the rule in line 4 of policy.rego"}, // an initial is not coarser than a pseudonym, nor the reverse
		"givenName":  {Share: true, Mask: policy.Constant},
		"middleName": {Share: true, Mask: policy.Initial},
		"email":      {Share: true, Mask: policy.Constant},
	} {
		if got := decision.Entities["users"].Fields[name]; got != want {
			t.Errorf("%s is %+v, want %+v", name, got, want)
		}
	}
	if birth := decision.Entities["demographics"].Fields["birthDate"]; birth.Mask != policy.Year {
		t.Errorf("the birth date is %+v", birth)
	}
}

func TestAPolicyThatIsWrongDeniesEverything(t *testing.T) {
	for says, rules := range map[string]string{
		"a field that there is not":   `hide contains "users.emial"`,
		"an entity that there is not": `only contains "people"`,
		"a technical field":           `hide contains "users.role"`,
		"a mask that there is not":    `mask["users.email"] := "ink"`,
		"a mask on a key":             `mask["users.metadata.homeLanguage"] := "constant"`,
		"a mask that does not fit":    `mask["demographics.sex"] := "initial"`,
		"a name with an end of none":  `only contains "users."`,
		"null":                        `hide := null`,
		"a condition of other names":  `keep_rows contains {"Field": "users.grades", "op": "in", "value": ["09"]}`,
		"no name":                     `hide contains 1`,
		"no set":                      `hide := "users.email"`,
		"two masks":                   "mask[\"users.email\"] := \"initial\"\n\nmask[\"users.email\"] := \"constant\"",
		"undefined":                   `only := {"users"} if input.app.id == "somebody else"`,
		"a rule of another name":      `hides contains "users.email"`,
		"a misspelt input":            `hide contains "users.email" if input.ap.id == "library"`,
		"data that there is not":      `hide contains "users.email" if data.settings.strict`,
		"a rule that there is not":    `hide contains "users.email" if data.rostergate.app.strict`,
		"another app's policy":        `hide contains "users.email" if data.rostergate.apps.amplify.hide`,
		"the network":                 `hide contains "users.email" if http.send({"method": "GET", "url": "http://127.0.0.1"})`,
		"the clock":                   `hide contains "users.email" if time.now_ns() > 0`,
		"the machine":                 `hide contains "users.email" if opa.runtime().env`,
		"chance":                      `hide contains "users.email" if rand.intn("x", 2) == 1`,
		"text made of text":           `hide contains concat(".", ["users", "email"])`,
		"no Rego":                     `hide contains`,
		"a condition without a value": `keep_rows contains {"field": "users.grades", "op": "in"}`,
		"a condition of another form": `keep_rows contains "users.grades"`,
		"a builtin that errs":         `hide contains "users.email" if regex.match("(", "x")`,
		"a name that is taken":        `rostergate_rule_0 contains "users.email"`,
		"loops inside loops":          `hide contains "users.email" if count({[a, b, c, d] | some a in names; some b in names; some c in names; some d in names}) > 0` + "\n\nimport data.rostergate.catalog\n\nnames := object.keys(catalog.names)",
	} {
		decision, err := engine(t).Decide(t.Context(), under(reading(), rules))
		if err != nil {
			t.Errorf("%s: an error, which would be tried again: %v", says, err)
			continue
		}
		if decision.Allow || len(decision.Reasons) != 1 || !strings.HasPrefix(decision.Reasons[0], "policy_failed:") {
			t.Errorf("%s: allowed %v, because of %q", says, decision.Allow, decision.Reasons)
		}
		for plural, one := range decision.Entities {
			if one.Allow {
				t.Errorf("%s: %s are open", says, plural)
			}
		}
		if engine(t).Reason(strings.Join(decision.Reasons, "")) == "" {
			t.Errorf("%s: nothing is said", says)
		}
	}
}

func TestACeilingHidesWhatItsVendorDocumentsNoUseForUntilItIsLifted(t *testing.T) {
	in := asking(reading())
	in.App.Preset, in.App.Ceiling = "eduready360", true
	for _, name := range []string{"users.familyName", "users.email", "orgs"} {
		in.Needs = append(in.Needs, policy.Need{Name: catalog.ParseMember(name)})
	}
	decision := decide(t, in)
	if one := decision.Entities["demographics"]; one.Allow || !strings.HasPrefix(one.Reason, "beyond_ceiling:Eduready360") {
		t.Errorf("demographics: %v, because of %q", one.Allow, one.Reason)
	}
	if birth := decision.Entities["demographics"].Fields["birthDate"]; birth.Share || !strings.HasPrefix(birth.Reason, "beyond_ceiling:") {
		t.Errorf("the birth date is %+v", birth)
	}
	if !decision.Entities["users"].Fields["email"].Share || decision.Entities["users"].Fields["givenName"].Share {
		t.Error("of the names and the address it is not the needs that are shared")
	}

	in.Grant.Lifts = map[string]string{"demographics.birthDate": "the board agreed"}
	decision = decide(t, in)
	if !decision.Entities["demographics"].Fields["birthDate"].Share {
		t.Errorf("what was lifted is %+v", decision.Entities["demographics"])
	}
	if sex := decision.Entities["demographics"].Fields["sex"]; sex.Share || !strings.HasPrefix(sex.Reason, "beyond_ceiling:") {
		t.Errorf("what was not lifted is %+v", sex)
	}

	own := in
	own.Own = &policy.Own{Files: rego.Source{"policy.rego": "package rostergate.app\n\nhide contains \"demographics.birthDate\"\n"}}
	if birth := decide(t, own).Entities["demographics"].Fields["birthDate"]; birth.Share || !strings.HasPrefix(birth.Reason, "hidden_by_policy:") {
		t.Errorf("an app's own policy does not hold for what was lifted: %+v", birth)
	}
}

func TestALiftOpensNothingThatTheGrantDoesNotTick(t *testing.T) {
	in := asking(bare())
	in.App.Preset, in.App.Ceiling = "eduready360", true
	in.Needs = []policy.Need{{Name: catalog.ParseMember("orgs")}}
	in.Grant.Lifts = map[string]string{"users.phone": "why not"}
	if phone := decide(t, in).Entities["users"].Fields["phone"]; phone.Share {
		t.Errorf("the telephone is %+v", phone)
	}
}
