package intake

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/ceds"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/alike"
	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/cell"
	"github.com/rostergate/rostergate/roster/codec"
	"github.com/rostergate/rostergate/roster/doubles"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// bags makes the bags of an entity's rows, as JSON, and counts their members.
type bags struct {
	untyped  bool             // user IDs have too many types to be types
	names    [][]byte         // of the metadata keys, each as JSON with a colon behind it
	meanings []catalog.Known  // per metadata key; zero of one that nobody knows
	filled   []int64          // records, per metadata key
	typed    map[string]int64 // records, per type of user IDs
	equal    *alike.Columns
	text     []byte // of the bag at hand
}

func newBags(l bundle.Layout, untyped bool, equal *alike.Columns) *bags {
	b := &bags{untyped: untyped, filled: make([]int64, len(l.Keys)), typed: map[string]int64{}, equal: equal}
	for _, key := range l.Keys {
		b.names = append(b.names, append(codec.AppendText(nil, key), ':'))
		b.meanings = append(b.meanings, meaningOf(l.Entity.Plural, key))
	}
	return b
}

// metadata is the bag of the values of a row's keys.
func (b *bags) metadata(values []string) string {
	text := append(b.text[:0], '{')
	for i, value := range values {
		if value == "" {
			continue
		}
		b.filled[i]++
		b.equal.Key(i, value)
		if len(text) > 1 {
			text = append(text, ',')
		}
		text = codec.AppendText(append(text, b.names[i]...), value)
	}
	b.text = text
	if len(text) == 1 {
		return ""
	}
	return string(append(text, '}'))
}

// identifiers is the bag of a row's user IDs, of which there are some.
func (b *bags) identifiers(packed string) string {
	ids := unpackIDs(packed)
	if b.untyped {
		ids = ids.Untyped()
	}
	for _, t := range ids {
		b.typed[t.Type]++
		b.equal.Typed(t.Type, t.IDs)
	}
	return ids.JSON()
}

// What stands between the user IDs of a packed cell, and before each further type:
// control characters, which no cell has.
const (
	nextID   = doubles.NextID
	nextType = doubles.NextType
)

// packIDs are user IDs as a cell of a spool: each type, and its IDs behind it.
func packIDs(ids cell.Identifiers) string {
	var b strings.Builder
	for i, t := range ids {
		if i > 0 {
			b.WriteString(nextType)
		}
		b.WriteString(t.Type)
		for _, id := range t.IDs {
			b.WriteString(nextID)
			b.WriteString(id)
		}
	}
	return b.String()
}

func unpackIDs(packed string) cell.Identifiers {
	ids := make(cell.Identifiers, 0, 4)
	for part := range strings.SplitSeq(packed, nextType) {
		words := strings.Split(part, nextID)
		ids = append(ids, cell.TypedIDs{Type: words[0], IDs: words[1:]})
	}
	return ids
}

// compareKeys reports the members of bags that appeared or vanished.
func (imp *importing) compareKeys() {
	found := imp.foundKeys()
	present := map[string]bool{}
	for _, k := range imp.keys {
		if k.Present {
			present[k.FullName()] = true
		}
		if _, still := found[k.Bare()]; k.Present && !still && imp.covers(k) {
			imp.report.VanishedKeys = append(imp.report.VanishedKeys, k.FullName())
		}
	}
	for k := range found {
		if !present[k.FullName()] {
			imp.report.NewKeys = append(imp.report.NewKeys, k.FullName())
		}
	}
	slices.Sort(imp.report.NewKeys)
	slices.Sort(imp.report.VanishedKeys)
}

// covers reports whether the package has the file that a key would stand in.
func (imp *importing) covers(k roster.Key) bool {
	x, ok := imp.indexes[k.Entity]
	return ok && !x.absent
}

// foundKeys are the members of bags that the package has, with how many records
// have a value. A file that is absent says nothing of its keys.
func (imp *importing) foundKeys() map[roster.Key]int64 {
	found := map[roster.Key]int64{}
	for _, s := range imp.stages {
		e := s.layout.Entity.Plural
		for i, key := range s.layout.Keys {
			found[roster.Key{Entity: e, Bag: catalog.Metadata, Name: key}] = s.bags.filled[i]
		}
		for kind, records := range s.bags.typed {
			found[roster.Key{Entity: e, Bag: catalog.UserIDs, Name: kind}] = records
		}
	}
	return found
}

// storeKeys brings the table of keys up to date. A key that vanished is reviewed
// for no app any longer, so that it stays hidden should it return, until somebody is
// shown it again; since a plan may have shown it, the permission revision moves.
// Each key is one statement, in the order in which reviews take them, so that a
// review at the same time is not lost and neither waits for the other for ever.
func (imp *importing) storeKeys(tx *gorm.DB) error {
	found := imp.foundKeys()
	for _, k := range imp.keysToStore(found) {
		filled, here := found[k]
		store := storeGone
		if here {
			k.FirstSeen, k.LastSeen, k.Filled, k.Present = imp.date, imp.date, filled, true
			store = storeFound
		}
		if err := store(tx, k); err != nil {
			return err
		}
	}
	if len(imp.report.NewKeys)+len(imp.report.VanishedKeys) == 0 {
		return nil
	}
	return revision.MovePermission(tx)
}

// keysToStore are the keys that the package has and those that vanish with it, bare
// and in the order of their names.
func (imp *importing) keysToStore(found map[roster.Key]int64) []roster.Key {
	keys := slices.Collect(maps.Keys(found))
	for _, k := range imp.keys {
		if _, still := found[k.Bare()]; !still && k.Present && imp.covers(k) {
			keys = append(keys, k.Bare())
		}
	}
	return slices.SortedFunc(slices.Values(keys), roster.CompareKeys)
}

func storeFound(tx *gorm.DB, k roster.Key) error {
	key := []clause.Column{{Name: "entity"}, {Name: "bag"}, {Name: "name"}}
	again := clause.AssignmentColumns([]string{"last_seen", "filled", "present"})
	if err := tx.Clauses(clause.OnConflict{Columns: key, DoUpdates: again}).Create(&k).Error; err != nil {
		return fmt.Errorf("store a key of %s: %w", k.Entity, database.Redact(err))
	}
	return nil
}

func storeGone(tx *gorm.DB, k roster.Key) error {
	gone := map[string]any{"present": false, "filled": 0}
	if err := tx.Model(&roster.Key{}).Where("entity = ? AND bag = ? AND name = ?", k.Entity, k.Bag, k.Name).Updates(gone).Error; err != nil {
		return fmt.Errorf("store a key of %s: %w", k.Entity, database.Redact(err))
	}
	return roster.EndReviews(tx, k)
}

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
			o.fields, o.at = append(o.fields, f), append(o.at, roster.Places(e, f.Name)[0])
		}
	}
	return o
}

// row judges the fields of a row as it is stored. Keys are judged where the bag is
// put together.
func (o uncoded) row(codes ceds.Tables, built []string) {
	for i, f := range o.fields {
		value := built[o.at[i]]
		strange := func(value string) bool { return value != "" && !codes.Has(f.CEDS, value) }
		if f.Kind == catalog.List && slices.ContainsFunc(codec.Items(value), strange) || f.Kind != catalog.List && strange(value) {
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
				err = tx.Create(&roster.OutsideCount{Entity: e, Name: name, Records: s.outside.records[name]}).Error
			}
		}
		if err != nil {
			return fmt.Errorf("store how many values of %s are no codes: %w", e, err)
		}
	}
	return nil
}

// meaningOf is what is known of a metadata key.
func meaningOf(entity, key string) catalog.Known {
	for _, k := range catalog.KnownKeys() {
		if k.Entity == entity && k.Key == key {
			return k
		}
	}
	return catalog.Known{}
}

// strange says that a value is none that its key should have.
func strange(k catalog.Known, codes ceds.Tables, value string) cell.Flaw {
	switch {
	case k.CEDS != "" && !codes.Has(k.CEDS, value):
		return cell.Flaw{Problem: "the value is none of the CEDS codes", Remedy: "Use a code of the CEDS element " + k.CEDS + "."}
	case len(k.Words) > 0 && !slices.ContainsFunc(k.Words, func(word string) bool { return strings.EqualFold(word, value) }):
		return cell.Flaw{Problem: "the value is none of the words of the key", Remedy: "Write one of " + strings.Join(k.Words, ", ") + "."}
	}
	return cell.Flaw{}
}
