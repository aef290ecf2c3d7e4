package web

import (
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/roster"
)

// mayName reports whether a person may read what a key is called. A type of user
// IDs is written in the cells that hold the IDs, and a system that confuses the
// two sends IDs for types: until an admin has looked, admins alone read it.
func (v *visit) mayName(k roster.Key) bool {
	return v.Person.Role == people.Admin || k.Bag != catalog.UserIDs || k.Accepted
}

// typesSaid counts types that are not named, "" for none.
func typesSaid(n int) string {
	if n == 0 {
		return ""
	}
	return plural(n, "type of user IDs that is not reviewed", "types of user IDs that are not reviewed")
}

// nameable parts the keys of a report into those that the person may read and the
// number of the others.
func (r *Rooms) nameable(v *visit, reported []string) (names []string, others int, err error) {
	keys, err := roster.Keys(r.DB.Read.WithContext(v.ctx()))
	if err != nil {
		return nil, 0, err
	}
	for _, name := range reported {
		k := reportedKey(name)
		k.Accepted = slices.ContainsFunc(keys, func(known roster.Key) bool {
			return known.Accepted && known.Entity == k.Entity && known.Bag == k.Bag && known.Name == k.Name
		})
		if v.mayName(k) {
			names = append(names, name)
		}
	}
	return names, len(reported) - len(names), nil
}

// reportedKey is the key that a report calls entity.bag.name.
func reportedKey(text string) roster.Key {
	entity, rest, _ := strings.Cut(text, ".")
	bag, name, _ := strings.Cut(rest, ".")
	return roster.Key{Entity: entity, Bag: catalog.Bag(bag), Name: name}
}
