package terminal_test

import (
	"strings"
	"testing"

	"github.com/rostergate/rostergate/terminal"
)

func TestATableSaysWhatItsColumnsAreAndEndsNoLineWithBlanks(t *testing.T) {
	var out strings.Builder
	table := terminal.Table{Lines: terminal.Lines{Out: &out}, Format: "%5v  %-8v %-9v\n", Heading: []string{"count", "app", "name"}}
	table.Row(7, "amplify", "Amplify")
	table.Row(12, "pilot", "")
	table.Row(3, "forged", "a\nb")
	const want = "count  app      name\n" +
		"    7  amplify  Amplify\n" +
		"   12  pilot\n" +
		`    3  forged   a\u000ab` + "\n"
	if out.String() != want || table.Err != nil {
		t.Errorf("the table is, %v:\n%s", table.Err, out.String())
	}
}

func TestATableWithoutRowsHasNoHeading(t *testing.T) {
	var out strings.Builder
	table := terminal.Table{Lines: terminal.Lines{Out: &out}, Format: "%v\n", Heading: []string{"app"}}
	if out.String() != "" || table.Err != nil {
		t.Errorf("an empty table is %q, %v", out.String(), table.Err)
	}
}

func TestAQuestionKeepsTheBlankBehindIt(t *testing.T) {
	var out strings.Builder
	if err := terminal.Say(&out, "%s  \nGo on? [y/N] ", "told"); err != nil || out.String() != "told\nGo on? [y/N] " {
		t.Errorf("it says %q, %v", out.String(), err)
	}
}
