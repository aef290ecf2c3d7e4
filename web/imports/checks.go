package imports

import (
	"strings"

	"github.com/rostergate/rostergate/losses"
	"github.com/rostergate/rostergate/web/frame"
)

type checksModel struct {
	Found  []checkRow // that found something, in this import or the one before
	Sound  []string   // what the others look for
	Counts bool       // an import has counted
}

// checkRow is a check that found something.
type checkRow struct {
	Says, Remedy string
	Records      int64
	Tone         frame.Tone
	Moved        string // since the import before
	Past         string // the imports before, the newest first
	Losses       []appLoss
}

// appLoss is what an app lacks because of a check.
type appLoss struct{ Name, Path, Says string }

// checksPage shows what the last import counted, and which apps lack somebody because of it.
func (r *Room) checksPage(v *frame.Visit) error {
	lines, err := r.Losses.Lines(v.Context())
	if err != nil {
		return err
	}
	m := checksModel{Counts: len(lines) > 0}
	for _, l := range lines {
		if by, _ := l.Moved(); l.Records == 0 && by == 0 {
			m.Sound = append(m.Sound, l.Check.Says)
			continue
		}
		m.Found = append(m.Found, newCheckRow(l))
	}
	return v.Show("checks", "Checks", m)
}

// pastShown is of how many imports a row shows the counts.
const pastShown = 5

func newCheckRow(l losses.Line) checkRow {
	row := checkRow{Says: l.Check.Says, Remedy: l.Remedy, Records: l.Records, Moved: "first count"}
	switch by, known := l.Moved(); {
	case by > 0:
		row.Moved, row.Tone = frame.Number(by)+" more", frame.Bad
	case by < 0:
		row.Moved, row.Tone = frame.Number(-by)+" fewer", frame.Good
	case known:
		row.Moved = "no change"
	}
	var past []string
	for _, p := range l.Past[:min(len(l.Past), pastShown)] {
		past = append(past, frame.Number(p.Records))
	}
	row.Past = strings.Join(past, ", ")
	for _, a := range l.Losses {
		row.Losses = append(row.Losses, appLoss{a.Name, "/apps/" + a.App + "/scope", a.Says})
	}
	return row
}
