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
	*judged
	notes
	known     *known
	checks    []placedCheck
	facts     []placedFact
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

// placedFact is a fact about the rows and the cell that has it.
type placedFact struct {
	fact
	at int
}

func newInspection(j *judged, said notes, k *known) *inspection {
	e := j.layout.Entity
	n := &inspection{judged: j, notes: said, known: k, terms: newTenures(e)}
	n.known.expect(e, int(j.index.last)+1)
	for _, c := range checks() {
		if slices.Contains(c.entities, e.Plural) {
			first, _ := e.Field(c.fields[0])
			n.checks = append(n.checks, placedCheck{check: c, at: places(e, c.fields...), column: first.Header()})
		}
	}
	for _, f := range facts() {
		if field, about := f.field(e); about {
			n.facts = append(n.facts, placedFact{f, places(e, field.Name)[0]})
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
	columns := roster.Columns(e)
	for _, name := range fields {
		f, _ := e.Field(name)
		at = append(at, slices.Index(columns, roster.Quoted(f)))
	}
	return at
}

// row inspects an accepted row: its cells as they were judged, and those to be stored.
func (n *inspection) row(line int, id uint32, cells, built []string) {
	for _, d := range n.doubles {
		if d.has(cells) {
			n.warn(line, d.header, d.problem, d.remedy)
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
	for _, f := range n.facts {
		n.known.keep(f.fact, id, built[f.at])
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
	n.add(bundle.Warning, line, column, bundle.Flaw{Problem: problem, Remedy: remedy})
}
