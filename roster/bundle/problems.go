package bundle

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
	Other    int      `json:"other,omitempty"`  // the line of the earlier row that it does not go with, if it is about two
	Column   string   `json:"column,omitempty"` // the header's name
	Problem  string   `json:"problem"`
	Remedy   string   `json:"remedy"`
}

// Cause is how often one problem occurred in one file and column.
type Cause struct {
	Problem
	Count int `json:"count"`
}

// Findings are what is wrong with a package: every problem, counted by cause, and the
// first places of each cause. The zero Findings have none; newFindings makes lists that
// are never null in JSON.
type Findings struct {
	Causes   []Cause   `json:"causes"`   // every problem, counted
	Problems []Problem `json:"problems"` // the first of each cause, by place

	at    map[cause]int  // in Causes
	files map[string]int // in which order they came
}

// NewFindings has nothing in it yet.
func NewFindings() Findings {
	return Findings{Causes: []Cause{}, Problems: []Problem{}, at: map[cause]int{}, files: map[string]int{}}
}

// cause is what problems of one cause have in common.
type cause struct{ file, column, problem string }

// shown is how many problems of one cause are listed by line.
const shown = 100

// Add notes a problem.
func (f *Findings) Add(p Problem) {
	if _, known := f.files[p.File]; !known {
		f.files[p.File] = len(f.files)
	}
	key := cause{p.File, p.Column, p.Problem}
	i, known := f.at[key]
	if !known {
		i = len(f.Causes)
		f.at[key] = i
		first := p
		first.Line, first.Other = 0, 0
		f.Causes = append(f.Causes, Cause{Problem: first})
	}
	f.Causes[i].Count++
	if f.Causes[i].Count <= shown {
		f.Problems = append(f.Problems, p)
	}
}

// Has reports whether a problem of the severity was found.
func (f *Findings) Has(s Severity) bool {
	return slices.ContainsFunc(f.Causes, func(c Cause) bool { return c.Severity == s })
}

// Sort puts the findings in an order that a person reads: the gravest first,
// within a file by line.
func (f *Findings) Sort() {
	grave := map[Severity]int{Fatal: 0, Refused: 1, Warning: 2}
	place := func(a, b Problem) int {
		return cmp.Or(cmp.Compare(grave[a.Severity], grave[b.Severity]), cmp.Compare(f.files[a.File], f.files[b.File]), cmp.Compare(a.Line, b.Line))
	}
	slices.SortStableFunc(f.Causes, func(a, b Cause) int { return place(a.Problem, b.Problem) })
	slices.SortStableFunc(f.Problems, place)
}
