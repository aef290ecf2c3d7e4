package policy_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/policy/rego"
)

const gentle = `package rostergate.app

# METADATA
# title: No addresses
hide contains "users.email"

hide contains "users.phone" if input.app.id == "nobody"
`

const gentleTest = `package rostergate.app_test

import data.rostergate.app

test_no_address_is_shared if {
	"users.email" in app.hide with input as {"app": {"id": "library", "preset": ""}, "day": "2026-11-30", "needs": [], "granted": [], "members": [], "scope": {}}
}
`

func TestThePolicyOfAnAppIsVouchedForByItsTests(t *testing.T) {
	report, err := engine(t).Test(t.Context(), rego.Source{"policy.rego": gentle, "policy_test.rego": gentleTest})
	if err != nil || report.Problem() != "" {
		t.Fatalf("%q: %v", report.Problem(), err)
	}
	if len(report.Tests) != 1 || report.Tests[0].Name != "test_no_address_is_shared" || report.Tests[0].File != "policy_test.rego" {
		t.Errorf("the tests are %+v", report.Tests)
	}
	if len(report.Coverage) != 1 || report.Coverage[0].File != "policy.rego" || !slices.Equal(report.Coverage[0].Missed, []int{7}) {
		t.Errorf("they reach %+v", report.Coverage)
	}
}

func TestAPolicyThatNobodyVouchesForIsTold(t *testing.T) {
	for says, test := range map[string]string{
		"no test ran":         "package rostergate.app_test\n\ntest := true\n",
		"1 of 2 tests failed": gentleTest + "\ntest_that_fails if \"users.phone\" in app.hide with input as {\"app\": {\"id\": \"library\", \"preset\": \"\"}, \"day\": \"\", \"needs\": [], \"granted\": [], \"members\": [], \"scope\": {}}\n",
		"1 of 1 tests failed": "package rostergate.app_test\n\ntodo_test_later if true\n",
	} {
		report, err := engine(t).Test(t.Context(), rego.Source{"policy.rego": gentle, "policy_test.rego": test})
		if err != nil || !strings.HasPrefix(report.Problem(), says) {
			t.Errorf("%s: %q, %v", says, report.Problem(), err)
		}
		for _, result := range report.Tests {
			if !result.Passed && result.Says == "" {
				t.Errorf("%s: of %s it is not said why", says, result.Name)
			}
		}
	}
}

func TestWhatIsWrongWithAPolicyIsToldByLineAndColumn(t *testing.T) {
	for _, c := range []struct {
		says  string
		files rego.Source
		wants string
	}{
		{"no Rego", rego.Source{"policy.rego": "package rostergate.app\n\nhide contains\n"}, "policy.rego:4: unexpected eof"},
		{"two wrong files", rego.Source{"a.rego": "package rostergate.app\n\nhide contains\n", "b.rego": "package rostergate.app\n\nonly contains\n"}, "b.rego:4: unexpected eof"},
		{"another package", rego.Source{"policy.rego": "package rostergate.base\n\nallow := true\n"}, "policy.rego:1:1: the package is rostergate.base; that of an app's policy is rostergate.app"},
		{"a misspelt input", rego.Source{"policy.rego": "package rostergate.app\n\nhide contains \"users.email\" if input.ap.id == \"x\"\n"}, "policy.rego:3:32: "},
		{"a slip of the pen", rego.Source{"policy.rego": "package rostergate.app\n\nhides contains \"users.email\"\n"}, "policy.rego:3:1: nothing reads the rule hides"},
		{"a name that there is not", rego.Source{"policy.rego": "package rostergate.app\n\nhide contains \"users.emial\"\n", "policy_test.rego": gentleTest}, "hide names \"users.emial\", and users have no such field"},
		{"a test that adds to the rules", rego.Source{"policy.rego": gentle, "policy_test.rego": "package rostergate.app\n\nhide contains \"users.phone\"\n"}, "policy_test.rego:1:1: the package is rostergate.app; that of the tests"},
		{"no rules", rego.Source{"policy_test.rego": gentleTest}, "the policy has no rules"},
		{"another file", rego.Source{"policy.rego": gentle, "data.json": "{}"}, "data.json: a policy has files of Rego alone"},
		{"much text", rego.Source{"policy.rego": gentle + "\n# " + strings.Repeat("x", 64<<10)}, "more than 65536"},
		{"a builtin of tests", rego.Source{"policy.rego": gentle, "policy_test.rego": "package rostergate.app_test\n\ntest_time if time.now_ns() > 0\n"}, "policy_test.rego:3:14: undefined function time.now_ns: a policy cannot use it"},
	} {
		_, err := engine(t).Test(t.Context(), c.files)
		var found rego.Problems
		if !errors.As(err, &found) || !slices.ContainsFunc(found, func(p rego.Problem) bool { return strings.Contains(p.String(), c.wants) }) {
			t.Errorf("%s: %v", c.says, err)
		}
	}
}
