package notice

import (
	"github.com/rostergate/rostergate/roster/history"
	"slices"
	"strings"
)

// Names are what a reader sees of an entity, sorted: fields by name, members of
// bags as bag.member. A field that is shown altered is written name=how where
// what is shown follows the value, or follows its coarse form called how, and
// name!how where it follows neither.
type Names []string

// Has reports whether a change of the field shows.
func (n Names) Has(field string) bool {
	if field == "" {
		return true
	}
	if strings.Contains(field, ".") { // a member's name may hold anything
		return n.exactly(field)
	}
	if name, only := strings.CutSuffix(field, history.Presence); only {
		return n.altered(name + "!")
	}
	if name, form, within := strings.Cut(field, history.Spared); within {
		return n.Has(name) && !n.exactly(name+"="+form)
	}
	return n.exactly(field) || n.altered(field+"=")
}

// altered reports whether a name in the list begins so.
func (n Names) altered(beginning string) bool {
	at, _ := slices.BinarySearch(n, beginning)
	return at < len(n) && strings.HasPrefix(n[at], beginning)
}

// exactly reports whether the name itself is in the list.
func (n Names) exactly(name string) bool {
	_, found := slices.BinarySearch(n, name)
	return found
}
