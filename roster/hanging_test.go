package roster_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/rostertest"
)

// What refers to what is gone is looked for by columns, and only where something is.
func TestReferencesAreReadOnlyWhereWhatTheyLeadToGoes(t *testing.T) {
	const stamp = ",2026-02-01T07:00:00.000Z,"
	for name, c := range map[string]struct {
		row   string
		reads []string // tables and columns
	}{
		"a change":           {"rosa,active" + stamp + "true,oak,guardian,rruiz,,Rosa,Ruiz-Sol,,,rosa@home.example,555-0177,555-0178,ana,,", nil},
		"a guardian deleted": {"rosa,tobedeleted" + stamp + strings.Repeat(",", 14), []string{"demographics id", "enrollments user", "roles user", "user_profiles user", "user_resources user", "users agents"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := parcel{"manifest.csv": strings.ReplaceAll(strings.ReplaceAll(base(t)["manifest.csv"], ",bulk", ",absent"), "file.users,absent", "file.users,delta")}
			header, _, _ := strings.Cut(base(t)["users.csv"], "\n")
			p["users.csv"] = header + "\n" + c.row + "\n"
			place := p.Folder(t)
			dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
				r := rostertest.Open(s.DB, s.Ledger, time.Now)
				if _, err := r.Import(t.Context(), base(t).Folder(t), intake.Options{}); err != nil {
					t.Fatal(err)
				}
				s.Trace.Take()
				if report, err := r.Import(t.Context(), place, intake.Options{AcceptHold: true}); err != nil || report.Verdict != intake.Stored {
					t.Fatalf("%+v, %v", report, err)
				}
				var read []string
				for _, sql := range s.Trace.Take() {
					if columns, rest, is := strings.Cut(sql, " FROM "); is && strings.Contains(rest, "IS NOT NULL") {
						table, _, _ := strings.Cut(rest, " ")
						read = append(read, table+" "+strings.Trim(strings.TrimPrefix(columns, "SELECT id, "), `"`))
					}
				}
				slices.Sort(read)
				if want := slices.Sorted(slices.Values(c.reads)); !slices.Equal(read, want) {
					t.Errorf("it reads %q, and should read %q", read, want)
				}
			})
		})
	}
}
