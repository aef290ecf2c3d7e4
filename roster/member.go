package roster

import "github.com/rostergate/rostergate/catalog"

// Member is the key without what was found of it.
func (k Key) Member() catalog.Member {
	return catalog.Member{Entity: k.Entity, Bag: k.Bag, Name: k.Name}
}
