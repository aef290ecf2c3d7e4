package roster_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/rostertest"
)

// harm does to a row of a file, at one of its cells, what exporters do.
func harm(rows []string, row, cell int, way string) []string {
	cells := strings.Split(rows[row], ",")
	at := cell % len(cells)
	switch way {
	case "blank":
		cells[at] = ""
	case "a word":
		cells[at] = "pupil"
	case "marked":
		cells[min(1, len(cells)-1)] = "tobedeleted"
	case "short":
		cells = cells[:max(1, at)]
	case "long":
		cells = append(cells, "more")
	case "quoted":
		cells[at] = `"` + cells[at]
	case "twice":
		return append(slices.Clone(rows), rows[row])
	case "gone":
		return slices.Delete(slices.Clone(rows), row, row+1)
	case "commas":
		return append(slices.Clone(rows), strings.Repeat(",", len(cells)-1))
	}
	harmed := slices.Clone(rows)
	harmed[row] = strings.Join(cells, ",")
	return harmed
}

// Whatever is wrong with the rows of a package: each is counted once, each that is refused
// or goes has its line, and what waits says so.
func TestEveryRowOfADamagedPackageIsAccountedFor(t *testing.T) {
	s := dbtest.New(t, database.SQLite)
	ways := []string{"blank", "a word", "marked", "short", "long", "quoted", "twice", "gone", "commas"}
	rapid.Check(t, func(rt *rapid.T) {
		reset(t, s.DB)
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		p := base(t)
		for night := range rapid.IntRange(1, 3).Draw(rt, "nights") {
			for n := range rapid.IntRange(0, 4).Draw(rt, fmt.Sprint("damages of night ", night)) {
				label := fmt.Sprint("night ", night, " damage ", n, " ")
				file := rapid.SampledFrom([]string{"academicSessions.csv", "orgs.csv", "courses.csv", "classes.csv", "users.csv", "enrollments.csv", "demographics.csv"}).Draw(rt, label+"file")
				all := strings.Split(strings.TrimSuffix(p[file], "\n"), "\n")
				if len(all) < 2 {
					continue
				}
				row := rapid.IntRange(0, len(all)-2).Draw(rt, label+"row")
				rows := harm(all[1:], row, rapid.IntRange(0, 12).Draw(rt, label+"cell"), rapid.SampledFrom(ways).Draw(rt, label+"way"))
				p[file] = strings.Join(append([]string{all[0]}, rows...), "\n") + "\n"
			}
			a := tried(t, r, intake.Attempt{Actor: "cli:ada", Origin: intake.Command, AcceptHold: true}, p.Folder(t))
			if a.Verdict == intake.Rejected {
				return
			}
			sums(rt, a.Report)
			accounted(rt, r, a)
		}
	})
}

// sums wants the counts of a report to add up, and what is stored to wait for nobody.
func sums(t rapid.TB, r *intake.Report) {
	if r.Verdict != intake.Stored && r.Verdict != intake.Unchanged || len(r.Holds) > 0 {
		t.Errorf("accepted, it is %s and waits for %q", r.Verdict, r.Holds)
	}
	for _, c := range r.Files {
		if c.Rows != c.New+c.Changed+c.Unchanged+c.Joined+c.Ignored+c.Deleted+c.Refused || c.NeverStored > c.Deleted {
			t.Errorf("the counts do not add up: %+v", c)
		}
		if _, known := catalog.Find(c.Entity); !known {
			t.Errorf("counts of %q", c.Entity)
		}
	}
}
