package endurance_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/rostertest"
)

// roof is how many megabytes the import of 100,000 students may take.
const roof = 300

// What a district's nights are like at its size: the first import, the same
// package once more, one that was exported anew and says the same, one in which a
// hundredth of the users changed, and then a vendor who pulls everything.
func TestADistrictIsImportedAndPulledAtItsSize(t *testing.T) {
	for _, n := range sizes(t) {
		place := district(t, n, 1)
		changed := edited(t, place)
		each(t, func(t *testing.T, h *house) {
			first, report := h.measured(place)
			if report.Verdict != intake.Stored {
				t.Fatalf("the first import is %s", report.Verdict)
			}
			second, again := h.measured(place)
			if again.Verdict != intake.Unchanged {
				t.Fatalf("the second import is %s", again.Verdict)
			}
			anew, same := h.measured(exportedAnew(t, place))
			if same.Verdict != intake.Unchanged {
				t.Fatalf("the third import is %s", same.Verdict)
			}
			fourth, other := h.measured(changed)
			if other.Verdict != intake.Stored {
				t.Fatalf("the fourth import is %s", other.Verdict)
			}
			if most := max(first.megabytes, second.megabytes, anew.megabytes, fourth.megabytes); n <= 100_000 && most > roof {
				t.Errorf("an import of %d students took %d MB, more than %d", n, most, roof)
			}
			t.Logf("%d students: first %s, the same package %s, exported anew %s, one user in a hundred changed %s", n, first, second, anew, fourth)
			t.Logf("the first took %.1f times as long as the same package, %.1f times as long as one exported anew", first.seconds/second.seconds, first.seconds/anew.seconds)
			h.pullsEverything(changed)
		})
	}
}

// pullsEverything reads every list that an app with guardians sees, by OAuth 1.0a
// and in the largest pages: the rows of the package, each once.
func (h *house) pullsEverything(place string) {
	h.t.Helper()
	h.register("alexandria")
	s := h.serve()
	c := s.signing()
	began, records, bytes := time.Now(), 0, int64(0)
	for _, e := range catalog.Entities() {
		if !e.Served || e.Plural == "resources" { // which this app does not get
			continue
		}
		missing := map[string]bool{}
		for _, row := range column(h.t, filepath.Join(place, e.File()), "sourcedId", "userSourcedId") {
			missing[row] = true
		}
		listed := len(missing)
		for next := base + "/" + e.Plural + "?limit=10000"; next != ""; {
			r, ok := c.pull(next, nil)
			if !ok || !r.whole || r.status != http.StatusOK {
				h.t.Fatalf("%s is answered with %d", next, r.status)
			}
			for _, raw := range r.records(h.t) {
				var record struct{ SourcedID string }
				decode(h.t, raw, &record)
				if !missing[record.SourcedID] {
					h.t.Fatalf("%s has one that is not there, or twice", e.Plural)
				}
				delete(missing, record.SourcedID)
				records++
			}
			bytes, next = bytes+r.bytes, r.next
		}
		if len(missing) > 0 || listed == 0 {
			h.t.Fatalf("of %d %s, %d did not come", listed, e.Plural, len(missing))
		}
	}
	h.t.Logf("pulled %d records, %d MB, in %.1f s; the server took %d MB", records, bytes>>20, time.Since(began).Seconds(), h.resident()>>10)
}

// column is a column of a CSV file, by the first of the names that it has.
func column(t testing.TB, path string, names ...string) []string {
	t.Helper()
	at, cells := -1, []string(nil)
	for row := range rostertest.Rows(t, path) {
		if at < 0 {
			at = slices.IndexFunc(row, func(name string) bool { return slices.Contains(names, name) })
			continue
		}
		cells = append(cells, row[at])
	}
	return cells
}

// exportedAnew is the package with other bytes and the same records.
func exportedAnew(t testing.TB, place string) string {
	t.Helper()
	other := copied(t, place)
	file, err := os.OpenFile(filepath.Join(other, "users.csv"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = file.WriteString("\n")
	if err := errors.Join(err, file.Close()); err != nil {
		t.Fatal(err)
	}
	return other
}

// edited is the package with another family name for one user in a hundred.
func edited(t testing.TB, place string) string {
	t.Helper()
	other, at := copied(t, place), -1
	rostertest.Rewrite(t, filepath.Join(other, "users.csv"), func(line int, row []string) []string {
		switch {
		case line == 0:
			at = slices.Index(row, "familyName")
		case line%100 == 0:
			row[at] += "-Roe"
		}
		return row
	})
	return other
}

func copied(t testing.TB, place string) string {
	t.Helper()
	other := t.TempDir()
	if err := os.CopyFS(other, os.DirFS(place)); err != nil {
		t.Fatal(err)
	}
	return other
}

// effort is what a process took.
type effort struct {
	seconds   float64
	megabytes int // of memory, at the most; 0 where the system does not tell
}

// String is for the log.
func (e effort) String() string { return fmt.Sprintf("%.1f s %d MB", e.seconds, e.megabytes) }

// measured imports and looks at the process meanwhile. What the system tells
// behind its end would count the memory of the tests themselves.
func (h *house) measured(place string) (effort, intake.Report) {
	h.t.Helper()
	cmd := h.command("import", place, "--json")
	ended, peak, kilobytes := make(chan struct{}), make(chan int), 0
	began := time.Now()
	var stdout []byte
	var stderr string
	var err error
	go func() {
		stdout, stderr, err = finish(cmd)
		close(ended)
	}()
	go func() {
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-ended:
				peak <- kilobytes
				return
			case <-tick.C:
				kilobytes = max(kilobytes, h.resident())
			}
		}
	}()
	most := <-peak
	took := effort{time.Since(began).Seconds(), most >> 10}
	if err != nil {
		h.t.Fatalf("%v\n%s", err, stderr)
	}
	var report intake.Report
	decode(h.t, stdout, &report)
	if stderr != "" || report.Verdict != intake.Unchanged { // the same package is not read row by row
		h.tellsProgress(stderr)
	}
	return took, report
}

// resident is the most memory that a process of this house has had, in kB.
func (h *house) resident() (kilobytes int) {
	all, _ := os.ReadDir("/proc")
	for _, entry := range all {
		line, _ := os.ReadFile("/proc/" + entry.Name() + "/cmdline")
		if !strings.Contains(string(line), h.data) {
			continue
		}
		status, _ := os.ReadFile("/proc/" + entry.Name() + "/status")
		if _, rest, found := strings.Cut(string(status), "VmHWM:"); found {
			_, _ = fmt.Sscan(rest, &kilobytes)
		}
	}
	return kilobytes
}

// tellsProgress checks the lines that an import with --json writes on its way.
func (h *house) tellsProgress(stderr string) {
	h.t.Helper()
	seen := map[string]int{}
	for line := range strings.Lines(stderr) {
		var step struct {
			File        string
			Done, Total int64
		}
		decode(h.t, []byte(line), &step)
		if step.Done < 0 || step.Done > step.Total {
			h.t.Errorf("%s", line)
		}
		seen[step.File]++
	}
	if seen["users.csv"] < 2 || seen["enrollments.csv"] < 2 {
		h.t.Errorf("each file is walked through twice, and the progress tells %v", seen)
	}
}
