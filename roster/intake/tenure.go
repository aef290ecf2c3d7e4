package intake

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster/codec"
)

// tenure is a time in which a user is the primary teacher of a class. Dates are
// numbers, as in 20260831.
type tenure struct{ class, user, from, to, line uint32 }

// tenures are those of a file of enrollments; of other files there are none.
type tenures struct {
	at     []int // the cells of class, user, role, primary, beginDate and endDate
	column string
	all    []tenure
}

func newTenures(e catalog.Entity) *tenures {
	if e.Plural != "enrollments" {
		return &tenures{}
	}
	primary, _ := e.Field("primary")
	return &tenures{at: places(e, "class", "user", "role", "primary", "beginDate", "endDate"), column: primary.Header()}
}

func (t *tenures) row(line int, built []string) {
	if t.at == nil || built[t.at[2]] != catalog.Teacher || built[t.at[3]] != "true" {
		return
	}
	n := tenure{class: codec.ID(built[t.at[0]]), user: codec.ID(built[t.at[1]]), from: day(built[t.at[4]]), to: day(built[t.at[5]]), line: uint32(line)}
	if n.to == 0 {
		n.to = math.MaxUint32
	}
	t.all = append(t.all, n)
}

func day(date string) uint32 { return codec.ID(strings.ReplaceAll(date, "-", "")) }

// overlaps are the lines of those who become a class's primary teacher while
// another user is. On the day of a handover there may be two.
func (t *tenures) overlaps() []int {
	slices.SortFunc(t.all, func(a, b tenure) int {
		return cmp.Or(cmp.Compare(a.class, b.class), cmp.Compare(a.from, b.from), cmp.Compare(a.line, b.line))
	})
	var lines []int
	var longest tenure
	for _, n := range t.all {
		if n.class == longest.class && n.user != longest.user && n.from < longest.to {
			lines = append(lines, int(n.line))
		}
		if n.class != longest.class || n.to > longest.to {
			longest = n
		}
	}
	return lines
}
