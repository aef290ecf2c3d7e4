package terminal

import (
	"encoding/json"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/rostergate/rostergate/roster/intake"
)

// Progress shows how far a file was read or stored: a bar on a terminal, JSON lines for
// those who asked for JSON, else a line every few seconds.
func Progress(b *Bar, asJSON bool) func(intake.Step) error {
	out := b.Out
	if asJSON {
		return progressLines(out)
	}
	const pause = 5 * time.Second
	if Is(out) {
		return b.show
	}
	last := time.Now()
	return func(s intake.Step) error {
		if time.Since(last) < pause {
			return nil
		}
		last = time.Now()
		unit := "bytes"
		if s.Storing {
			unit = "rows"
		}
		return Say(out, "rostergate: %s: %d of %d %s\n", label(s), s.Done, s.Total, unit)
	}
}

// label names what is under way.
func label(s intake.Step) string {
	if s.Storing {
		return "storing " + s.File
	}
	return s.File
}

// progressLines writes an object at the start of each walk through a file and of
// its storing, and one a second on the way. What is stored counts in rows.
func progressLines(out io.Writer) func(intake.Step) error {
	type line struct {
		File    string `json:"file"`
		Done    int64  `json:"done"`
		Total   int64  `json:"total"`
		Storing bool   `json:"storing,omitempty"`
	}
	var last line
	var at time.Time
	enc := json.NewEncoder(JSONText(out))
	return func(s intake.Step) error {
		now := line{s.File, s.Done, s.Total, s.Storing}
		starts := now.File != last.File || now.Storing != last.Storing || now.Done < last.Done
		last = now
		if !starts && time.Since(at) < time.Second {
			return nil
		}
		at = time.Now()
		return enc.Encode(now)
	}
}

// Bar is a bar on a terminal: one for each file, for both walks through it, and then
// one for its storing.
type Bar struct {
	Out    io.Writer
	shown  *progressbar.ProgressBar // nil until there is one
	label  string
	last   int64
	walked int64 // the bytes of the walks before this one
}

func (b *Bar) show(s intake.Step) error {
	whole := 2 * s.Total
	if s.Storing {
		whole = s.Total
	}
	if name := label(s); name != b.label {
		b.Clear()
		b.label, b.walked = name, 0
		b.shown = progressbar.NewOptions64(whole, progressbar.OptionSetWriter(b.Out), progressbar.OptionSetDescription(name),
			progressbar.OptionSetPredictTime(false), progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100*time.Millisecond))
		if err := b.shown.RenderBlank(); err != nil {
			return err
		}
	} else if s.Done < b.last {
		b.walked = s.Total
	}
	b.last = s.Done
	return b.shown.Set64(min(b.walked+s.Done, whole))
}

// Clear takes the bar of a file away that was not read to its end, so that what
// is said of it stands on a line of its own.
func (b *Bar) Clear() {
	if b.shown != nil && !b.shown.IsFinished() {
		_ = b.shown.Clear()
	}
}
