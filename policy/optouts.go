package policy

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
)

// OptOuts are the students of whom an app gets nothing, whatever its grant says. Make
// them with NewOptOuts; the zero OptOuts are nobody. They are shared between plans and
// must not be changed.
type OptOuts struct {
	Users []uint32 // the roster's ids, ascending
	Print string   // the same for the same users; empty for nobody
}

// NewOptOuts makes opt-outs of the roster's ids of users, in any order.
func NewOptOuts(users []uint32) OptOuts {
	users = slices.Compact(slices.Sorted(slices.Values(users)))
	if len(users) == 0 {
		return OptOuts{}
	}
	text := make([]byte, 0, 4*len(users))
	for _, id := range users {
		text = binary.BigEndian.AppendUint32(text, id)
	}
	sum := sha256.Sum256(text)
	return OptOuts{Users: users, Print: hex.EncodeToString(sum[:16])}
}
