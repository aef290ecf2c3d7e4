package policy_test

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/policy/rego"
)

// slips checks a policy, and lists what is wrong with it.
func slips(t *testing.T, rules string) rego.Problems {
	t.Helper()
	err := engine(t).Check(t.Context(), rego.Source{"policy.rego": "package rostergate.app\n\n" + rules, "policy_test.rego": "package rostergate.app_test\n\ntest_ok if true\n"})
	var wrong rego.Problems
	if err != nil && !errors.As(err, &wrong) {
		t.Fatal(err)
	}
	return wrong
}

// A rule that does not hold today would deny everything on the day on which it does.
func TestANameThatThereIsNotIsFoundBeforeItsRuleHolds(t *testing.T) {
	for rules, row := range map[string]int{
		"hide contains \"users.emial\" if input.day > \"2027-06-30\"\n":                                               3,
		"hide contains \"users.email\"\n\nhide contains \"users.emial\" if input.app.id == \"amplify\"\n":             5,
		"hide := {\"users.email\", \"users.emial\"} if input.app.id == \"x\"\nelse := {\"users.phone\"}\n":            3,
		"hide := {\"users.email\"} if input.app.id == \"x\"\nelse := {\"users.fone\"}\n":                              4,
		"only contains \"users.\" if input.app.id == \"x\"\n":                                                         3,
		"mask[\"users.grades\"] := \"initial\" if input.app.id == \"x\"\n":                                            3,
		"mask[\"users.email\"] := \"ink\" if input.app.id == \"x\"\n":                                                 3,
		"mask := {\"users.emial\": \"initial\"} if input.app.id == \"x\"\nelse := {}\n":                               3,
		"keep_rows contains {\"field\": \"users.grade\", \"op\": \"in\", \"value\": [\"09\"]} if input.day > \"3\"\n": 3,
	} {
		wrong := slips(t, rules)
		if len(wrong) != 1 || wrong[0].Row != row || wrong[0].File != "policy.rego" {
			t.Errorf("of\n%s it is said %v", rules, wrong)
		}
	}
	if wrong := slips(t, "hide contains \"users.email\" if input.day > \"2027-06-30\"\n\nmask[\"users.familyName\"] := \"initial\" if input.day > \"2027\"\n"); len(wrong) > 0 {
		t.Errorf("of what is right it is said %v", wrong)
	}
}

// A misspelt member is undefined, and a word that there is not is met by nobody: a rule that
// hides by them would hide nothing.
func TestAMemberOrAWordThatThereIsNotIsFoundBehindFunctionsToo(t *testing.T) {
	const given = "hide contains g.name if {\n\tsome g in input.granted\n\t"
	for rules, row := range map[string]int{
		given + "bad(g)\n}\n\nbad(g) if g.clas == \"personal\"\n":                              8,
		given + "bad(g)\n}\n\nbad(x) if worse(1, x)\n\nworse(n, y) if y.clas != \"x\"\n":       10,
		given + "object.get(g, \"clas\", \"\") == \"personal\"\n}\n":                           5,
		given + "g.class == \"Personal\"\n}\n":                                                 5,
		given + "g.class in {\"personal\", \"Special\"}\n}\n":                                  5,
		given + "not \"contacts\" == g.class\n}\n":                                             5,
		given + "g.class == \"\"\n}\n":                                                         5,
		given + "g.entity == \"user\"\n}\n":                                                    5,
		given + "g.bag == \"userIDs\"\n}\n":                                                    5,
		given + "g.name == \"users.emial\"\n}\n":                                               5,
		given + "g.mask != \"ink\"\n}\n":                                                       5,
		"hide contains g.name if {\n\tsome g in object.get(input, \"grantd\", [])\n}\n":        4,
		"hide contains \"users.email\" if object.get(input.scope.orgs, \"al\", true)\n":        3,
		"hide contains \"users.email\" if every n in input.needs { n.name != \"users.fone\" }": 3,
	} {
		wrong := slips(t, rules)
		if len(wrong) != 1 || wrong[0].Row != row {
			t.Errorf("of\n%s it is said %v", rules, wrong)
		}
	}
	for _, rules := range []string{
		given + "bad(g)\n}\n\nbad(g) if g.class in {\"personal\", \"unclassified\"}\n\nbad(g) if g.name == \"users.metadata.shoeSize\"\n",
		given + "g.bag != \"\"\n\tobject.get(g, \"mask\", \"\") == \"\"\n}\n\nmine := {\"classy\": \"Personal\"}\n\nhide contains \"users.email\" if mine.classy == \"Personal\"\n",
		"hide contains \"users.email\" if object.get(input.scope.orgs, \"all\", true)\n",
	} {
		if wrong := slips(t, rules); len(wrong) > 0 {
			t.Errorf("of\n%s it is said %v", rules, wrong)
		}
	}
}

func TestARuleThatIsNullIsRefused(t *testing.T) {
	if wrong := slips(t, "hide := null\n"); len(wrong) != 1 || !strings.Contains(wrong[0].Says, "null") {
		t.Errorf("%v", wrong)
	}
}

func TestWhatDoesNotCompileIsSaidOnceAndInTheWordsOfItsAuthor(t *testing.T) {
	for says, rules := range map[string]string{
		"another policy": "hide contains name if some name in data.rostergate.other.list\n",
		"an index":       "hide contains name if {\n\tsome name in input.granted[_].name\n\tdata.rostergate.other.list[name]\n}\n",
		"a circle":       "hide contains \"users.email\" if \"users.email\" in hide\n",
		"a misspelling":  "hide contains g.name if {\n\tsome g in input.granted\n\tg.clas == \"personal\"\n}\n",
		"no function":    "hide contains \"users.email\" if http.send({})\n",
	} {
		wrong := slips(t, rules)
		if len(wrong) != 1 {
			t.Errorf("%s is said %d times: %v", says, len(wrong), wrong)
		}
		if text := wrong.Error(); strings.Contains(text, "rostergate_rule_") || strings.Contains(text, "__local") {
			t.Errorf("%s is said as %s", says, text)
		}
	}
}

// What a policy is told, it may read: the schema, and with it the table of the docs, has
// every path of the question and no other.
func TestAPolicyMayReadWhatItIsTold(t *testing.T) {
	text, err := os.ReadFile("app/input.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var whole schema
	if err := json.Unmarshal(text, &whole); err != nil {
		t.Fatal(err)
	}
	in := asking(rich())
	in.Keys = known()
	in.Needs = []policy.Need{{}}
	agree(t, "input", whole, whole, engine(t).LayerQuestion(in, decide(t, in)))
}

// agree holds a question against the schema of it.
func agree(t *testing.T, path string, s, whole schema, told any) {
	t.Helper()
	if s.Ref != "" {
		s = whole.Definitions[strings.TrimPrefix(s.Ref, "#/definitions/")]
	}
	switch told := told.(type) {
	case map[string]any:
		for name, inner := range told {
			of, ok := s.Properties[name]
			if !ok {
				t.Errorf("%s.%s is told, and no policy may read it", path, name)
				continue
			}
			agree(t, path+"."+name, of, whole, inner)
		}
		for name := range s.Properties {
			if _, ok := told[name]; !ok {
				t.Errorf("%s.%s may be read, and is told to no policy", path, name)
			}
		}
	case []any:
		if len(told) == 0 && s.Items != nil && len(s.Items.Properties) > 0 {
			t.Errorf("nothing is in %s to look at", path)
		}
		for _, item := range told {
			if s.Items == nil {
				t.Errorf("%s is a list", path)
				return
			}
			agree(t, path+"[_]", *s.Items, whole, item)
		}
	}
}
