package policy_test

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/format"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/policy/rego"
)

// regoFiles are the texts of the base policy by path, tests among them.
func regoFiles(t *testing.T) rego.Source {
	t.Helper()
	paths, err := fs.Glob(policy.Base, "base/*.rego")
	if err != nil || len(paths) == 0 {
		t.Fatalf("the base policy has %d files: %v", len(paths), err)
	}
	files := rego.Source{}
	for _, path := range paths {
		text, err := policy.Base.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files[path] = string(text)
	}
	return files
}

func TestTheRulesPassTheirOwnTestsUnderTheTermsOfProduction(t *testing.T) {
	terms, err := policy.BaseTerms(catalog.Entities())
	if err != nil {
		t.Fatal(err)
	}
	report, err := rego.Test(t.Context(), regoFiles(t), terms, rego.Bounds{})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range report.Tests {
		if !test.Passed {
			t.Errorf("%s (%s:%d): %s", test.Name, test.File, test.Row, test.Says)
		}
	}
	ran := len(report.Tests)
	if want := strings.Count(allOf(regoFiles(t)), "\ntest_"); ran == 0 || ran != want {
		t.Errorf("%d tests ran, %d are written", ran, want)
	}
}

func allOf(files rego.Source) string {
	var all strings.Builder
	for _, text := range files {
		all.WriteString(text)
	}
	return all.String()
}

// baseCodes are the reasons that the base policy gives, those of the layers apart.
func baseCodes(t *testing.T) []string {
	t.Helper()
	return slices.DeleteFunc(engine(t).Codes(), func(code string) bool {
		return slices.ContainsFunc(policy.LayerReasons(), func(r rego.Rule) bool { return r.Title == code })
	})
}

func TestEveryRuleThatGivesAReasonIsNamedByATest(t *testing.T) {
	var tests strings.Builder
	for path, text := range regoFiles(t) {
		if strings.HasSuffix(path, "_test.rego") {
			tests.WriteString(text)
		}
	}
	for _, code := range baseCodes(t) {
		if !strings.Contains(tests.String(), `"`+code+`"`) && !strings.Contains(tests.String(), `"`+code+`:`) {
			t.Errorf("no test names %s", code)
		}
	}
}

func TestEveryReasonIsTheTitleOfItsRule(t *testing.T) {
	given := regexp.MustCompile(`(?m)^[a-z_\[\].]+ contains (?:concat\(":", \[)?"([a-z_]+)"`)
	titled := regexp.MustCompile(`(?m)^# title: ([a-z_]+)$`)
	count := 0
	for path, text := range regoFiles(t) {
		rules, titles := given.FindAllStringSubmatch(text, -1), titled.FindAllStringSubmatch(text, -1)
		if len(rules) != len(titles) {
			t.Errorf("%s has %d rules that give reasons and %d titles", path, len(rules), len(titles))
			continue
		}
		for i := range rules {
			count++
			if rules[i][1] != titles[i][1] {
				t.Errorf("%s: the rule that says %s is called %s", path, rules[i][1], titles[i][1])
			}
		}
	}
	if codes := baseCodes(t); count != len(codes) {
		t.Errorf("%d rules give reasons, the engine knows %d", count, len(codes))
	}
}

func TestRulesAreFormattedLikeAllRego(t *testing.T) {
	for path, text := range regoFiles(t) {
		formatted, err := format.Source(path, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if string(formatted) != text {
			t.Errorf("%s is not formatted as opa fmt would", path)
		}
	}
}

func TestRulesSpeakOfClassesAndKindsButNeverOfFieldsOrEntities(t *testing.T) {
	quoted := regexp.MustCompile(`"([A-Za-z]+)"`)
	shared := map[string]bool{"metadata": true} // a bag has the name of its switch
	for path, text := range regoFiles(t) {
		if strings.HasSuffix(path, "_test.rego") {
			continue
		}
		for _, word := range quoted.FindAllStringSubmatch(text, -1) {
			if isName(word[1]) && !shared[word[1]] {
				t.Errorf("%s names %q", path, word[1])
			}
		}
	}
}

func isName(word string) bool {
	for _, e := range catalog.Entities() {
		if _, ok := e.Field(word); ok || e.Plural == word || e.Name == word {
			return true
		}
	}
	return false
}
