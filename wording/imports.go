package wording

import (
	"io"
	"time"

	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/terminal"
)

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

// Attempts is a table of attempts.
func Attempts(out io.Writer, all ...Attempt) error {
	t := terminal.Table{
		Lines: terminal.Lines{Out: out}, Format: "%6v  %-24v  %-10v %10v  %-9v %v\n",
		Heading: []string{"import", "began", "became", "generation", "by way of", "who"},
	}
	for _, a := range all {
		became := a.State
		if a.Verdict != "" {
			became = string(a.Verdict)
		}
		t.Row(a.ID, a.StartedAt, became, a.Generation, a.Origin, a.Actor)
	}
	return t.Err
}
