package roster

import (
	"cmp"
	"slices"
)

// Severity is what a problem means for what it was found in.
type Severity string

// The severities.
const (
	Fatal   Severity = "fatal"   // the whole package is refused
	Refused Severity = "error"   // the row is refused
	Warning Severity = "warning" // the row is taken
)

// Problem is something wrong with a package. It names places, never values.
type Problem struct {
	Severity Severity `json:"severity"`
	File     string   `json:"file"`
	Line     int      `json:"line,omitempty"`   // 1 is the header; 0 where the whole file is meant
	Column   string   `json:"column,omitempty"` // the header's name
	Problem  string   `json:"problem"`
	Remedy   string   `json:"remedy"`
}

// Cause is how often one problem occurred in one file and column.
type Cause struct {
	Problem
	Count int `json:"count"`
}

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
	Verdict          Verdict   `json:"verdict"`
	Generation       int64     `json:"generation"` // the roster's after the import
	CommittedAt      string    `json:"committed_at,omitempty"`
	Files            []Counts  `json:"files"`
	PasswordsDropped int       `json:"passwords_dropped"`
	NewKeys          Members   `json:"new_keys"`      // members of bags that appeared, hidden until reviewed
	VanishedKeys     Members   `json:"vanished_keys"` // members of bags that are gone
	Holds            []string  `json:"holds"`         // why a person has to look first
	Causes           []Cause   `json:"causes"`        // every problem, counted
	Problems         []Problem `json:"problems"`      // the first of each cause, by place

	mark  int64          // of the generation
	at    map[cause]int  // in Causes
	files map[string]int // in which order they came
}

// cause is what problems of one cause have in common.
type cause struct{ file, column, problem string }

// shown is how many problems of one cause are listed by line.
const shown = 100

// add notes a problem.
func (r *Report) add(p Problem) {
	if _, known := r.files[p.File]; !known {
		r.files[p.File] = len(r.files)
	}
	key := cause{p.File, p.Column, p.Problem}
	i, known := r.at[key]
	if !known {
		i = len(r.Causes)
		r.at[key] = i
		first := p
		first.Line = 0
		r.Causes = append(r.Causes, Cause{Problem: first})
	}
	r.Causes[i].Count++
	if r.Causes[i].Count <= shown {
		r.Problems = append(r.Problems, p)
	}
}

// Has reports whether a problem of the severity was found.
func (r *Report) Has(s Severity) bool {
	return slices.ContainsFunc(r.Causes, func(c Cause) bool { return c.Severity == s })
}

// finish puts the report in an order that a person reads: the gravest first,
// within a file by line.
func (r *Report) finish() {
	grave := map[Severity]int{Fatal: 0, Refused: 1, Warning: 2}
	place := func(a, b Problem) int {
		return cmp.Or(cmp.Compare(grave[a.Severity], grave[b.Severity]), cmp.Compare(r.files[a.File], r.files[b.File]), cmp.Compare(a.Line, b.Line))
	}
	slices.SortStableFunc(r.Causes, func(a, b Cause) int { return place(a.Problem, b.Problem) })
	slices.SortStableFunc(r.Problems, place)
}

// newReport is a report with nothing in it; its lists are never null in JSON.
func newReport() *Report {
	return &Report{
		Files: []Counts{}, NewKeys: []string{}, VanishedKeys: []string{}, Holds: []string{}, Causes: []Cause{}, Problems: []Problem{},
		at: map[cause]int{}, files: map[string]int{},
	}
}
