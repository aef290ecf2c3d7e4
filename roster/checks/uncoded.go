package checks

import (
	"slices"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/ceds"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/codec"
)

// Uncoded counts the records whose values are none of the codes that CEDS lists.
type Uncoded struct {
	Records map[string]int64 // by JSON name or metadata.KEY

	fields []catalog.Field // that have a list
	at     []int           // where they are in a stored row
}

// NewUncoded has counted none of an entity yet.
func NewUncoded(e catalog.Entity) Uncoded {
	o := Uncoded{Records: map[string]int64{}}
	for _, f := range roster.Contents(e) {
		if f.CEDS != "" {
			o.fields, o.at = append(o.fields, f), append(o.at, roster.Places(e, f.Name)[0])
		}
	}
	return o
}

// Row judges the fields of a row as it is stored. Keys are judged where the bag is
// put together.
func (o Uncoded) Row(codes ceds.Tables, built []string) {
	o.Each(codes, built, func(name string) { o.Records[name]++ })
}

// Each names the fields of a stored row that have such values.
func (o Uncoded) Each(codes ceds.Tables, built []string, name func(string)) {
	for i, f := range o.fields {
		value := built[o.at[i]]
		strange := func(value string) bool { return value != "" && !codes.Has(f.CEDS, value) }
		if f.Kind == catalog.List && slices.ContainsFunc(codec.Items(value), strange) || f.Kind != catalog.List && strange(value) {
			name(f.Name)
		}
	}
}
