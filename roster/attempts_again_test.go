package roster_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/rostertest"
)

// reads reports whether any of the statements reads records.
func reads(statements []string) bool {
	return slices.ContainsFunc(statements, func(sql string) bool { return strings.Contains(sql, " FROM users") })
}

// full is an import that carries nothing out by what was on record before.
func full(t *testing.T, r *rostertest.Rooms, place string) string {
	t.Helper()
	report, err := r.Import(t.Context(), place, intake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return text(t, report)
}

func text(t *testing.T, report *intake.Report) string {
	t.Helper()
	lines, err := json.MarshalIndent(report, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(lines)
}

// Whatever the package is like, reading it again would report the same.
func TestTheSamePackageIsToldAtOnceAndReportedAsItWas(t *testing.T) {
	flawed := refuse(crowd(t, 200), 200, 1)
	flawed["users.csv"] += "gone,tobedeleted,2026-01-01T00:00:00Z,true,oak,student,gone,,Gone,One,,,,,,,,\n"
	for name, p := range map[string]parcel{"flawless": base(t), "flawed": flawed} {
		dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
			r := rostertest.Open(s.DB, s.Ledger, time.Now)
			place := p.Folder(t)
			first := tried(t, r, intake.Attempt{Actor: "cli:ada", Origin: intake.Command, AcceptHold: true}, place)
			if first.Verdict != intake.Stored || first.Print == "" {
				t.Fatalf("%s: the first attempt is %s %q: %+v", name, first.Verdict, first.Print, first.Report)
			}
			if flaws := len(first.Report.Problems) > 0; flaws != (name == "flawed") {
				t.Fatalf("%s: the problems are %v", name, first.Report.Problems)
			}
			for range 2 { // by the report of what was stored, and of what was not
				a, err := r.Begin(t.Context(), intake.Attempt{Actor: "cli:ada", Origin: intake.Command})
				if err != nil {
					t.Fatal(err)
				}
				s.Trace.Take()
				again, err := r.Carry(t.Context(), a, place, intake.Options{})
				if err != nil || reads(s.Trace.Take()) {
					t.Errorf("%s: the roster was read, or %v", name, err)
				}
				want := full(t, r, place)
				if !reads(s.Trace.Take()) {
					t.Fatalf("%s: an import reads nothing", name)
				}
				if got := text(t, again); got != want {
					t.Errorf("%s: reported as\n%s\nwanted\n%s", name, got, want)
				}
			}
		})
	}
}

// What went with a record that a delta deletes went once: the same delta says it no longer, told
// at once or read, and still says what is wrong with its rows.
func TestWhatWentIsNotToldAgain(t *testing.T) {
	p := parcel{}
	for _, file := range []string{"manifest.csv", "users.csv"} {
		p[file] = base(t)[file]
	}
	p["manifest.csv"] = strings.ReplaceAll(strings.ReplaceAll(p["manifest.csv"], ",bulk", ",absent"), "file.users,absent", "file.users,delta")
	header, _, _ := strings.Cut(p["users.csv"], "\n")
	p["users.csv"] = header + "\n" + "ben,tobedeleted,2026-02-01T07:00:00.000Z,,,,,,,,,,,,,,,\nrosa,tobedeleted,soon,,,,,,,,,,,,,,,\n"
	place := p.Folder(t)
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		attempt := intake.Attempt{Actor: "cli:ada", Origin: intake.Command, AcceptHold: true}
		tried(t, r, attempt, base(t).Folder(t))
		first := tried(t, r, attempt, place)
		if told := text(t, first.Report); first.Verdict != intake.Stored || !strings.Contains(told, "stored records went") || !strings.Contains(told, "stored records stay") || !strings.Contains(told, `"gone"`) {
			t.Errorf("at first: %s", told)
		}
		s.Trace.Take()
		again := tried(t, r, attempt, place)
		if reads(s.Trace.Take()) {
			t.Error("the roster was read")
		}
		told := text(t, again.Report)
		numbers := regexp.MustCompile(`"number": \d+`) // which the lines of the first report go by
		if want := full(t, r, place); numbers.ReplaceAllString(told, "") != numbers.ReplaceAllString(want, "") || strings.Contains(told, "stored records") || !strings.Contains(told, "the time of the change") {
			t.Errorf("again:\n%s\nand read:\n%s", told, want)
		}
		problemsOf(t, r, again)
	})
}

// Only what the roster is now is told at once.
func TestAPackageThatIsNotTheLastOneIsRead(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		attempt := intake.Attempt{Actor: "cli:ada", Origin: intake.Command, AcceptHold: true}
		old, place := base(t).Folder(t), base(t).Folder(t)
		tried(t, r, attempt, old)
		file := filepath.Join(place, "users.csv")
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		other := strings.Replace(string(content), "Ana", "Ann", 1)
		if other == string(content) {
			t.Fatal("nothing to change")
		}
		if err := os.WriteFile(file, []byte(other), 0o600); err != nil {
			t.Fatal(err)
		}
		if a := tried(t, r, attempt, place); a.Verdict != intake.Stored {
			t.Errorf("with another name, it is %s", a.Verdict)
		}
		if a := tried(t, r, attempt, old); a.Verdict != intake.Stored {
			t.Errorf("back again, it is %s", a.Verdict)
		}
		if a := tried(t, r, attempt, old); a.Verdict != intake.Unchanged {
			t.Errorf("and again, it is %s", a.Verdict)
		}
	})
}

// A package that a person has to look at is held each time, until somebody accepted it.
func TestAPackageIsHeldUntilItIsAcceptedAndNotAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		place := refuse(crowd(t, 40), 40, 4).Folder(t)
		for _, c := range []struct {
			accept bool
			want   intake.Verdict
		}{{false, intake.Held}, {false, intake.Held}, {true, intake.Stored}, {false, intake.Unchanged}, {true, intake.Unchanged}, {false, intake.Unchanged}} {
			if a := tried(t, r, intake.Attempt{Actor: "cli:ada", Origin: intake.Command, AcceptHold: c.accept}, place); a.Verdict != c.want {
				t.Errorf("accepted %t: it is %s, wanted %s", c.accept, a.Verdict, c.want)
			}
		}
	})
}

// A file that changes while it is read is not remembered for what it was before.
func TestAPackageThatChangesMeanwhileIsNotRemembered(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		place := base(t).Folder(t)
		a, err := r.Begin(t.Context(), intake.Attempt{Actor: "cli:ada", Origin: intake.Command})
		if err != nil {
			t.Fatal(err)
		}
		changed := false
		_, err = r.Carry(t.Context(), a, place, intake.Options{Progress: func(intake.Step) error {
			if changed {
				return nil
			}
			changed = true
			file, err := os.OpenFile(filepath.Join(place, "README.txt"), os.O_CREATE|os.O_WRONLY, 0o600)
			if err != nil {
				return err
			}
			return file.Close()
		}})
		if err != nil {
			t.Fatal(err)
		}
		if found, err := r.Attempt(t.Context(), a.ID); err != nil || found.Verdict != intake.Stored || found.Print != "" {
			t.Errorf("on record: %s %q, %v", found.Verdict, found.Print, err)
		}
	})
}

// What a file becomes while it is imported is not what was stored, whatever of it was
// read by then.
func TestAPackageOfWhichAFileIsWrittenMeanwhileIsNotStored(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		by := intake.Attempt{Actor: "cli:ada", Origin: intake.Command, AcceptHold: true}
		for _, whenRead := range []string{"orgs.csv", "users.csv", "enrollments.csv"} {
			place := base(t).Folder(t)
			file := filepath.Join(place, "users.csv")
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			a, err := r.Begin(t.Context(), by)
			if err != nil {
				t.Fatal(err)
			}
			written := false
			_, err = r.Carry(t.Context(), a, place, intake.Options{Progress: func(s intake.Step) error {
				if written || s.File != whenRead {
					return nil
				}
				written = true
				return os.WriteFile(file, []byte(strings.Replace(string(content), "Ana", "Ann", 1)), 0o600)
			}})
			if !written || !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "the package changed while it was read") {
				t.Fatalf("written %t, %v", written, err)
			}
			found, err := r.Attempt(t.Context(), a.ID)
			if err != nil || found.State != intake.Failed || found.Print != "" {
				t.Errorf("written while %s was read, the import is %s, and the package remembered as %q, %v", whenRead, found.State, found.Print, err)
			}
			if now, err := revision.Read(s.DB.Read); err != nil || now.Generation != 0 {
				t.Errorf("written while %s was read, the package made generation %d, %v", whenRead, now.Generation, err)
			}
		}
	})
}
