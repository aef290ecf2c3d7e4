package doubles

import (
	"slices"
	"strings"

	"github.com/rostergate/rostergate/roster/cell"
)

// What stands between the user IDs of a packed cell, and before each further type: control
// characters, which no cell of a file has.
const (
	nextID   = "\x1f"
	nextType = "\x1e"
)

// Pack puts user IDs into one cell: each type, and its IDs behind it.
func Pack(ids cell.Identifiers) string {
	var b strings.Builder
	for i, t := range ids {
		if i > 0 {
			b.WriteString(nextType)
		}
		b.WriteString(t.Type)
		for _, id := range t.IDs {
			b.WriteString(nextID)
			b.WriteString(id)
		}
	}
	return b.String()
}

// Unpack reads what Pack made of some user IDs.
func Unpack(packed string) cell.Identifiers {
	ids := make(cell.Identifiers, 0, 4)
	for part := range strings.SplitSeq(packed, nextType) {
		words := strings.Split(part, nextID)
		ids = append(ids, cell.TypedIDs{Type: words[0], IDs: words[1:]})
	}
	return ids
}

// unionIDs are the user IDs of two packed cells, false where a type has others in each.
func unionIDs(one, other string) (both string, ok bool) {
	if one == "" || other == "" {
		return one + other, true
	}
	all := Unpack(one)
	for _, t := range Unpack(other) {
		at, known := slices.BinarySearchFunc(all, t.Type, func(had cell.TypedIDs, kind string) int { return strings.Compare(had.Type, kind) })
		switch {
		case !known:
			all = slices.Insert(all, at, t)
		case !slices.Equal(all[at].IDs, t.IDs):
			return "", false
		}
	}
	return Pack(all), true
}
