package intake

import (
	"fmt"
	"maps"
	"slices"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/ceds"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/codec"
	"gorm.io/gorm"
)

// uncoded counts the records whose values are none of the codes that CEDS lists.
type uncoded struct {
	fields  []catalog.Field // that have a list
	at      []int           // where they are in a stored row
	records map[string]int64
}

func newUncoded(e catalog.Entity) uncoded {
	o := uncoded{records: map[string]int64{}}
	for _, f := range roster.Contents(e) {
		if f.CEDS != "" {
			o.fields, o.at = append(o.fields, f), append(o.at, places(e, f.Name)[0])
		}
	}
	return o
}

// row judges the fields of a row as it is stored. Keys are judged where the bag is
// put together.
func (o uncoded) row(codes ceds.Tables, built []string) {
	for i, f := range o.fields {
		values := []string{built[o.at[i]]}
		if f.Kind == catalog.List {
			values = codec.Items(values[0])
		}
		strange := func(value string) bool { return value != "" && !codes.Has(f.CEDS, value) }
		if slices.ContainsFunc(values, strange) {
			o.records[f.Name]++
		}
	}
}

// storeOutside replaces the counts of the entities that the package has.
func (imp *importing) storeOutside(tx *gorm.DB) error {
	for _, s := range imp.stages {
		e := s.layout.Entity.Plural
		err := tx.Where("entity = ?", e).Delete(&roster.OutsideCount{}).Error
		for _, name := range slices.Sorted(maps.Keys(s.outside.records)) {
			if err == nil {
				err = tx.Create(&roster.OutsideCount{e, name, s.outside.records[name]}).Error
			}
		}
		if err != nil {
			return fmt.Errorf("store how many values of %s are no codes: %w", e, err)
		}
	}
	return nil
}
