package checks

import (
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/cell"
	"github.com/rostergate/rostergate/roster/codec"
)

// Inspection applies the checks to the rows of one file.
type Inspection struct {
	warn      func(line int, column string, flaw cell.Flaw)
	entity    catalog.Entity
	known     *Known
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
	drops  bool // the first cell, where it is wrong
}

// placedFact is a fact about the rows and the cell that has it.
type placedFact struct {
	fact
	at int
}

// Inspect begins with the file of an entity, whose ids are less than size. What the
// checks of later files need to know is kept in k; warn is told of what is wrong.
func Inspect(e catalog.Entity, size int, k *Known, warn func(line int, column string, flaw cell.Flaw)) *Inspection {
	n := &Inspection{warn: warn, entity: e, known: k, terms: newTenures(e)}
	n.known.expect(e, size)
	n.place(drops(), true)
	n.place(checks(), false)
	for _, f := range facts() {
		if field, about := f.field(e); about {
			n.facts = append(n.facts, placedFact{f, roster.Places(e, field.Name)[0]})
		}
	}
	for _, r := range relations() {
		if r.entity == e.Plural {
			n.relations, n.ties = append(n.relations, r), roster.Places(e, r.field)[0]
		}
	}
	return n
}

// place finds the cells that checks look at, of those that are about the entity.
func (n *Inspection) place(some []check, drops bool) {
	for _, c := range some {
		if slices.Contains(c.entities, n.entity.Plural) {
			first, _ := n.entity.Field(c.fields[0])
			n.checks = append(n.checks, placedCheck{c, roster.Places(n.entity, c.fields...), first.Header(), drops})
		}
	}
}

// Row inspects an accepted row: the cells that are to be stored, as roster.Columns
// lists them. It takes those out that are left out.
func (n *Inspection) Row(line int, id uint32, built []string) {
	for _, c := range n.checks {
		n.looked = n.looked[:0]
		for _, at := range c.at {
			n.looked = append(n.looked, built[at])
		}
		if c.wrong(n.known, n.looked) {
			n.warn(line, c.column, cell.Flaw{Problem: c.problem, Remedy: c.remedy})
			if c.drops {
				built[c.at[0]] = ""
			}
		}
	}
	n.Stands(id, built)
	n.terms.row(line, built)
	n.tie(line, id, built)
}

// Rests inspects a record beside those that the file has rows of: the file has some of an
// entity's records, and nothing is wrong with the others that was not told before.
func (n *Inspection) Rests(id uint32, stored []string) {
	n.Stands(id, stored)
	n.terms.row(0, stored)
	n.tie(0, id, stored)
}

// tie keeps to which records of its entity a record refers.
func (n *Inspection) tie(line int, id uint32, cells []string) {
	if len(n.relations) == 0 || cells[n.ties] == "" {
		return
	}
	for to := range strings.SplitSeq(cells[n.ties], ",") {
		n.known.ties = append(n.known.ties, tie{from: id, to: codec.ID(to), line: uint32(line)})
	}
}

// Stands keeps what later files need to know of a record whose stored version stays.
func (n *Inspection) Stands(id uint32, stored []string) {
	for _, f := range n.facts {
		n.known.keep(f.fact, id, stored[f.at])
	}
}

// Needed reports whether later files need to know anything of the records.
func (n *Inspection) Needed() bool { return len(n.facts) > 0 }

// Finish inspects what can only be judged when all rows are known.
func (n *Inspection) Finish() {
	slices.SortFunc(n.known.ties, compareTies)
	for _, r := range n.relations {
		f, _ := n.entity.Field(r.field)
		for _, t := range n.known.ties {
			if t.line > 0 && r.wrong(n.known, t) {
				n.warn(int(t.line), f.Header(), cell.Flaw{Problem: r.problem, Remedy: r.remedy})
			}
		}
	}
	for _, line := range n.terms.overlaps() {
		n.warn(line, n.terms.column, cell.Flaw{Problem: "the class has two primary teachers at a time", Remedy: "Mark one of them as primary."})
	}
}
