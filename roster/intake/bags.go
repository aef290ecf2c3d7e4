package intake

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/catalog"
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
		return cell.Clean(&c.Field, text)
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

// compareKeys reports the members of bags that appeared or vanished. A file that is absent
// says nothing of its keys.
func (imp *importing) compareKeys() {
	for _, s := range imp.stages {
		e := s.layout.Entity.Plural
		for i, key := range s.bags.keys {
			imp.keys.Find(roster.Key{Entity: e, Bag: catalog.Metadata, Name: key}, s.bags.filled[i])
		}
		for kind, records := range s.bags.typed {
			imp.keys.Find(roster.Key{Entity: e, Bag: catalog.UserIDs, Name: kind}, records)
		}
	}
	imp.report.NewKeys, imp.report.VanishedKeys = imp.keys.Compare(func(entity string) bool {
		x, ok := imp.indexes[entity]
		return ok && !x.absent
	})
}

// storeKeys keeps which members of bags there are. Since a plan may have shown one that
// vanished, the permission revision moves.
func (imp *importing) storeKeys(tx *gorm.DB) error {
	if err := imp.keys.Store(tx, imp.date); err != nil || len(imp.report.NewKeys)+len(imp.report.VanishedKeys) == 0 {
		return err
	}
	return revision.MovePermission(tx)
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
