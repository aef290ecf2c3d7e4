package optouts

import (
	"slices"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/apps"
)

// A replacement that removes more than so many lines, and more than such a share of those
// that there are, is held: a file that was cut off, or that a broken export wrote, lets
// students back whom nobody meant. So is one that removes all of them.
const (
	fewRemoved = 5
	maxRemoved = 0.05
)

// weigh says of a replacement whom it lets back, and whether it is held.
func (c *comparison) weigh(tx *gorm.DB, there, named map[line]bool, replace bool) error {
	c.report.Opens = []Opening{}
	if !replace {
		return nil
	}
	c.report.Of = len(there)
	removed := len(c.remove)
	c.report.Held = removed > 0 && (removed == len(there) && len(named) == 0 || removed > fewRemoved && float64(removed) > maxRemoved*float64(len(there)))
	known, err := apps.IDs(tx)
	if err != nil {
		return err
	}
	var users []uint32
	for _, one := range c.remove {
		users = append(users, one.user)
	}
	back := map[uint32]bool{}
	users = slices.Compact(slices.Sorted(slices.Values(users)))
	for _, app := range slices.Sorted(slices.Values(known)) {
		opening := Opening{App: app}
		for _, user := range users {
			was := there[line{user, AllApps}] || there[line{user, app}]
			if was && !named[line{user, AllApps}] && !named[line{user, app}] {
				opening.Students++
				back[user] = true
			}
		}
		if opening.Students > 0 {
			c.report.Opens = append(c.report.Opens, opening)
		}
	}
	c.report.Back = len(back)
	return nil
}
