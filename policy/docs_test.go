package policy_test

import (
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/policy/rego"
)

// theDocs is what docs/policy.md says.
func theDocs(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../docs/policy.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// schema is a part of a JSON schema.
type schema struct {
	Type        string            `json:"type"`
	Ref         string            `json:"$ref"`
	Properties  map[string]schema `json:"properties"`
	Items       *schema           `json:"items"`
	Definitions map[string]schema `json:"definitions"`
}

// leaves lists the paths of a schema that are no objects, with their types.
func (s schema) leaves(path string, whole schema, found map[string]string) {
	if s.Ref != "" {
		s = whole.Definitions[strings.TrimPrefix(s.Ref, "#/definitions/")]
	}
	switch {
	case len(s.Properties) > 0:
		for name, of := range s.Properties {
			of.leaves(path+"."+name, whole, found)
		}
	case s.Items != nil && len(s.Items.Properties) > 0:
		s.Items.leaves(path+"[_]", whole, found)
	default:
		found[path] = s.Type
	}
}

func TestTheDocsNameEveryPathThatARuleCanReadAndNoOther(t *testing.T) {
	for form, docs := range map[string]string{"app": "policy", "guardrails": "guardrails"} {
		namesEveryPath(t, form+"/input.schema.json", "../docs/"+docs+".md")
	}
}

// namesEveryPath compares what a schema has with the table of a page of the docs.
func namesEveryPath(t *testing.T, file, docs string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(docs)
	if err != nil {
		t.Fatal(err)
	}
	var whole schema
	if err := json.Unmarshal(text, &whole); err != nil {
		t.Fatal(err)
	}
	there, said := map[string]string{}, map[string]string{}
	whole.leaves("input", whole, there)
	for _, row := range regexp.MustCompile("(?m)^\\| `(input[^`]*)` \\| (\\w+) \\|").FindAllStringSubmatch(string(page), -1) {
		said[row[1]] = row[2]
	}
	if !maps.Equal(there, said) {
		for _, path := range slices.Sorted(maps.Keys(there)) {
			if said[path] != there[path] {
				t.Errorf("%s: %s is %s, the docs say %q", docs, path, there[path], said[path])
			}
		}
		for _, path := range slices.Sorted(maps.Keys(said)) {
			if there[path] == "" {
				t.Errorf("%s: there is no %s", docs, path)
			}
		}
	}
	if len(there) < 20 {
		t.Errorf("only %d paths: %v", len(there), there)
	}
}

func TestTheDocsNameTheOperatorsOfConditionsAndTheMasks(t *testing.T) {
	text := strings.Join(strings.Fields(theDocs(t)), " ")
	operators := policy.RowOperators()
	list := "`" + strings.Join(operators[:len(operators)-1], "`, `") + "` or `" + operators[len(operators)-1] + "`"
	if !strings.Contains(text, "by "+list) {
		t.Errorf("the docs do not say %s", list)
	}
	for _, mask := range policy.Masks() {
		if !strings.Contains(text, "`"+string(mask)+"`") {
			t.Errorf("the docs do not name the mask %s", mask)
		}
	}
}

var (
	fence    = regexp.MustCompile("(?s)```rego\n(.*?)```")
	askedOn  = regexp.MustCompile(`(?s)\| Name \| On ([\d-]+) \|\n\|[-|]+\|\n(.*?)(?:\n\n|\z)`)
	expected = regexp.MustCompile("(?m)^\\| `([^`]+)` \\| ([^|:]+?)(?:: ([^|]+?))? \\|$")
)

// Whoever copies an example gets a policy that compiles, whose tests pass and reach every
// line, and that does what the table below it says.
func TestTheExamplesOfTheDocsDoWhatIsSaidOfThem(t *testing.T) {
	_, examples, _ := strings.Cut(theDocs(t), "## Three examples")
	parts := strings.Split(examples, "\n### ")[1:]
	if len(parts) != 3 {
		t.Fatalf("there are %d examples", len(parts))
	}
	for _, part := range parts {
		title, _, _ := strings.Cut(part, "\n")
		blocks := fence.FindAllStringSubmatch(part, -1)
		if len(blocks) != 2 {
			t.Fatalf("%s has %d blocks of Rego", title, len(blocks))
		}
		files := rego.Source{"policy.rego": blocks[0][1], "policy_test.rego": blocks[1][1]}
		report, err := engine(t).Test(t.Context(), files)
		if err != nil || report.Problem() != "" {
			t.Errorf("%s: %q, %v, %+v", title, report.Problem(), err, report.Tests)
			continue
		}
		for _, c := range report.Coverage {
			if len(c.Missed) > 0 {
				t.Errorf("%s: no test reaches the lines %v", title, c.Missed)
			}
		}
		tables := askedOn.FindAllStringSubmatch(part, -1)
		if len(tables) == 0 {
			t.Errorf("%s does not say what it does", title)
		}
		for _, table := range tables {
			does(t, title, files, table[1], expected.FindAllStringSubmatch(table[2], -1))
		}
	}
}

// does asks a policy on a day, about an app that is given everything, and compares what is
// decided with the rows of a table.
func does(t *testing.T, title string, files rego.Source, day string, rows [][]string) {
	t.Helper()
	in := asking(policy.Grant{Scope: policy.Everyone(), Entities: map[string]policy.EntityGrant{}})
	for _, e := range catalog.Entities() {
		granted := policy.EntityGrant{Open: true}
		for _, f := range e.Fields {
			granted.Fields = append(granted.Fields, f.Name)
		}
		in.Grant.Entities[e.Plural] = granted
	}
	in.Needs = []policy.Need{{Name: catalog.ParseMember("demographics.birthDate"), Required: true}}
	in.Own = &policy.Own{Files: files}
	var err error
	if in.Now, err = time.Parse(time.DateOnly, day); err != nil {
		t.Fatal(err)
	}
	decision := decide(t, in)
	if len(rows) < 2 {
		t.Errorf("%s: the table of %s has %d rows", title, day, len(rows))
	}
	for _, row := range rows {
		m := catalog.ParseMember(row[1])
		field := decision.Entities[m.Entity].Fields[m.Name]
		got := "hidden"
		if field.Share && field.Mask != "" {
			got = "masked=" + string(field.Mask)
		} else if field.Share {
			got = "shared"
		}
		if got != row[2] || !strings.HasPrefix(field.Reason, "hidden_by_policy:"+row[3]) && row[3] != "" {
			t.Errorf("%s: on %s %s is %+v, the docs say %q %q", title, day, row[1], field, row[2], row[3])
		}
	}
}

// The example of the docs is one that could be saved.
func TestTheGuardrailOfTheDocsPassesItsTests(t *testing.T) {
	text, err := os.ReadFile("../docs/guardrails.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```rego\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	if len(blocks) != 2 {
		t.Fatalf("the docs have %d blocks of Rego", len(blocks))
	}
	report, err := engine(t).TestGuardrail(t.Context(), rego.Source{"guardrail.rego": blocks[0][1], "guardrail_test.rego": blocks[1][1]})
	if err != nil || report.Problem() != "" {
		t.Errorf("%v %s", err, report.Problem())
	}
}
