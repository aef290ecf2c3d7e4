package waiting

import (
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster"
)

// SayNames says names as grants write them, so that anyone may read them: fields and
// entities as they are, keys and types as far as an admin has accepted them.
func SayNames(names *roster.Vocabulary, all []string) []string {
	var said []string
	for _, name := range all {
		if m := catalog.ParseMember(name); m.Bag != "" {
			m.Name = names.Say(m.Entity, m.Bag, m.Name)
			name = m.String()
		}
		said = append(said, name)
	}
	return said
}

// Said are the marks with names that anyone may read.
func (m Marks) Said(names *roster.Vocabulary) SaidMarks {
	m.Names = SayNames(names, m.Names)
	return SaidMarks(m)
}

// SaidMarks are marks as the ledger is told of them.
type SaidMarks Marks
