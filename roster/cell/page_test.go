package cell_test

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rostergate/rostergate/ceds"
	"github.com/rostergate/rostergate/roster/cell"
)

// update writes the words of docs/import.md instead of comparing them:
//
//	go test ./roster/cell -run Page -update
var update = flag.Bool("update", false, "write the words of docs/import.md anew")

const (
	page  = "../../docs/import.md"
	begin = "<!-- words -->\n"
	end   = "<!-- end of words -->\n"
)

func TestThePageOfImportsShowsTheWordsAsTheyAreRead(t *testing.T) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, began := strings.Cut(string(text), begin)
	written, after, ended := strings.Cut(rest, end)
	if !began || !ended {
		t.Fatalf("%s has no place for the words", page)
	}
	if *update {
		if err := os.WriteFile(page, []byte(before+begin+tables()+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(tables(), written); diff != "" {
		t.Errorf("%s has other words (-code +page):\n%s", page, diff)
	}
}

// tables are the words as the page has them.
func tables() string {
	var b bytes.Buffer
	b.WriteString("| Means | Also written |\n|---|---|\n")
	line := func(means string, words []string) {
		b.WriteString("| " + means + " | `" + strings.Join(words, "`, `") + "` |\n")
	}
	for _, w := range cell.Words() {
		line("`"+w.Field+"` "+w.Means, w.Written)
	}
	for _, s := range ceds.Spellings() {
		line("`grades` "+s.Code, s.Written)
	}
	line("true", cell.Affirmations())
	line("false", cell.Denials())
	line("`status`: the record is there", cell.Staying())
	line("`status`: the record is gone", cell.Leaving())
	reaches := map[cell.Reach][]string{}
	for _, n := range cell.Nones() {
		reaches[n.Reach] = append(reaches[n.Reach], n.Text)
	}
	line("no value, in any cell but the names of people", reaches[cell.Everywhere])
	line("no value, but in sourcedIds, references and metadata", reaches[cell.InValues])
	line("no value, but there, in names and in codes of countries", reaches[cell.InTerms])
	return b.String()
}
