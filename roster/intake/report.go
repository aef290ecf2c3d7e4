package intake

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/rostergate/rostergate/catalog"
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
// Rows = New + Changed + Unchanged + Joined + Ignored + Deleted + Refused. Removed counts stored
// records that the file no longer has.
type Counts struct {
	Entity    string `json:"entity"`
	Rows      int    `json:"rows"`
	New       int    `json:"new"`
	Changed   int    `json:"changed"`
	Unchanged int    `json:"unchanged"`
	Joined    int    `json:"joined"` // rows that an earlier one of the same record was joined with
	Refused   int    `json:"refused"`
	Deleted   int    `json:"deleted"` // rows that say themselves that their record is gone, or go with another one
	Ignored   int    `json:"ignored"` // lines that are no rows
	Removed   int    `json:"removed"`

	NeverStored int `json:"never_stored"` // of Deleted, rows of records that were never stored
}

// balanced reports whether every row was accounted for, once.
func (c Counts) balanced() bool {
	return c.Rows == c.New+c.Changed+c.Unchanged+c.Joined+c.Ignored+c.Deleted+c.Refused
}

// Report is what an import has to say.
type Report struct {
	Verdict          Verdict        `json:"verdict"`
	Generation       int64          `json:"generation"` // the roster's after the import
	CommittedAt      moment.Moment  `json:"committed_at,omitempty"`
	Files            []Counts       `json:"files"`
	PasswordsDropped int            `json:"passwords_dropped"`
	NewKeys          roster.Members `json:"new_keys"`       // members of bags that appeared, hidden until reviewed
	VanishedKeys     roster.Members `json:"vanished_keys"`  // members of bags that are gone
	Holds            []string       `json:"holds"`          // why a person has to look first; none of what is stored
	AcceptedHolds    []string       `json:"accepted_holds"` // why a person would have had to look, had they not accepted it
	bundle.Findings

	mark      int64 // of the generation
	linesOf   int64 // the attempt that has all lines, 0 where it is this one
	unsettled bool  // in earnest the package would change what counts as accepted
}

// order puts the files in the order of the catalog: users are done with behind their roles.
func (r *Report) order() {
	at := map[string]int{}
	for i, e := range catalog.Entities() {
		at[e.Plural] = i
	}
	slices.SortFunc(r.Files, func(a, b Counts) int { return cmp.Compare(at[a.Entity], at[b.Entity]) })
}

// newReport is a report with nothing in it; its lists are never null in JSON.
func newReport() *Report {
	return &Report{Files: []Counts{}, NewKeys: []string{}, VanishedKeys: []string{}, Holds: []string{}, AcceptedHolds: []string{}, Findings: bundle.NewFindings()}
}

// Said is the report with its names as anyone may read them.
func (r *Report) Said(names *roster.Vocabulary) *Report {
	said := *r
	said.NewKeys, said.VanishedKeys = names.SayMembers(r.NewKeys), names.SayMembers(r.VanishedKeys)
	said.Causes, said.Problems = slices.Clone(r.Causes), slices.Clone(r.Problems)
	for i, c := range said.Causes {
		said.Causes[i].Column = names.SayColumn(c.File, c.Column)
	}
	for i, p := range said.Problems {
		said.Problems[i].Column = names.SayColumn(p.File, p.Column)
	}
	return &said
}

// BringsNames says that the report has names as the package brought them.
func (*Report) BringsNames() {}

// finishEntity notes which stored records the file no longer has, and lets go
// of an index that nothing refers to.
func (imp *importing) finishEntity(ctx context.Context, s *stage) error {
	if !s.counts.balanced() {
		return fmt.Errorf("import %s: the rows do not add up: %+v", s.file, *s.counts)
	}
	e := s.layout.Entity
	stored, gone := 0, imp.removed[e.Plural]
	for _, r := range s.index.records {
		if r.live {
			stored++
			if gone.Contains(r.id) {
				s.changes.Add("", r.id)
			}
		}
	}
	s.counts.Removed = int(gone.GetCardinality())
	if err := s.renewGone(ctx, gone); err != nil {
		return err
	}
	if e.Plural == "users" {
		if err := imp.missOptedOut(ctx, s, gone); err != nil {
			return err
		}
	}
	imp.report.Files = append(imp.report.Files, *s.counts)
	if err := imp.weigh(ctx, s, stored, gone); err != nil {
		return err
	}
	if !catalog.ReferredTo(e.Plural, catalog.Both) {
		s.index.records, s.index.places = nil, nil
	}
	return s.feeds.Settle(ctx, s.table, gone, stored > s.counts.Removed, s.turnover)
}

// decide gives the verdict. Over a package that is held it asks whoever can accept it.
func (imp *importing) decide() error {
	imp.compareKeys()
	imp.pass()
	imp.report.Sort()
	if imp.report.Verdict != Held || imp.Accepting == nil {
		return nil
	}
	accepted, err := imp.Accepting(imp.report)
	if accepted {
		imp.AcceptHold = true
		imp.pass()
	}
	return err
}

// pass gives the verdict. What is not held for a person waits for nobody.
func (imp *importing) pass() {
	imp.report.Verdict = imp.verdict()
	if imp.report.Verdict != Held {
		imp.report.AcceptedHolds, imp.report.Holds = imp.report.Holds, []string{}
	}
}

func (imp *importing) verdict() Verdict {
	something := len(imp.report.NewKeys)+len(imp.report.VanishedKeys) > 0
	for _, s := range imp.stages {
		something = something || len(s.changes) > 0 || s.fresh.Rows+s.changed.Rows > 0
	}
	switch {
	case len(imp.report.Holds) > 0 && !imp.AcceptHold:
		return Held
	case !something:
		return Unchanged
	case imp.DryRun:
		return Checked
	}
	return Stored
}
