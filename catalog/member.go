package catalog

import (
	"cmp"
	"strings"
)

// Member is a part of an entity that is granted, shown and recorded one by one: a field,
// or a member of a bag, which is a metadata key or a type of userIds. Two are the same
// where they are ==.
type Member struct {
	Entity string // plural
	Bag    Bag    // empty for a field
	Name   string // of the field, or the district's own; case-sensitive, and it may hold anything
}

// String is the member as grants, the ledger and the command line name it:
// "users.email", "users.userIds.StateID", "demographics.metadata.homeLanguage". One
// without a name is the entity.
func (m Member) String() string {
	switch {
	case m.Bag != "":
		return m.Entity + "." + string(m.Bag) + "." + m.Name
	case m.Name != "":
		return m.Entity + "." + m.Name
	}
	return m.Entity
}

// ParseMember reads what String writes. Whatever stands behind a bag is one name, so that
// users.metadata.a.b is the key "a.b". Whether there is such a member is not looked at.
func ParseMember(text string) Member {
	entity, rest, _ := strings.Cut(text, ".")
	for _, bag := range []Bag{Metadata, UserIDs} {
		if name, in := strings.CutPrefix(rest, string(bag)+"."); in && name != "" {
			return Member{Entity: entity, Bag: bag, Name: name}
		}
	}
	return Member{Entity: entity, Name: rest}
}

// Compare orders members by entity, bag and name. Members of bags come in the order of
// what String writes.
func (m Member) Compare(other Member) int {
	return cmp.Or(cmp.Compare(m.Entity, other.Entity), cmp.Compare(m.Bag, other.Bag), cmp.Compare(m.Name, other.Name))
}

// BringsNames says that the name of a key or a type is as a roster brought it.
func (Member) BringsNames() {}
