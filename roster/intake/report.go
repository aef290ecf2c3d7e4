package intake

import (
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/bundle"
)

// Verdict is how an import ended.
type Verdict string

// The verdicts. Nothing is stored but by Stored.
const (
	Stored    Verdict = "stored"
	Unchanged Verdict = "unchanged" // equal to what is stored already
	Held      Verdict = "held"      // too much would change; a person may accept it
	Rejected  Verdict = "refused"
	Checked   Verdict = "checked" // a dry run that would have been stored
)

// What became of a package that was held, in the place of Held: verdicts of its
// attempt, and of no report.
const (
	Accepted  Verdict = "accepted"  // a person had it imported by an attempt of its own
	Discarded Verdict = "discarded" // by a person
	Expired   Verdict = "expired"   // nobody decided in time
)

// Counts says what became of the rows of a file:
// Rows = New + Changed + Unchanged + Refused + Deleted. Removed counts stored
// records that the file no longer has.
type Counts struct {
	Entity    string `json:"entity"`
	Rows      int    `json:"rows"`
	New       int    `json:"new"`
	Changed   int    `json:"changed"`
	Unchanged int    `json:"unchanged"`
	Refused   int    `json:"refused"`
	Deleted   int    `json:"deleted"` // rows that say themselves that their record is gone
	Removed   int    `json:"removed"`
}

// balanced reports whether every row was accounted for, once.
func (c Counts) balanced() bool {
	return c.Rows == c.New+c.Changed+c.Unchanged+c.Refused+c.Deleted
}

// Report is what an import has to say.
type Report struct {
	Verdict          Verdict        `json:"verdict"`
	Generation       int64          `json:"generation"` // the roster's after the import
	CommittedAt      moment.Moment  `json:"committed_at,omitempty"`
	Files            []Counts       `json:"files"`
	PasswordsDropped int            `json:"passwords_dropped"`
	NewKeys          roster.Members `json:"new_keys"`      // members of bags that appeared, hidden until reviewed
	VanishedKeys     roster.Members `json:"vanished_keys"` // members of bags that are gone
	Holds            []string       `json:"holds"`         // why a person has to look first
	bundle.Findings

	mark int64 // of the generation
}

// newReport is a report with nothing in it; its lists are never null in JSON.
func newReport() *Report {
	return &Report{Files: []Counts{}, NewKeys: []string{}, VanishedKeys: []string{}, Holds: []string{}, Findings: bundle.NewFindings()}
}
