package endurance_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/roster"
)

func TestAnUnchangedImportStoresNothingAtAnySize(t *testing.T) {
	for _, n := range sizes(t) {
		place := district(t, n, 1)
		each(t, func(t *testing.T, h *house) {
			first, report := h.measured(place)
			if report.Verdict != roster.Stored {
				t.Fatalf("the first import is %s", report.Verdict)
			}
			second, again := h.measured(place)
			if again.Verdict != roster.Unchanged {
				t.Fatalf("the second import is %s", again.Verdict)
			}
			t.Logf("%d students: first %s, unchanged %s, ratio %.1f", n, first, second, first.seconds/second.seconds)
		})
	}
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
func (h *house) measured(place string) (effort, roster.Report) {
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
	h.tellsProgress(stderr)
	var report roster.Report
	decode(h.t, stdout, &report)
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
