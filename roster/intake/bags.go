package intake

import (
	"fmt"
	"maps"
	"slices"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/codec"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

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
			found[roster.Key{Entity: e, Bag: catalog.Metadata, Name: key}] = s.filled[i]
		}
		for _, kind := range slices.Sorted(maps.Keys(s.typed)) {
			found[roster.Key{Entity: e, Bag: catalog.UserIDs, Name: kind}] = s.typed[kind]
		}
	}
	return found
}

// countKept counts the types of user IDs of the records whose stored version
// stays: a type that only they have did not vanish.
func (s *stage) countKept() error {
	at := slices.IndexFunc(roster.Contents(s.layout.Entity), func(f catalog.Field) bool { return f.Kind == catalog.Identifiers })
	if at < 0 || len(s.kept) == 0 {
		return nil
	}
	db, column := s.imp.importer.DB, roster.Quoted(roster.Contents(s.layout.Entity)[at])
	for some := range slices.Chunk(s.kept, batchSize) {
		var bags []string
		err := db.Read.WithContext(s.imp.ctx).
			Raw("SELECT "+column+" FROM "+s.layout.Entity.Table()+" WHERE "+column+" IS NOT NULL AND "+roster.IDIn(db.Dialect), roster.IDList(db.Dialect, some)).
			Scan(&bags).Error
		if err != nil {
			return fmt.Errorf("read the stored versions of refused rows: %w", err)
		}
		for _, bag := range bags {
			for kind := range codec.Bag(bag) {
				s.typed[kind]++
			}
		}
	}
	return nil
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
			k.FirstSeen, k.LastSeen, k.Filled, k.Present = imp.at, imp.at, filled, true
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
	all := slices.Collect(maps.Keys(found))
	for _, k := range imp.keys {
		if _, still := found[k.Bare()]; !still && k.Present && imp.covers(k) {
			all = append(all, k.Bare())
		}
	}
	return slices.SortedFunc(slices.Values(all), roster.CompareKeys)
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
