package roster

import (
	"fmt"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/RoaringBitmap/roaring/v2/roaring64"
	"gorm.io/gorm"

	"github.com/rostergate/rostergate/catalog"
)

// history says which records a generation changed, by field, and when each
// generation was committed.
type history struct {
	times   []string // by generation; "" where there is none
	changes map[string][]change
}

// What may stand behind the name of a field in which something changed. Names of
// bag members, which may hold anything, have a dot in them, and names of fields
// none of these.
const (
	// presence: a text came or went as a whole. Where it is shown as the same word
	// for everybody, that is what shows.
	presence = "?"

	// spared: a value changed within the coarse form that is named behind it. Where
	// only that form is shown, nothing shows. What is noted without it may have
	// changed in every form.
	spared = "<"

	// arrived, left, order: references that came, that went, and that stayed in
	// another order. Those that are noted without any may be of each kind.
	arrived = "+"
	left    = "-"
	order   = "#"
)

// change is the set of records that one generation changed in one field; the
// field "" stands for records that came or went. Of a field that refers it is
// known what came, went or changed places: who does not see that must not notice.
type change struct {
	generation int64
	field      string
	records    *roaring.Bitmap
	how        string // of references: arrived, left, order or "" for any
	pairs      *roaring64.Bitmap
	orders     orders
}

// refers reports whether what changed are references.
func (c change) refers() bool { return c.pairs != nil || c.orders != nil }

func loadHistory(tx *gorm.DB, generation int64) (*history, error) {
	h := &history{times: make([]string, generation+1), changes: map[string][]change{}}
	var commits []struct {
		Generation  int64
		CommittedAt string
	}
	if err := tx.Table("generations").Find(&commits).Error; err != nil {
		return nil, fmt.Errorf("read the generations: %w", err)
	}
	for _, c := range commits {
		h.times[c.Generation] = c.CommittedAt
	}
	rows, err := tx.Raw("SELECT generation, entity, field, records FROM changes ORDER BY generation").Rows()
	if err != nil {
		return nil, fmt.Errorf("read what changed: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var entity string
		var packed []byte
		var c change
		if err := rows.Scan(&c.generation, &entity, &c.field, &packed); err != nil {
			return nil, fmt.Errorf("read what changed: %w", err)
		}
		if err := c.unpack(entity, packed); err != nil {
			return nil, fmt.Errorf("read what changed: %w", err)
		}
		h.changes[entity] = append(h.changes[entity], c)
	}
	return h, rows.Err()
}

// unpack reads what is stored of a change.
func (c *change) unpack(entity string, packed []byte) (err error) {
	e, _ := catalog.Find(entity)
	name := strings.TrimRight(c.field, arrived+left+order)
	if f, ok := e.Field(name); !ok || !f.Kind.Refers() {
		c.records = roaring.New()
		return c.records.UnmarshalBinary(packed)
	}
	c.field, c.how = name, c.field[len(name):]
	if c.how == order {
		c.orders = packed
		c.records, err = c.orders.records()
		return err
	}
	c.pairs = roaring64.New()
	if err := c.pairs.UnmarshalBinary(packed); err != nil {
		return err
	}
	c.records = sources(c.pairs)
	return nil
}

// Names are what a reader sees of an entity, sorted: fields by name, members of
// bags as bag.member. A field that is shown altered is written name=how where
// what is shown follows the value, or follows its coarse form called how, and
// name!how where it follows neither.
type Names []string

// Has reports whether a change of the field shows.
func (n Names) Has(field string) bool {
	if field == "" {
		return true
	}
	if strings.Contains(field, ".") { // a member's name may hold anything
		return n.exactly(field)
	}
	if name, only := strings.CutSuffix(field, presence); only {
		return n.altered(name + "!")
	}
	if name, form, within := strings.Cut(field, spared); within {
		return n.Has(name) && !n.exactly(name+"="+form)
	}
	return n.exactly(field) || n.altered(field+"=")
}

// altered reports whether a name in the list begins so.
func (n Names) altered(beginning string) bool {
	at, _ := slices.BinarySearch(n, beginning)
	return at < len(n) && strings.HasPrefix(n[at], beginning)
}

// exactly reports whether the name itself is in the list.
func (n Names) exactly(name string) bool {
	_, found := slices.BinarySearch(n, name)
	return found
}

// touched is, by id, the last generation in which something changed that a
// reader sees.
type touched []uint32

// dates reports whether a change is dated by its generation for a reader who
// first asked in the generation first, and sees shows. What came or went among
// references after that is dated by the reader's horizon, which knows whether the
// reader sees it.
func (c change) dates(shows Names, first int64) bool {
	return shows.Has(c.field) && (!c.refers() || c.generation <= first)
}

// touched works the changes of an entity down to what shows, once for all who
// see the same since the same generation.
func (s *Snapshot) touched(entity string, shows Names, first int64) touched {
	key := fmt.Sprintf("%s %d %q", entity, first, shows) // quoted: a member's name may hold anything
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.touches[key]
	if !ok {
		t = make(touched, s.links[entity].size)
		for _, c := range s.history.changes[entity] {
			if c.dates(shows, first) {
				c.records.Iterate(func(id uint32) bool {
					t[id] = uint32(c.generation)
					return true
				})
			}
		}
		s.touches[key] = t
	}
	return t
}

// lastTouch is the last generation that changed something that shows in one of
// the records, 0 for none.
func (s *Snapshot) lastTouch(entity string, shows Names, first int64, records *roaring.Bitmap) int64 {
	all := s.history.changes[entity]
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].dates(shows, first) && all[i].records.Intersects(records) {
			return all[i].generation
		}
	}
	return 0
}
