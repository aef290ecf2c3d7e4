package main_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/database/dbtest"
)

// described is a command as its own help describes it.
type described struct {
	words     []string
	group     bool     // it only holds others
	arguments []string // by the names that its line of usage gives them
	examples  [][]string
}

// every describes all commands but help, which helps with anything.
func every(t *testing.T) []described {
	t.Helper()
	var all []described
	for _, words := range tree(t, nil) {
		if words[0] == "help" {
			continue
		}
		_, help, _ := run(append(slices.Clone(words), "--help")...)
		d := described{words: words, group: len(below(help)) > 0}
		usage := regexp.MustCompile(`(?m)^  rostergate ` + strings.Join(words, " ") + `(.*)$`)
		given := regexp.MustCompile(` --[a-z-]+ [A-Z]+`).ReplaceAllString(usage.FindStringSubmatch(help)[1], "")
		d.arguments = regexp.MustCompile(`\[?[A-Z]{2,}`).FindAllString(given, -1) // with a bracket before what may be left out
		_, examples, _ := strings.Cut(help, "Examples:\n")
		for line := range strings.Lines(examples) {
			command, is := strings.CutPrefix(strings.TrimSpace(line), "rostergate ")
			if !is {
				break
			}
			d.examples = append(d.examples, shellWords(command))
		}
		all = append(all, d)
	}
	return all
}

// shellWords are the words of a line as a shell takes them apart.
func shellWords(line string) []string {
	var words []string
	for _, word := range regexp.MustCompile(`(?:'[^']*'|[^' ])+`).FindAllString(line, -1) {
		words = append(words, strings.ReplaceAll(word, "'", ""))
	}
	return words
}

// wrongUsage runs a command line that cannot be understood, for which it must end with 2
// and name what is wrong.
func wrongUsage(t *testing.T, names string, args ...string) {
	t.Helper()
	code, stdout, stderr := run(append(args, "--data", filepath.Join(dbtest.Folder(t), "none"))...)
	if code != 2 || stdout != "" || !strings.Contains(stderr, names) || !strings.Contains(stderr, "--help'") {
		t.Errorf("%q ended with %d, stdout %q, stderr %q without %q", args, code, stdout, stderr, names)
	}
}

func TestWrongUsageIsTwoForEveryCommandAndNamesWhatIsWrong(t *testing.T) {
	for _, d := range every(t) {
		wrongUsage(t, "--no-such-flag", append(slices.Clone(d.words), "--no-such-flag")...)
		given := append(slices.Clone(d.words), slices.Repeat([]string{"given"}, len(d.arguments))...)
		if d.group {
			wrongUsage(t, `there is no command "`+strings.Join(d.words, " ")+` surplus"`, append(given, "surplus")...)
			continue
		}
		wrongUsage(t, `"surplus" is one argument too many`, append(slices.Clone(given), "surplus", "more")...)
		for i, name := range d.arguments {
			if strings.HasPrefix(name, "[") {
				continue // it may be left out
			}
			wrongUsage(t, name+" is missing", given[:len(d.words)+i]...)
		}
	}
}

// makers are the commands that make a store where there is none.
func makers() []string { return []string{"demo", "import", "migrate", "restore", "serve"} }

func TestACommandThatOnlyAsksOrChangesMakesNoStore(t *testing.T) {
	for _, d := range every(t) {
		if d.group || storeless(d.words) || slices.Contains(makers(), d.words[0]) {
			continue
		}
		for _, example := range d.examples {
			nowhere := filepath.Join(dbtest.Folder(t), "none")
			code, stdout, stderr := run(append(example, "--data", nowhere)...)
			if code != 1 || stdout != "" || !strings.Contains(stderr, "there is no store at "+nowhere) || !strings.Contains(stderr, "rostergate serve") {
				t.Errorf("%q ended with %d, %s%s", example, code, stdout, stderr)
			}
			if _, err := os.Lstat(nowhere); err == nil {
				t.Errorf("%q made the folder", example)
			}
		}
	}
}

func TestADatabaseInWhichNobodyMadeAStoreStaysEmpty(t *testing.T) {
	p := place{t: t, data: filepath.Join(dbtest.Folder(t), "none"), url: dbtest.Empty(t)}
	for _, words := range [][]string{{"users", "list"}, {"apps", "create", "Reader"}, {"audit", "changes"}, {"rekey"}, {"restored"}} {
		code, stdout, stderr := run(append(words, "--data", p.data, "--database", p.url)...)
		if code != 1 || stdout != "" || !strings.Contains(stderr, "there is no store in the database") || strings.Contains(stderr, "postgres:") {
			t.Errorf("%q ended with %d, %s%s", words, code, stdout, stderr)
		}
	}
	if tables := p.tables(); len(tables) != 0 {
		t.Errorf("there are the tables %q", tables)
	}
	if _, err := os.Lstat(p.data); err == nil {
		t.Error("a folder was made")
	}
}
