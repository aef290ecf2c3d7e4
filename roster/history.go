package roster

import (
	"fmt"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/RoaringBitmap/roaring/v2/roaring64"
	"gorm.io/gorm"

	"github.com/rostergate/rostergate/catalog"
)

// history says which records a generation changed, by field, when each generation
// was committed, and by what mark it is known.
type history struct {
	times   []string // by generation; "" where there is none
	marks   []int64  // by generation; 0 from before there were marks
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
	h := &history{times: make([]string, generation+1), marks: make([]int64, generation+1), changes: map[string][]change{}}
	var commits []struct {
		Generation  int64
		CommittedAt string
		Mark        int64
	}
	if err := tx.Table("generations").Find(&commits).Error; err != nil {
		return nil, fmt.Errorf("read the generations: %w", err)
	}
	for _, c := range commits {
		h.times[c.Generation], h.marks[c.Generation] = c.CommittedAt, c.Mark
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

// arrivals are the references of a field that came behind a generation. Of those,
// one that was there before went meanwhile, and is noted as such.
func (h *history) arrivals(entity, field string, behind int64) *roaring64.Bitmap {
	set := roaring64.New()
	for _, c := range h.changes[entity] {
		if c.generation > behind && c.field == field && c.how == arrived {
			set.Or(c.pairs)
		}
	}
	return set
}
