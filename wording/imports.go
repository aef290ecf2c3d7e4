package wording

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/terminal"
)

// Report tells a person how an import ended.
func Report(out io.Writer, r *intake.Report) error {
	w := &terminal.Lines{Out: out}
	w.Writef("%s (generation %d)\n", r.Verdict, r.Generation)
	for _, hold := range r.Holds {
		w.Writef("  waits for a person: %s\n", hold)
	}
	if len(r.Files) > 0 {
		w.Writef("  %-18s %9s %9s %9s %9s %9s %9s\n", "", "rows", "new", "changed", "same", "refused", "removed")
	}
	for _, f := range r.Files {
		w.Writef("  %-18s %9d %9d %9d %9d %9d %9d\n", f.Entity, f.Rows, f.New, f.Changed, f.Unchanged, f.Refused, f.Removed)
	}
	if r.PasswordsDropped > 0 {
		w.Writef("  %d passwords were dropped; they are never kept\n", r.PasswordsDropped)
	}
	for _, key := range r.NewKeys {
		w.Writef("  new: %s, shared with nobody until it is reviewed\n", key)
	}
	for _, key := range r.VanishedKeys {
		w.Writef("  gone: %s\n", key)
	}
	for _, c := range r.Causes {
		w.Writef("  %s %s: %s (%d). %s\n", c.Severity, strings.TrimSpace(c.File+" "+c.Column), c.Problem.Problem, c.Count, c.Remedy)
	}
	for _, p := range r.Problems {
		if p.Line > 0 && p.Severity != bundle.Warning {
			w.Writef("    %s: %s\n", strings.TrimSpace(fmt.Sprintf("%s line %d %s", p.File, p.Line, p.Column)), p.Problem)
		}
	}
	return w.Err
}

// Attempt is an attempt to import, for people and scripts.
type Attempt struct {
	ID         int64           `json:"id"`
	StartedAt  moment.Moment   `json:"started_at"`
	EndedAt    moment.Moment   `json:"ended_at,omitempty"`
	Actor      string          `json:"actor"`
	Origin     intake.Origin   `json:"origin"`
	DryRun     bool            `json:"dry_run,omitempty"`
	AcceptHold bool            `json:"accept_hold,omitempty"`
	State      string          `json:"state"` // running, ended, failed or lost
	Verdict    intake.Verdict  `json:"verdict,omitempty"`
	Generation int64           `json:"generation"`
	Files      []intake.Counts `json:"files"`
}

// NewAttempt is an attempt as it stands now.
func NewAttempt(a intake.Attempt, now time.Time) Attempt {
	state := string(a.State)
	if a.Lost(now) {
		state = "lost"
	}
	return Attempt{
		ID: a.ID, StartedAt: a.StartedAt, EndedAt: a.EndedAt, Actor: a.Actor, Origin: a.Origin, DryRun: a.DryRun, AcceptHold: a.AcceptHold,
		State: state, Verdict: a.Verdict, Generation: a.Generation, Files: append([]intake.Counts{}, a.Counts...),
	}
}

// Line writes the attempt on one line.
func (a Attempt) Line(w *terminal.Lines) {
	became := a.State
	if a.Verdict != "" {
		became = string(a.Verdict)
	}
	w.Writef("%6d  %s  %-10s generation %-4d %-8s %s\n", a.ID, a.StartedAt, became, a.Generation, a.Origin, a.Actor)
}
