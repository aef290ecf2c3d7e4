package losses

import (
	"fmt"
	"io"

	"github.com/rostergate/rostergate/terminal"
)

// checkLine is a check in machine output.
type checkLine struct {
	Check   string      `json:"check"`
	Entity  string      `json:"entity"`
	Says    string      `json:"says"`
	Records int64       `json:"records"`
	Past    []pastCount `json:"past"` // the newest first
	Apps    []lossLine  `json:"apps"`
}

type pastCount struct {
	Generation int64 `json:"generation"`
	Records    int64 `json:"records"`
}

type lossLine struct {
	App     string `json:"app"`
	Records int64  `json:"records"`
	Says    string `json:"says"`
}

// told is lines as machine output has them.
func told(lines []Line) []checkLine {
	all := []checkLine{}
	for _, l := range lines {
		one := checkLine{Check: l.Check.Name, Entity: l.Entity, Says: l.Check.Says, Records: l.Records, Past: []pastCount{}, Apps: []lossLine{}}
		for _, p := range l.Past {
			one.Past = append(one.Past, pastCount(p))
		}
		for _, a := range l.Losses {
			one.Apps = append(one.Apps, lossLine{a.App, a.Records, a.Says})
		}
		all = append(all, one)
	}
	return all
}

// Write lists what was found, or all as JSON; checks without a find are counted at the end.
func Write(out io.Writer, lines []Line, asJSON bool) error {
	if asJSON {
		return terminal.JSON(out, told(lines))
	}
	w := &terminal.Lines{Out: out}
	if len(lines) == 0 {
		w.Writef("no import has counted anything yet: the next one that stores something does\n")
		return w.Err
	}
	sound := 0
	for _, l := range lines {
		by, known := l.Moved()
		if l.Records == 0 && by == 0 {
			sound++
			continue
		}
		w.Writef("%8d %-10s %s\n", l.Records, moved(by, known), l.Check.Says)
		for _, a := range l.Losses {
			w.Writef("%20s%s %s\n", "", a.Name, a.Says)
		}
		if l.Records > 0 {
			w.Writef("%20s%s\n", "", l.Remedy)
		}
	}
	w.Writef("%d of %d checks found nothing\n", sound, len(lines))
	return w.Err
}

// moved says by how much a count moved since the import before, if there was one.
func moved(by int64, known bool) string {
	switch {
	case !known:
		return "(first)"
	case by == 0:
		return "(same)"
	}
	return fmt.Sprintf("(%+d)", by)
}
