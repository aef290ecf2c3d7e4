package alike

import (
	"slices"
	"unicode"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/codec"
)

// Two columns count as equal whose values are the same, but for case, in this
// share of the records that have both, of which there are this many.
const (
	equalShare = 90 // percent
	equalLeast = 20
)

// Where nearly every record says "No", two columns are the same in most records
// and tell different things. So both must have another value than the most common
// one in equalLeast records, and of the records in which they would differ by
// chance they must agree in this share (Cohen's kappa).
const beyondChance = 0.8

// Columns counts, in one walk through the rows of an entity, which of its columns
// are equal. It keeps digests of the values of one row, and counts.
type Columns struct {
	names  []string       // of the columns, as in Fill.Outside
	fields []int          // where the first columns, the fields, are in a stored row
	keys   int            // the first column of a metadata key
	types  map[string]int // the columns of the types of user IDs
	cells  []uint64       // of the row at hand: a digest of each cell, 0 for none
	pairs  [][]pairCount  // by the first column of the pair
	live   []bool         // the column is in a pair
	spread [][spreadOver]int64
	left   int64 // rows to come
}

// spreadOver is into how many parts the values of a column are counted, to tell
// how often two columns would agree by chance.
const spreadOver = 256

// pairCount counts the records that have a value in both columns of a pair, and
// those in which the values are equal.
type pairCount struct {
	with        int
	both, equal int64
}

// New prepares to count so many records of an entity, with their types of user IDs and
// their metadata keys.
func New(e catalog.Entity, kinds, keys []string, records int) *Columns {
	q := &Columns{left: int64(records), types: map[string]int{}}
	for _, f := range roster.Contents(e) {
		if oneValue(f) {
			q.names, q.fields = append(q.names, f.Name), append(q.fields, roster.Places(e, f.Name)[0])
		}
	}
	for _, kind := range kinds {
		q.types[kind] = len(q.names)
		q.names = append(q.names, string(catalog.UserIDs)+"."+kind)
	}
	q.keys = len(q.names)
	for _, key := range keys {
		q.names = append(q.names, string(catalog.Metadata)+"."+key)
	}
	n := len(q.names)
	q.cells, q.spread, q.pairs = make([]uint64, n), make([][spreadOver]int64, n), make([][]pairCount, n)
	for i := range q.pairs {
		for with := i + 1; with < n; with++ {
			q.pairs[i] = append(q.pairs[i], pairCount{with: with})
		}
	}
	q.prune()
	return q
}

// oneValue reports whether a field can be hidden and has one value.
func oneValue(f catalog.Field) bool {
	switch f.Kind {
	case catalog.Text, catalog.Token, catalog.Boolean, catalog.Date, catalog.Year:
		return f.Class != catalog.Structural && f.Class != catalog.Credential
	}
	return false
}

// Key takes the value of a metadata key of the row at hand, by its place among the keys.
func (q *Columns) Key(at int, value string) { q.put(q.keys+at, value) }

// Typed takes the IDs of one type of the row at hand.
func (q *Columns) Typed(kind string, ids []string) {
	column, ok := q.types[kind]
	switch {
	case !ok || !q.live[column]:
	case len(ids) == 1:
		q.put(column, ids[0])
	default:
		q.put(column, codec.List(ids))
	}
}

// put notes the digest of a value: FNV-1a, of its letters in lower case.
func (q *Columns) put(column int, value string) {
	if value == "" || !q.live[column] {
		return
	}
	sum := uint64(14695981039346656037)
	for _, r := range value {
		if r < unicode.MaxASCII {
			if 'A' <= r && r <= 'Z' {
				r += 'a' - 'A'
			}
		} else {
			r = unicode.ToLower(r)
		}
		sum = (sum ^ uint64(r)) * 1099511628211
	}
	q.cells[column] = max(sum, 1)
}

// Row counts a record: as it is stored, with the members of its bags that were
// put before.
func (q *Columns) Row(stored []string) {
	for i, at := range q.fields {
		q.put(i, stored[at])
	}
	for i, cell := range q.cells {
		if cell == 0 {
			continue
		}
		q.spread[i][cell%spreadOver]++
		for n := range q.pairs[i] {
			p := &q.pairs[i][n]
			switch q.cells[p.with] {
			case 0:
			case cell:
				p.equal++
				p.both++
			default:
				p.both++
			}
		}
	}
	clear(q.cells)
	q.left--
	if q.left%1024 == 0 {
		q.prune()
	}
}

// prune lets go of the pairs that would not be equal even if all records to come
// agreed, so that of unequal columns no more than the first rows are compared.
func (q *Columns) prune() {
	q.live = make([]bool, len(q.names))
	for i := range q.pairs {
		q.pairs[i] = slices.DeleteFunc(q.pairs[i], func(p pairCount) bool {
			return !enough(p.both+q.left, p.equal+q.left)
		})
		for _, p := range q.pairs[i] {
			q.live[i], q.live[p.with] = true, true
		}
	}
}

func enough(both, equal int64) bool { return both >= equalLeast && equal*100 >= both*equalShare }

// Found lists the pairs of columns that are equal, in the order of the columns.
func (q *Columns) Found() []roster.EqualPair {
	var rows []roster.EqualPair
	for i, pairs := range q.pairs {
		for _, p := range pairs {
			if enough(p.both, p.equal) && q.varied(i) && q.varied(p.with) && q.meant(i, p) {
				rows = append(rows, roster.EqualPair{Name: q.names[i], Other: q.names[p.with], Records: p.both, Equal: p.equal})
			}
		}
	}
	return rows
}

// varied reports whether enough records have another value than the most common.
func (q *Columns) varied(column int) bool {
	var all int64
	for _, n := range q.spread[column] {
		all += n
	}
	return all-slices.Max(q.spread[column][:]) >= equalLeast
}

// meant reports whether two columns agree in more than what chance would do.
func (q *Columns) meant(column int, p pairCount) bool {
	var one, other, chance float64
	for n := range spreadOver {
		a, b := float64(q.spread[column][n]), float64(q.spread[p.with][n])
		one, other, chance = one+a, other+b, chance+a*b
	}
	chance /= one * other
	return float64(p.equal)/float64(p.both)-chance >= beyondChance*(1-chance)
}
