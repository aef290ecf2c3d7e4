package roster

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/catalog"
)

// Vocabulary says the names that rosters brought: of metadata keys and of types of user
// IDs. A cell that is written the wrong way round makes an address a type, so a name
// that no admin has accepted counts as a value of the roster, and another one stands
// in its place, the same each time. The zero Vocabulary has accepted those alone that the
// catalog knows. It is for one goroutine.
type Vocabulary struct {
	accepted map[Key]bool
	others   map[Key]string
	number   map[Key]int // of others, by entity and bag
}

// Members are names of members of bags with their entity, as grants write them:
// "users.userIds.StateID". They are as the roster brought them.
type Members []string

// BringsNames says that the names are as the roster brought them.
func (Members) BringsNames() {}

// BringsNames says that the name is as the roster brought it.
func (Key) BringsNames() {}

// ReadVocabulary reads which names have been accepted.
func ReadVocabulary(tx *gorm.DB) (*Vocabulary, error) {
	keys, err := Keys(tx)
	if err != nil {
		return nil, err
	}
	n := &Vocabulary{accepted: map[Key]bool{}}
	for _, k := range keys {
		if k.Accepted {
			n.accepted[k.Bare()] = true
		}
	}
	return n, nil
}

// Accepted reports whether a name may be read by anyone.
func (n *Vocabulary) Accepted(entity string, bag catalog.Bag, name string) bool {
	return n.accepted[Key{Entity: entity, Bag: bag, Name: name}] || bag == catalog.Metadata && catalog.KnowsKey(entity, name)
}

// Say is the name, or what stands in its place: "unaccepted type 1".
func (n *Vocabulary) Say(entity string, bag catalog.Bag, name string) string {
	if n.Accepted(entity, bag, name) || Unaccepted(name) {
		return name
	}
	k := Key{Entity: entity, Bag: bag, Name: name}
	if n.others == nil {
		n.others, n.number = map[Key]string{}, map[Key]int{}
	}
	if n.others[k] == "" {
		of := Key{Entity: entity, Bag: bag}
		n.number[of]++
		n.others[k] = fmt.Sprintf("%s%d", placeholder(bag), n.number[of])
	}
	return n.others[k]
}

// SayAll says each of some names, nil of none.
func (n *Vocabulary) SayAll(entity string, bag catalog.Bag, names []string) []string {
	var said []string
	for _, name := range names {
		said = append(said, n.Say(entity, bag, name))
	}
	return said
}

// SayMembers says each of some members with its entity and bag.
func (n *Vocabulary) SayMembers(all []string) []string {
	said := make([]string, len(all))
	for i, member := range all {
		entity, rest, _ := strings.Cut(member, ".")
		bag, name, _ := strings.Cut(rest, ".")
		said[i] = entity + "." + bag + "." + n.Say(entity, catalog.Bag(bag), name)
	}
	return said
}

// SayColumn says the header of a column of a file: one that OneRoster knows, or one
// of a metadata key. Any other one may be anything that somebody wrote there.
func (n *Vocabulary) SayColumn(file, header string) string {
	e, known := catalog.Find(strings.TrimSuffix(file, ".csv"))
	if !known || header == "" {
		return header // of the manifest: properties that OneRoster knows
	}
	if slices.ContainsFunc(e.Columns(catalog.Both), func(f catalog.Field) bool { return f.Header() == header }) {
		return header
	}
	if key, is := strings.CutPrefix(header, string(catalog.Metadata)+"."); is {
		return string(catalog.Metadata) + "." + n.Say(e.Plural, catalog.Metadata, key)
	}
	return unknownColumn
}

// unknownColumn stands in the place of a header that OneRoster does not know.
const unknownColumn = "unaccepted header"

// placeholder begins what stands in the place of a name.
func placeholder(bag catalog.Bag) string {
	if bag == catalog.UserIDs {
		return "unaccepted type "
	}
	return "unaccepted key "
}

// Unaccepted reports whether a name stands in the place of another one. No grant may
// tick it.
func Unaccepted(name string) bool {
	for _, bag := range []catalog.Bag{catalog.UserIDs, catalog.Metadata} {
		number, is := strings.CutPrefix(name, placeholder(bag))
		if _, err := strconv.ParseUint(number, 10, 32); is && err == nil {
			return true
		}
	}
	return false
}

// Said is the fill with its columns named as anyone may read them, those that may not
// be left out.
func (f Fill) Said(names *Vocabulary, entity string) Fill {
	may := func(column string) bool {
		bag, name, member := strings.Cut(column, ".")
		return !member || names.Accepted(entity, catalog.Bag(bag), name)
	}
	outside, same := map[string]int64{}, map[string][]Equal{}
	for column, n := range f.Outside {
		if may(column) {
			outside[column] = n
		}
	}
	for column, others := range f.Same {
		others = slices.DeleteFunc(slices.Clone(others), func(e Equal) bool { return !may(e.Name) })
		if may(column) && len(others) > 0 {
			same[column] = others
		}
	}
	f.Outside, f.Same = outside, same
	return f
}
