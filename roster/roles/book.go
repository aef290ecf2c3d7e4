package roles

import (
	"cmp"
	"slices"
	"strings"
)

// Book is the roles of many users: some forty bytes each.
type Book struct {
	held   []held
	words  map[string]string // each is kept once
	sorted bool
}

// held is a role and the user who has it.
type held struct {
	user uint32
	Role
}

// NewBook has no roles.
func NewBook() *Book { return &Book{words: map[string]string{}} }

// Add notes a role of a user, by ids; kind is primary or secondary, and the line that of its
// row, 0 where the package has none.
func (b *Book) Add(user, org uint32, word, kind string, line int) {
	kept, known := b.words[word]
	if !known {
		kept = strings.Clone(word)
		b.words[kept] = kept
	}
	b.held, b.sorted = append(b.held, held{user, Role{Org: org, Line: uint32(line), Word: kept, Primary: kind == "primary"}}), false
}

// Of are the roles of a user.
func (b *Book) Of(user uint32) []Role {
	if !b.sorted {
		slices.SortFunc(b.held, func(a, c held) int { return cmp.Compare(a.user, c.user) })
		b.sorted = true
	}
	at, _ := slices.BinarySearchFunc(b.held, user, func(h held, user uint32) int { return cmp.Compare(h.user, user) })
	var all []Role
	for ; at < len(b.held) && b.held[at].user == user; at++ {
		all = append(all, b.held[at].Role)
	}
	return all
}
