package intake

import (
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/codec"
)

// inspection applies the checks to the rows of one file.
type inspection struct {
	*survey
	known     *known
	checks    []placedCheck
	facts     map[fact]int // to their cells
	relations []relation
	ties      int // the cell of the field that relations are about
	terms     *tenures
	looked    []string
}

// placedCheck is a check and where it looks, among the cells of a stored row.
type placedCheck struct {
	check
	at     []int
	column string
}

func (s *survey) inspection() *inspection {
	e := s.layout.Entity
	n := &inspection{survey: s, known: s.imp.known, facts: map[fact]int{}, terms: newTenures(e)}
	n.known.expect(e, int(s.index.last)+1)
	for _, c := range checks() {
		if slices.Contains(c.entities, e.Plural) {
			first, _ := e.Field(c.fields[0])
			n.checks = append(n.checks, placedCheck{check: c, at: places(e, c.fields...), column: first.Header()})
		}
	}
	for _, f := range facts() {
		if field, about := f.field(e); about {
			n.facts[f] = places(e, field.Name)[0]
		}
	}
	for _, r := range relations() {
		if r.entity == e.Plural {
			n.relations, n.ties = append(n.relations, r), places(e, r.field)[0]
		}
	}
	return n
}

// places are the positions of fields in columns.
func places(e catalog.Entity, fields ...string) []int {
	var at []int
	all := roster.Columns(e)
	for _, name := range fields {
		f, _ := e.Field(name)
		at = append(at, slices.Index(all, roster.Quoted(f)))
	}
	return at
}

// row inspects an accepted row: its cells in the file, and those to be stored.
func (n *inspection) row(line int, id uint32, cells, built []string) {
	for _, d := range n.doubles {
		if d.has(cells) {
			n.warn(line, d.field.Header(), d.problem, d.remedy)
		}
	}
	for _, c := range n.checks {
		n.looked = n.looked[:0]
		for _, at := range c.at {
			n.looked = append(n.looked, built[at])
		}
		if c.wrong(n.known, n.looked) {
			n.warn(line, c.column, c.problem, c.remedy)
		}
	}
	for f, at := range n.facts {
		n.known.keep(f, id, built[at])
	}
	n.terms.row(line, built)
	if len(n.relations) == 0 || built[n.ties] == "" {
		return
	}
	for to := range strings.SplitSeq(built[n.ties], ",") {
		n.known.ties = append(n.known.ties, tie{from: id, to: codec.ID(to), line: uint32(line)})
	}
}

// finish inspects what can only be judged when all rows are known.
func (n *inspection) finish() {
	slices.SortFunc(n.known.ties, compareTies)
	for _, r := range n.relations {
		f, _ := n.layout.Entity.Field(r.field)
		for _, t := range n.known.ties {
			if r.wrong(n.known, t) {
				n.warn(int(t.line), f.Header(), r.problem, r.remedy)
			}
		}
	}
	for _, line := range n.terms.overlaps() {
		n.warn(line, n.terms.column, "the class has two primary teachers at a time", "Mark one of them as primary.")
	}
}

func (n *inspection) warn(line int, column, problem, remedy string) {
	n.imp.report.Add(bundle.Problem{Severity: bundle.Warning, File: n.file, Line: line, Column: column, Problem: problem, Remedy: remedy})
}
