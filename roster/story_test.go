package roster_test

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/rostertest"
)

// A story is a file in testdata/import. Its comment says what it is about; its
// sections happen in order, and start with the package of testdata/base.txtar.
//
//	-- users.csv --        is that file of the package from here on
//	-- edit users.csv --   changes it, see rostertest.Parcel.Edit
//	-- import --           imports the package (on SQLite as a folder, on PostgreSQL as a zip)
//	                       and says all that the report must hold:
//	                         options accept dry-run
//	                         verdict stored
//	                         users new=1 unchanged=3     (files not listed are not compared)
//	                         passwords 2
//	                         permission moves
//	                         new-key users.metadata.x, vanished-key ..., hold ...
//	                         warning users.csv:3 email: the problem
//	-- falls --            what the newest report has below its causes, by file: "orgs.csv status:
//	                       classes.csv gone=1", with removed and dropped rows, and refused ones
//	-- stored --           "users ana is active|tobedeleted|nobody", "users ana email = x":
//	                       references are sourcedIds, lists JSON
//	-- changed --          everything that the newest generation changed: "users.email ana";
//	                       the field of who came or went is *
//	-- keys --             every key: "users.metadata.x present in 3", "... gone", with "accepted" and the apps that it is "reviewed for"
//	-- review --           keys that a person looks at for an app, one a line: "reader users.metadata.x"
//	-- absent --           texts that are in no report of the story, one a line
//	-- nowhere --          texts that are nowhere in the database
//
// Each import is held against what must be true of any: the counts add up, dates
// move forward for what changed and for nothing else, ids stay, and unless the
// verdict is stored nothing at all is written.
func TestImportStories(t *testing.T) {
	files, err := filepath.Glob("testdata/import/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
				story := &story{T: t, db: s.DB, roster: rostertest.Open(s.DB, s.Ledger, backwards()), parcel: base(t)}
				for _, section := range archive.Files {
					story.section(section.Name, string(section.Data))
				}
			})
		})
	}
}

// backwards is a clock that nobody should trust.
func backwards() func() time.Time {
	now := time.Date(2025, 9, 1, 3, 0, 0, 0, time.UTC)
	return func() time.Time {
		now = now.Add(-time.Hour)
		return now
	}
}

// story is a story under way on one database.
type story struct {
	*testing.T
	db      *database.Database
	roster  *rostertest.Rooms
	parcel  parcel
	reports []string
	report  *intake.Report // the newest
}

func (s *story) section(name, text string) {
	s.Helper()
	file, edits := strings.CutPrefix(name, "edit ")
	switch {
	case edits:
		s.parcel.Edit(s.T, file, text)
	case strings.HasSuffix(name, ".csv"):
		s.parcel[name] = text
	case name == "import":
		s.imports(lines(text))
	case name == "falls":
		s.same("falls", falls(s.report), slices.Sorted(slices.Values(lines(text))))
	case name == "stored":
		s.stored(lines(text))
	case name == "changed":
		s.same("changes", changed(s, s.db), slices.Sorted(slices.Values(lines(text))))
	case name == "keys":
		s.same("keys", s.keys(), slices.Sorted(slices.Values(lines(text))))
	case name == "review":
		s.review(lines(text))
	case name == "absent":
		s.absent(strings.Join(s.reports, "\n"), lines(text))
	case name == "nowhere":
		s.absent(take(s, s.db).text(), lines(text))
	default:
		s.Fatalf("the story has a section %q", name)
	}
}

func lines(text string) []string {
	var all []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSuffix(line, "\n"); line != "" {
			all = append(all, line)
		}
	}
	return all
}

// same compares and shows the difference.
func (s *story) same(what string, got, want []string) {
	s.Helper()
	if diff := cmp.Diff(want, got); diff != "" && len(got)+len(want) > 0 {
		s.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func (s *story) absent(text string, secrets []string) {
	s.Helper()
	for _, secret := range secrets {
		if strings.Contains(text, secret) {
			s.Errorf("%q is there", secret)
		}
	}
}

// imports runs one import and compares its report.
func (s *story) imports(want []string) {
	s.Helper()
	var o intake.Options
	if len(want) > 0 && strings.HasPrefix(want[0], "options ") {
		o.AcceptHold, o.DryRun = strings.Contains(want[0], "accept"), strings.Contains(want[0], "dry-run")
		want = want[1:]
	}
	place := ""
	if s.db.Dialect == database.SQLite {
		place = s.parcel.Folder(s)
	} else {
		place = s.parcel.Zip(s, "")
	}
	before := take(s, s.db)
	report, err := s.roster.Import(context.Background(), place, o)
	if err != nil {
		s.Fatal(err)
	}
	s.report = report
	after := take(s, s.db)
	after.succeeds(s, before, report.Verdict == intake.Stored)
	s.balanced(report)
	text, err := json.Marshal(report)
	if err != nil {
		s.Fatal(err)
	}
	s.reports = append(s.reports, string(text), fmt.Sprintf("%+v", report))
	s.same("report", summary(report, want, before.stamp, after.stamp), want)
}
