package intake

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/alike"
	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/cell"
	"github.com/rostergate/rostergate/roster/checks"
	"github.com/rostergate/rostergate/roster/codec"
	"github.com/rostergate/rostergate/roster/doubles"
)

// clean is Clean, but that user IDs are packed.
func (s *survey) clean(line int, c *column, text string) (value string, bad, loose cell.Flaw) {
	if c.Kind != catalog.Identifiers {
		return cell.Clean(c.Field, text)
	}
	ids, bad, loose := cell.CleanIdentifiers(text)
	s.noticeTypes(c.Field, ids)
	return doubles.Pack(ids), bad, loose
}

// maxTypes is how many types of user IDs a district may have. Where there are
// more, the exporter writes {identifier:type}, and every person's id would
// become the name of a type.
const maxTypes = 50

// noticeTypes gathers the types of user IDs of a file, up to one too many.
func (s *survey) noticeTypes(f catalog.Field, ids cell.Identifiers) {
	if len(s.types) > maxTypes {
		return
	}
	for _, typed := range ids {
		if !s.types[typed.Type] {
			s.types[strings.Clone(typed.Type)] = true
		}
	}
	if len(s.types) > maxTypes {
		s.add(bundle.Warning, 0, f.Header(), cell.ManyTypes)
	}
}

// bags makes the bags of an entity's rows, as JSON, and counts their members.
type bags struct {
	untyped  bool             // user IDs have too many types to be types
	later    bool             // members are counted of records as they are stored
	keys     []string         // of metadata, that are counted
	names    [][]byte         // of the metadata keys, each as JSON with a colon behind it
	meanings []catalog.Known  // per metadata key of the file; zero of one that nobody knows
	filled   []int64          // records, per metadata key that is counted
	typed    map[string]int64 // records, per type of user IDs
	equal    *alike.Columns
	text     []byte // of the bag at hand
}

func newBags(l bundle.Layout, keys []string, untyped, later bool, equal *alike.Columns) *bags {
	b := &bags{untyped: untyped, later: later, keys: keys, filled: make([]int64, len(keys)), typed: map[string]int64{}, equal: equal}
	for _, key := range l.Keys {
		b.names = append(b.names, append(codec.AppendText(nil, key), ':'))
		b.meanings = append(b.meanings, checks.MeaningOf(l.Entity.Plural, key))
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
		if !b.later {
			b.filled[i]++
			b.equal.Key(i, value)
		}
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
	ids := doubles.Unpack(packed)
	if b.untyped {
		ids = ids.Untyped()
	}
	for _, t := range ids {
		if !b.later {
			b.typed[t.Type]++
			b.equal.Typed(t.Type, t.IDs)
		}
	}
	return ids.JSON()
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
		for i, key := range s.bags.keys {
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

// storeOutside replaces the counts of the entities that the package has.
func (imp *importing) storeOutside(tx *gorm.DB) error {
	for _, s := range imp.stages {
		e := s.layout.Entity.Plural
		err := tx.Where("entity = ?", e).Delete(&roster.OutsideCount{}).Error
		for _, name := range slices.Sorted(maps.Keys(s.outside.Records)) {
			if err == nil {
				err = tx.Create(&roster.OutsideCount{Entity: e, Name: name, Records: s.outside.Records[name]}).Error
			}
		}
		if err != nil {
			return fmt.Errorf("store how many values of %s are no codes: %w", e, err)
		}
	}
	return nil
}
