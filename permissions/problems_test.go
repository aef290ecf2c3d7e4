package permissions_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/permissions"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/policy/rego"
	"github.com/rostergate/rostergate/roster"
)

const reach = `    scope:
      orgs: all
      courses: all
      classes: all
      roles: [student]
      grades: [09, on]
`

// Each problem is told with its line and column, and all of them at once.
func TestWhatIsWrongIsToldLineByLine(t *testing.T) {
	keys := []roster.Key{
		{Entity: "demographics", Bag: catalog.Metadata, Name: "homeLanguage", Present: true},
		{Entity: "users", Bag: catalog.UserIDs, Name: "StateID", Present: true},
	}
	reading := policy.Grant{Entities: map[string]policy.EntityGrant{"demographics": {Keys: []string{"gone"}}}, Scope: policy.Everyone()}
	rules, err := policy.New()
	if err != nil {
		t.Fatal(err)
	}
	d := district(keys, holding("amplify", reading, nil), holding("reader", policy.Grant{}, nil))
	d.Test = func(files rego.Source) (rego.Report, error) { return rules.Test(t.Context(), files) }
	for name, one := range map[string]struct{ text, want string }{
		"nothing":            {"", `p.yaml: it is empty: rostergate grants export writes what holds`},
		"a comment":          {"# nothing\n", `p.yaml: it is empty: rostergate grants export writes what holds`},
		"no mapping":         {"rostergate\n", `p.yaml:1:1: the document takes members, each as NAME: VALUE`},
		"no YAML":            {"rostergate: 1\napps:\n  amplify: [\n", `p.yaml:3: this is no YAML: did not find expected node content`},
		"null":               {"null\n", `p.yaml: it is empty: rostergate grants export writes what holds`},
		"a tilde":            {"~\n", `p.yaml: it is empty: rostergate grants export writes what holds`},
		"apps of nothing":    {"rostergate: 1\napps:\n", `p.yaml:2:6: apps names no app, so that the document says nothing: name each app that it is about, as rostergate grants export writes it`},
		"no app in apps":     {"rostergate: 1\napps: {}\n", `p.yaml:2:7: apps names no app, so that the document says nothing: name each app that it is about, as rostergate grants export writes it`},
		"two documents":      {"rostergate: 1\napps: {}\n---\nrostergate: 1\n", `p.yaml: it has more than one document: keep what stands before the second line ---`},
		"no version":         {"apps: {}\n", `p.yaml:1:1: the version of the document is missing: begin it with rostergate: 1`},
		"another version":    {"rostergate: 2\nbarriers: {}\n", `p.yaml:1:13: this build reads documents of version 1: export one, by rostergate grants export, and make your changes in that` + "\n" + `p.yaml:2:1: the document has no member "barriers"`},
		"no apps":            {"rostergate: 1\n", `p.yaml:1:1: apps is missing, with an entry for each app`},
		"an unknown app":     {"rostergate: 1\napps:\n  amplfy: {}\n", `p.yaml:3:3: no app is called "amplfy"; did you mean amplify?; a document adds no apps: rostergate apps create does`},
		"an app twice":       {"rostergate: 1\napps:\n  reader:\n" + reach + "  reader: {}\n", `p.yaml:10:3: apps has reader twice: keep one`},
		"an unknown member":  {"rostergate: 1\napps:\n  reader:\n" + reach + "    shares: []\n", `p.yaml:10:5: the entry of reader has no member "shares"; did you mean share?`},
		"a member twice":     {"rostergate: 1\napps:\n  reader:\n" + reach + "    share: [users]\n    share: [users]\n", `p.yaml:11:5: the entry of reader has share twice: keep one`},
		"no scope":           {"rostergate: 1\napps:\n  reader:\n    share: [users]\n", `p.yaml:3:3: the scope of reader is missing: it says which records the app reaches`},
		"part of a scope":    {"rostergate: 1\napps:\n  reader:\n    scope:\n      orgs: all\n      courses: all\n      roles: all\n", `p.yaml:5:7: classes is missing in the scope: say all, or list them` + "\n" + `p.yaml:5:7: grades is missing in the scope: say all, or list them`},
		"an unknown role":    {"rostergate: 1\napps:\n  reader:\n" + strings.Replace(reach, "student", "studnet", 1), `p.yaml:8:15: no role is called "studnet"; did you mean student?`},
		"an unknown org":     {"rostergate: 1\napps:\n  reader:\n" + strings.Replace(reach, "orgs: all", "orgs: [orgs-1, orgs-3]", 1), `p.yaml:5:22: the roster has no org with the sourcedId "orgs-3"; did you mean orgs-1 or orgs-2?`},
		"a scope of a word":  {"rostergate: 1\napps:\n  reader:\n" + strings.Replace(reach, "orgs: all", "orgs: every", 1), `p.yaml:5:13: orgs takes all, or a list: [] for none`},
		"a switch":           {"rostergate: 1\napps:\n  reader:\n" + reach + "      guardians: true\n", `p.yaml:10:18: guardians is on or off`},
		"an unknown field":   {"rostergate: 1\napps:\n  reader:\n" + reach + "    share:\n      - users\n      - users.emial\n      - users.sourcedId\n      - users.password\n", `p.yaml:12:9: nothing is called "users.emial"; did you mean users.email?` + "\n" + `p.yaml:13:9: users.sourcedId needs no tick: it comes with users; leave it out` + "\n" + `p.yaml:14:9: users.password is a credential: it is never stored and cannot be shared`},
		"an unknown key":     {"rostergate: 1\napps:\n  reader:\n" + reach + "    share: [demographics.metadata.homelanguage, users.userIds.stateid, demographics.metadata.gone]\n", `p.yaml:10:13: nothing is called "demographics.metadata.homelanguage"; did you mean demographics.metadata.homeLanguage?` + "\n" + `p.yaml:10:49: nothing is called "users.userIds.stateid"; did you mean users.userIds.StateID?` + "\n" + `p.yaml:10:72: nothing is called "demographics.metadata.gone"`},
		"a name twice":       {"rostergate: 1\napps:\n  reader:\n" + reach + "    share: [users.email, users.email]\n    mask: [users.email=initial]\n", `p.yaml:10:26: users.email is named twice: keep one` + "\n" + `p.yaml:11:12: users.email cannot be both shared and masked`},
		"a mask":             {"rostergate: 1\napps:\n  reader:\n" + reach + "    mask: [users.email=year, users.grades=initial]\n", `p.yaml:10:12: users.email can be masked by initial, pseudonym, constant only` + "\n" + `p.yaml:10:30: users.grades cannot be masked, for a masked value would no longer be one of its kind: share it or hide it`},
		"metadata":           {"rostergate: 1\napps:\n  reader:\n" + reach + "    metadata: [user, users]\n", `p.yaml:10:16: no entity is called "user"; did you mean users?`},
		"a list":             {"rostergate: 1\napps:\n  reader:\n" + reach + "    share: users\n", `p.yaml:10:12: share takes a list, each name on a line of its own behind a hyphen`},
		"an end":             {"rostergate: 1\napps:\n  reader:\n" + reach + "    until: tomorrow\n", `p.yaml:10:12: until takes the last day as YYYY-MM-DD, from 2000-01-01 to 9998-12-31, or never`},
		"an end of zero":     {"rostergate: 1\napps:\n  reader:\n" + reach + "    until: 0000-12-31\n", `p.yaml:10:12: until takes the last day as YYYY-MM-DD, from 2000-01-01 to 9998-12-31, or never`},
		"an end for ever":    {"rostergate: 1\napps:\n  reader:\n" + reach + "    until: 9999-12-31\n", `p.yaml:10:12: until takes the last day as YYYY-MM-DD, from 2000-01-01 to 9998-12-31, or never`},
		"the zero moment":    {"rostergate: 1\napps:\n  reader:\n" + reach + "    until: 0001-01-01T00:00:00Z\n", `p.yaml:10:12: until takes the last day as YYYY-MM-DD, from 2000-01-01 to 9998-12-31, or never`},
		"a purpose":          {"rostergate: 1\napps:\n  reader:\n" + reach + "    purpose: \"a\\nb\"\n", `p.yaml:10:14: Write the purpose on one line, without invisible characters.`},
		"a lift":             {"rostergate: 1\napps:\n  reader:\n" + reach + "    lift:\n      users.phone: \"\"\n      users: why\n", `p.yaml:11:7: Say why the ceiling is lifted for users.phone: a lift needs a reason.` + "\n" + `p.yaml:12:7: a ceiling is lifted for one field, key or type, not for all users: name it as users.FIELD`},
		"an alias":           {"rostergate: 1\napps:\n  reader:\n" + reach + "    purpose: &it reading\n    basis: *it\n", `p.yaml:11:12: write out what *it stands for: a document has no aliases`},
		"a tag":              {"rostergate: 1\napps:\n  reader:\n" + reach + "    purpose: !!binary cmVhZA==\n", `p.yaml:10:14: this takes a text, and nothing else`},
		"a policy":           {"rostergate: 1\napps:\n  reader:\n" + reach + "    policy:\n      app.rego: |\n        package rostergate.app\n\n        hide contains \"users.phone\" if count() > 1\n", `p.yaml:14:40: app.rego:3:32: count: arity mismatch (have: (???); want: (collection: any<string, array[any], object[any: any], set[any]>))`},
		"a policy, untested": {"rostergate: 1\napps:\n  reader:\n" + reach + "    policy:\n      app.rego: |\n        package rostergate.app\n\n        # METADATA\n        # title: no\n        # description: Not.\n        hide contains \"users.phone\"\n", `p.yaml:11:7: the policy is not saved: no test ran: write at least one into a file whose name ends in _test.rego, as a rule whose name begins with test_`},
		"a test that fails":  {"rostergate: 1\napps:\n  reader:\n" + reach + "    policy:\n      app.rego: |\n        package rostergate.app\n\n        # METADATA\n        # title: no\n        # description: Not.\n        hide contains \"users.phone\"\n      app_test.rego: |\n        package rostergate.app_test\n\n        import data.rostergate.app\n\n        test_no if \"users.email\" in app.hide\n", `p.yaml:11:7: the policy is not saved: 1 of 1 tests failed` + "\n" + `p.yaml:23:9: app_test.rego:5:1: test_no failed: it is not so`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := permissions.Read("p.yaml", []byte(one.text), d)
			var wrong permissions.Problems
			if !errors.As(err, &wrong) || err.Error() != one.want {
				t.Errorf("the error is\n%v\nand was to be\n%s", err, one.want)
			}
		})
	}
}

// An answer of the store that fails is no problem of the document.
func TestADistrictThatFailsIsNoProblemOfTheDocument(t *testing.T) {
	broken := errors.New("the store is away")
	d := district(nil, holding("reader", policy.Grant{}, nil))
	d.Keys = func(string) ([]roster.Key, error) { return nil, broken }
	_, err := permissions.Read("p.yaml", []byte("rostergate: 1\napps:\n  reader:\n"+reach), d)
	if !errors.Is(err, broken) || errors.As(err, new(permissions.Problems)) {
		t.Errorf("the error is %v", err)
	}
}

// What is no problem: words that YAML has other ideas of, and what may be left out.
func TestWordsAreTakenAsTheyAreWritten(t *testing.T) {
	d := district(nil, holding("reader", policy.Grant{}, nil), holding("other", policy.Grant{}, nil))
	wanted := read(t, "rostergate: 1\napps:\n  reader:\n    purpose: no\n    basis:\n"+reach+"      guardians: on\n    share: [users, users.email]\n    mask: [users.familyName]\n", d)
	if len(wanted.Apps) != 1 || len(wanted.LeftAlone) != 1 || wanted.LeftAlone[0] != "other" {
		t.Fatalf("the document wants %v, and leaves %v alone", wanted.Apps, wanted.LeftAlone)
	}
	got, want := write(t, holding("reader", *wanted.Apps[0].Grant, nil)), `rostergate: 1
apps:
  reader:
    purpose: "no"
    until: never
    scope:
      orgs: all
      courses: all
      classes: all
      roles:
        - student
      grades:
        - "09"
        - "on"
      unenrolled: off
      guardians: on
      former: off
    share:
      - users
      - users.email
    mask:
      - users.familyName=pseudonym
`
	if !strings.HasSuffix(got, want) {
		t.Errorf("it gives\n%s", got)
	}
	if wanted.Apps[0].Policy != nil {
		t.Errorf("it has a policy: %v", wanted.Apps[0].Policy)
	}
}

func TestAPolicyThatADocumentDoesNotNameIsRemoved(t *testing.T) {
	held := holding("reader", policy.Grant{Scope: policy.Everyone()}, rego.Source{"app.rego": "package rostergate.app\n"})
	text := write(t, apps.Permissions{App: held.App, Grant: held.Grant})
	wanted := read(t, text, district(nil, held)).Apps[0]
	if wanted.Grant != nil || wanted.Policy == nil || len(wanted.Policy.Files) > 0 {
		t.Errorf("it wants %v and %v", wanted.Grant, wanted.Policy)
	}
}

// Behind "all", the list that an app had stays, as it does on the page.
func TestAListBehindAllIsKept(t *testing.T) {
	grant := policy.Grant{Scope: policy.Everyone()}
	grant.Scope.Orgs.Only = []string{"orgs-1"}
	text := strings.Replace(write(t, holding("reader", grant, nil)), "until: never", "until: 2027-06-30", 1)
	wanted := read(t, text, district(nil, holding("reader", grant, nil))).Apps[0]
	if wanted.Grant == nil || len(wanted.Grant.Scope.Orgs.Only) != 1 || !wanted.Grant.Scope.Orgs.All {
		t.Errorf("it wants %v", wanted.Grant)
	}
}
