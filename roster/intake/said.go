package intake

import (
	"github.com/rostergate/rostergate/roster"
	"slices"
)

// Said is the report with its names as anyone may read them.
func (r *Report) Said(names *roster.Vocabulary) *Report {
	said := *r
	said.NewKeys, said.VanishedKeys = names.SayMembers(r.NewKeys), names.SayMembers(r.VanishedKeys)
	said.Causes, said.Problems = slices.Clone(r.Causes), slices.Clone(r.Problems)
	for i, c := range said.Causes {
		said.Causes[i].Column = names.SayColumn(c.File, c.Column)
	}
	for i, p := range said.Problems {
		said.Problems[i].Column = names.SayColumn(p.File, p.Column)
	}
	return &said
}

// BringsNames says that the report has names as the package brought them.
func (*Report) BringsNames() {}
