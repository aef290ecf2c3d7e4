package roster_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const checksPage = "../docs/import.md"

func TestThePageOfChecksSaysWhatTheStoriesHold(t *testing.T) {
	page, err := os.ReadFile(checksPage)
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for line := range strings.Lines(string(page)) {
		if cells := strings.Split(line, " | "); len(cells) == 3 && cells[0] != "|" {
			told = append(told, strings.TrimPrefix(cells[0], "| ")+": "+cells[1])
		}
	}
	slices.Sort(told)
	if diff := cmp.Diff(heldByStories(t), told); diff != "" {
		t.Errorf("%s and the stories differ (-stories +page):\n%s", checksPage, diff)
	}
}

// heldByStories are the problems that reports of stories have, each once and
// without what varies in it.
func heldByStories(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/import/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	problem := regexp.MustCompile(`^(fatal|error|warning) \S+(?: [^:]+)?: (.*)\n$`)
	varies := []struct {
		part *regexp.Regexp
		as   string
	}{
		{regexp.MustCompile(`separated by (?:commas|semicolons|tabs|vertical bars)`), "separated by X"},
		{regexp.MustCompile(`manifest\.csv by \w+(?: \(so are .*\))?$`), "manifest.csv by Y"},
		{regexp.MustCompile(` \(they differ in .*\)$`), " (they differ in X)"},
		{regexp.MustCompile(` \((?:column \d+ looks|it has one).*\)$`), ""},
		{regexp.MustCompile(`^column \d+`), "column N"},
		{regexp.MustCompile(` misspelling of \w+$`), " misspelling of another"},
		{regexp.MustCompile(` (in|those of) \w+\.csv (nor stored|that they refer(?:red)? to)`), " $1 its file $2"},
		{regexp.MustCompile(` row of \w+\.csv`), " row of its file"},
		{regexp.MustCompile(`, which \w+\.csv lost\)$`), ", which X lost)"},
		{regexp.MustCompile(`\(\w+\.csv has (?:it|such an id) as`), "(X has it as"},
	}
	held := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			found := problem.FindStringSubmatch(line)
			if found == nil {
				continue
			}
			for _, v := range varies {
				found[2] = v.part.ReplaceAllString(found[2], v.as)
			}
			held[found[1]+": "+found[2]] = true
		}
	}
	return slices.Sorted(maps.Keys(held))
}
