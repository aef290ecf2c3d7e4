package roster_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/rostertest"
)

// rowsOf is how many rows a file of the package has behind its header, by a reader that
// forgives nothing; where that gives up, every line is one.
func rowsOf(t testing.TB, p parcel, file string) int {
	t.Helper()
	text, exact := p[file]
	for name := range p {
		if !exact && strings.EqualFold(name, file) {
			text = p[name]
		}
	}
	if text == "" {
		return 0 // the package has no such file
	}
	text = strings.TrimRight(text, "\x00\x1a\r\n")
	if strings.HasPrefix(strings.TrimPrefix(text, `"`), "sep=") {
		_, text, _ = strings.Cut(text, "\n")
	}
	in := csv.NewReader(strings.NewReader(text))
	in.FieldsPerRecord = -1
	if header, _, _ := strings.Cut(text, "\n"); strings.Contains(header, ";") {
		in.Comma = ';'
	}
	all, err := in.ReadAll()
	if err == nil {
		return len(all) - 1
	}
	return len(strings.FieldsFunc(text, func(r rune) bool { return r == '\r' || r == '\n' })) - 1
}

// skipped is how many rows of a file a report says that it ignored.
func skipped(r *intake.Report, file string) int {
	rows := 0
	for _, c := range r.Causes {
		for _, none := range []string{"the row has no values", "the line is one of the tool", "the line is the header"} {
			if c.File == file && strings.HasPrefix(c.Problem.Problem, none) {
				rows += c.Count
			}
		}
	}
	return rows
}

func TestEveryRowIsAccountedForOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		p := crowd(t, 100)
		restore(t, r, p)
		p.Edit(t, "users.csv", strings.Join([]string{
			"~ user001,,Given => user001,,Gwen",                          // changed
			"~ u002,,,true => u002,,,maybe",                              // refused, and known
			"~ u003,,,true => u003,,true",                                // of another width, and known
			"~ u004,,,true => u004,tobedeleted,,true",                    // says itself that it is gone
			"~ u005,,,true,oak => u005,,,true,lost",                      // refers to nobody, and known
			"- u006,",                                                    // removed
			"- u007,",                                                    // removed
			"+ u008,,,true,oak,student,twice,,Given,Family,,,,,,,,",      // stands there already
			"+ u100,,,true,oak,student,user100,,Given,Family,,,,,,,,",    // new
			"+ u101,,,perhaps,oak,student,user101,,Given,Family,,,,,,,,", // refused, and new
			"+ u101,,,true,oak,student,user101,,Given,Family,,,,,,,,",    // the same in order
			"+ ,,,true,oak,student,user102,,Given,Family,,,,,,,,",        // nobody
		}, "\n"))
		for _, want := range []struct {
			verdict intake.Verdict
			counts  intake.Counts
		}{
			{intake.Stored, intake.Counts{New: 2, Changed: 1, Unchanged: 93, Refused: 6, Deleted: 1, Removed: 3}},
			{intake.Unchanged, intake.Counts{Unchanged: 96, Refused: 6, Deleted: 1}},
		} {
			report, err := r.Import(context.Background(), p.Folder(t), intake.Options{AcceptHold: true})
			if err != nil || report.Verdict != want.verdict {
				t.Fatalf("%+v, %v", report, err)
			}
			want.counts.Entity, want.counts.Rows = "users", rowsOf(t, p, "users.csv")
			for _, got := range report.Files {
				if diff := cmp.Diff(want.counts, got); got.Entity == "users" && diff != "" {
					t.Errorf("%s (-want +got):\n%s", want.verdict, diff)
				}
			}
		}
		is := take(t, s.DB)
		active := 0
		for n := range 103 {
			if status(is, "users", fmt.Sprintf("u%03d", n)) == "active" {
				active++
			}
		}
		// 96 rows are stored, and of three refused ones the version before.
		if active != 99 || cellOf(t, is, "users", "u002", "enabledUser") != "true" || cellOf(t, is, "users", "u008", "username") != "user008" {
			t.Errorf("%d users are active", active)
		}
	})
}
