package view

import (
	"fmt"
	"slices"
)

// OptOuts are the users whom a view leaves out, whatever reaches them. The zero OptOuts
// leave out nobody.
type OptOuts struct {
	Users []uint32 // ids, of which the roster need not have all
	Print string   // the same for the same users, so that views are told apart without a look at each
}

// key tells opt-outs apart. Without a print it is made of everybody: two that differ
// are never one.
func (o OptOuts) key() string {
	if o.Print == "" && len(o.Users) > 0 {
		return fmt.Sprint(slices.Sorted(slices.Values(o.Users)))
	}
	return o.Print
}

// leaveOut notes the users whom the view does not have.
func (g *growth) leaveOut() {
	g.optedOut = g.none("users")
	for _, id := range slices.Concat(g.scope.OptOuts.Users, g.homeless) {
		if int(id) < g.links["users"].size {
			g.optedOut.add(id)
		}
	}
}

// admits reports whether a user may be in the view: who is opted out and who has no
// active org may not.
func (g *growth) admits(user uint32) bool { return !g.optedOut.has(user) && g.belongs(user) }

// Otherwise is why a user would be in the view without being opted out of it, or why not.
// Nobody else's opt-out counts for it: what reaches a student is no other student.
func (v *View) Otherwise(user uint32) Reason {
	c := v.closed()
	c.optedOut = c.none("users")
	return c.why("users", user)
}
