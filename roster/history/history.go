package history

import (
	"fmt"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/RoaringBitmap/roaring/v2/roaring64"
	"gorm.io/gorm"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/moment"
)

// History says which records a generation changed, by field, when each generation
// was committed, and by what mark it is known.
type History struct {
	Times   []moment.Moment // by generation; "" where there is none
	Marks   []int64         // by generation; 0 from before there were marks
	Changes map[string][]Change
}

// What may stand behind the name of a field in which something changed. Names of
// bag members, which may hold anything, have a dot in them, and names of fields
// none of these.
const (
	// Presence: a text came or went as a whole. Where it is shown as the same word
	// for everybody, that is what shows.
	Presence = "?"

	// Spared: a value changed within the coarse form that is named behind it. Where
	// only that form is shown, nothing shows. What is noted without it may have
	// changed in every form.
	Spared = "<"

	// Arrived, left, order: references that came, that went, and that stayed in
	// another order. Those that are noted without any may be of each kind.
	Arrived = "+"
	Left    = "-"
	Order   = "#"
)

// Change is the set of records that one generation changed in one field; the
// field "" stands for records that came or went. Of a field that refers it is
// known what came, went or changed places: who does not see that must not notice.
type Change struct {
	Generation int64
	Field      string
	Records    *roaring.Bitmap
	How        string // of references: arrived, left, order or "" for any
	Pairs      *roaring64.Bitmap
	Orders     Orders
}

// Refers reports whether what changed are references.
func (c Change) Refers() bool { return c.Pairs != nil || c.Orders != nil }

func Load(tx *gorm.DB, generation int64) (*History, error) {
	h := &History{Times: make([]moment.Moment, generation+1), Marks: make([]int64, generation+1), Changes: map[string][]Change{}}
	var commits []struct {
		Generation  int64
		CommittedAt moment.Moment
		Mark        int64
	}
	if err := tx.Table("generations").Find(&commits).Error; err != nil {
		return nil, fmt.Errorf("read the generations: %w", err)
	}
	for _, c := range commits {
		h.Times[c.Generation], h.Marks[c.Generation] = c.CommittedAt, c.Mark
	}
	rows, err := tx.Raw("SELECT generation, entity, field, records FROM changes ORDER BY generation").Rows()
	if err != nil {
		return nil, fmt.Errorf("read what changed: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var entity string
		var packed []byte
		var c Change
		if err := rows.Scan(&c.Generation, &entity, &c.Field, &packed); err != nil {
			return nil, fmt.Errorf("read what changed: %w", err)
		}
		if err := c.unpack(entity, packed); err != nil {
			return nil, fmt.Errorf("read what changed: %w", err)
		}
		h.Changes[entity] = append(h.Changes[entity], c)
	}
	return h, rows.Err()
}

// unpack reads what is stored of a change.
func (c *Change) unpack(entity string, packed []byte) (err error) {
	e, _ := catalog.Find(entity)
	name := strings.TrimRight(c.Field, Arrived+Left+Order)
	if f, ok := e.Field(name); !ok || !f.Kind.Refers() {
		c.Records = roaring.New()
		return c.Records.UnmarshalBinary(packed)
	}
	c.Field, c.How = name, c.Field[len(name):]
	if c.How == Order {
		c.Orders = packed
		c.Records, err = c.Orders.records()
		return err
	}
	c.Pairs = roaring64.New()
	if err := c.Pairs.UnmarshalBinary(packed); err != nil {
		return err
	}
	c.Records = sources(c.Pairs)
	return nil
}

// Arrivals are the references of a field that came behind a generation. Of those,
// one that was there before went meanwhile, and is noted as such.
func (h *History) Arrivals(entity, field string, behind int64) *roaring64.Bitmap {
	set := roaring64.New()
	for _, c := range h.Changes[entity] {
		if c.Generation > behind && c.Field == field && c.How == Arrived {
			set.Or(c.Pairs)
		}
	}
	return set
}

// MayBeAnother reports whether a user came back or got another name after a moment: the
// sourcedId may have come to mean another person.
func (h *History) MayBeAnother(user uint32, since moment.Moment) bool {
	users, _ := catalog.Find("users")
	for _, c := range h.Changes[users.Plural] {
		name, _, _ := strings.Cut(c.Field, Presence)
		name, _, _ = strings.Cut(name, Spared)
		f, known := users.Field(name)
		telling := name == "" || known && f.Category == catalog.StudentName
		if telling && h.Times[c.Generation] > since && c.Records.Contains(user) {
			return true
		}
	}
	return false
}
