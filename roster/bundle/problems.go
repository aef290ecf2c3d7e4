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
	Warning Severity = "warning" // the row is taken, or goes with a record that is removed
)

// Problem is something wrong with a package. It names places, never values.
type Problem struct {
	Severity Severity `json:"severity"`
	File     string   `json:"file"`
	Line     int      `json:"line,omitempty"`   // 1 is the header; 0 where the whole file is meant
	Other    int      `json:"other,omitempty"`  // the line of the earlier row that it does not go with, if it is about two
	Column   string   `json:"column,omitempty"` // the header's name
	Problem  string   `json:"problem"`
	Remedy   string   `json:"remedy"`            // none of what falls with another cause: that one has to be mended
	Because  int      `json:"because,omitempty"` // the number of the cause with which it falls
	Stored   bool     `json:"stored,omitempty"`  // it is about what an import changes of stored records that no row says
}

// Cause is how often one problem occurred in one file and column. What falls with it is
// told by Falls, and by causes of its own that name it.
type Cause struct {
	Problem
	Count  int    `json:"count"`
	Number int    `json:"number"` // from 1
	Falls  []Fall `json:"falls,omitempty"`
}

// Fall is what falls with a cause, of one file.
type Fall struct {
	File    string `json:"file"`
	Refused int    `json:"refused,omitempty"` // rows
	Removed int    `json:"removed,omitempty"` // rows whose records go with another one
	Dropped int    `json:"dropped,omitempty"` // values of rows that are taken
	Gone    int    `json:"gone,omitempty"`    // stored records that no row says are gone, and that go with another one
	Freed   int    `json:"freed,omitempty"`   // stored records that stay without a reference to it, and no row says so
}

// Cost is how many rows and stored records a cause costs: those that it is found in, if they
// are refused, and those that fall with them.
func (c Cause) Cost() int {
	cost := 0
	if c.Severity != Warning {
		cost = c.Count
	}
	for _, f := range c.Falls {
		cost += f.Refused + f.Removed + f.Gone
	}
	return cost
}

// Findings are what is wrong with a package: every problem, counted by cause, and the
// first places of each cause. The zero Findings have none; newFindings makes lists that
// are never null in JSON.
type Findings struct {
	Causes   []Cause   `json:"causes"`   // every problem, counted; behind each cause, what falls with it
	Problems []Problem `json:"problems"` // the first of each cause, by place

	numbers map[cause]int
	at      []int          // in Causes, by number
	files   map[string]int // in which order they came
	last    int            // the cause of what was added last
	places  places
}

// NewFindings has nothing in it yet.
func NewFindings() Findings {
	return Findings{Causes: []Cause{}, Problems: []Problem{}, numbers: map[cause]int{}, at: []int{0}, files: map[string]int{}}
}

// cause is what problems of one cause have in common.
type cause struct {
	severity              Severity
	file, column, problem string
	because               int
}

// shown is how many problems of one cause are listed by line.
const shown = 100

// Add notes a problem, and is the number of its cause.
func (f *Findings) Add(p Problem) int {
	if _, known := f.files[p.File]; !known {
		f.files[p.File] = len(f.files)
	}
	key := cause{p.Severity, p.File, p.Column, p.Problem, p.Because}
	number, known := f.numbers[key]
	if !known {
		number = len(f.at)
		f.numbers[key], f.at = number, append(f.at, len(f.Causes))
		first := p
		first.Line, first.Other = 0, 0
		f.Causes = append(f.Causes, Cause{Problem: first, Number: number})
	}
	f.last = number
	f.places.add(number, p.Line)
	c := &f.Causes[f.at[number]]
	if c.Count++; c.Count <= shown {
		f.Problems = append(f.Problems, p)
	}
	return number
}

// Last is the number of the cause of what was added last.
func (f *Findings) Last() int { return f.last }

// Fell notes that something of a file falls with a cause.
func (f *Findings) Fell(number int, file string, what Fall) {
	c := &f.Causes[f.at[number]]
	i := slices.IndexFunc(c.Falls, func(of Fall) bool { return of.File == file })
	if i < 0 {
		i = len(c.Falls)
		c.Falls = append(c.Falls, Fall{File: file})
	}
	of := &c.Falls[i]
	of.Refused, of.Removed, of.Dropped = of.Refused+what.Refused, of.Removed+what.Removed, of.Dropped+what.Dropped
	of.Gone, of.Freed = of.Gone+what.Gone, of.Freed+what.Freed
}

// Has reports whether a problem of the severity was found.
func (f *Findings) Has(s Severity) bool {
	return slices.ContainsFunc(f.Causes, func(c Cause) bool { return c.Severity == s })
}

// Roots are the causes that fall with no other.
func (f *Findings) Roots() []Cause {
	var roots []Cause
	for _, c := range f.Causes {
		if c.Because == 0 {
			roots = append(roots, c)
		}
	}
	return roots
}

// Again are the findings of the same package once more, when all that it changes is stored: they
// lack what became of stored records, and what only that fell with.
func (f *Findings) Again() ([]Cause, []Problem) {
	causes, problems := []Cause{}, []Problem{}
	still := map[int]bool{}
	for _, c := range f.Causes {
		still[c.Because] = still[c.Because] || !c.Stored
	}
	for _, c := range f.Causes {
		if c.Stored && !still[c.Number] {
			continue
		}
		var falls []Fall
		for _, of := range c.Falls {
			if of.Gone, of.Freed = 0, 0; of.Refused+of.Removed+of.Dropped > 0 {
				falls = append(falls, of)
			}
		}
		c.Falls = falls
		causes = append(causes, c)
	}
	for _, p := range f.Problems {
		if slices.ContainsFunc(causes, func(c Cause) bool { return c.is(p) }) {
			problems = append(problems, p)
		}
	}
	return causes, problems
}

// is reports whether a problem is of a cause.
func (c Cause) is(p Problem) bool {
	p.Line, p.Other, p.Remedy = c.Line, c.Other, c.Remedy
	return c.Problem == p
}

// Sort puts the findings in an order that a person reads: first what refuses the package,
// then the causes that cost the most rows, each with what falls with it behind it;
// problems the gravest first, within a file by line.
func (f *Findings) Sort() {
	grave := map[Severity]int{Fatal: 0, Refused: 1, Warning: 2}
	place := func(a, b Problem) int {
		return cmp.Or(cmp.Compare(grave[a.Severity], grave[b.Severity]), cmp.Compare(f.files[a.File], f.files[b.File]), cmp.Compare(a.Line, b.Line))
	}
	slices.SortStableFunc(f.Problems, place)
	slices.SortStableFunc(f.Causes, func(a, b Cause) int {
		if a.Severity == Fatal || b.Severity == Fatal {
			return place(a.Problem, b.Problem)
		}
		return cmp.Or(cmp.Compare(b.Cost(), a.Cost()), place(a.Problem, b.Problem))
	})
	f.behindRoots()
}

// behindRoots puts each cause that falls with another behind that one.
func (f *Findings) behindRoots() {
	ranks := map[int]int{} // of roots, by number
	for i, c := range f.Causes {
		if c.Because == 0 {
			ranks[c.Number] = i
		}
	}
	rank := func(c Cause) int {
		if c.Because == 0 {
			return ranks[c.Number]
		}
		return ranks[c.Because]
	}
	slices.SortStableFunc(f.Causes, func(a, b Cause) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(min(a.Because, 1), min(b.Because, 1)))
	})
	for i, c := range f.Causes {
		if c.Number < len(f.at) { // not so of a report that was stored
			f.at[c.Number] = i
		}
	}
}
