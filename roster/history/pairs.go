package history

import (
	"github.com/RoaringBitmap/roaring/v2"
	"github.com/RoaringBitmap/roaring/v2/roaring64"
	"gorm.io/gorm"
)

// Site is a field of an entity, by its plural.
type Site struct{ Entity, Field string }

// Noted is the name under which it is kept how references of the field changed.
func (s Site) Noted(how string) Site { return Site{s.Entity, s.Field + how} }

// Pair is a reference: who refers in the upper half, the target in the lower. Who
// does not see the target must not notice that it came or went.
func Pair(from, to uint32) uint64 { return uint64(from)<<32 | uint64(to) }

// sources are the records that refer in one of the pairs.
func sources(set *roaring64.Bitmap) *roaring.Bitmap {
	from := roaring.New()
	for it := set.Iterator(); it.HasNext(); {
		id := uint32(it.Next() >> 32)
		it.AdvanceIfNeeded(uint64(id)<<32 | 0xffffffff)
		from.Add(id)
	}
	return from
}

// Turnover is what an import changes of references: pairs that arrived or left, by
// the name under which they are noted, and orders.
type Turnover struct {
	Pairs  map[Site]*roaring64.Bitmap
	Orders map[Site]Orders
}

func NewTurnover() Turnover {
	return Turnover{Pairs: map[Site]*roaring64.Bitmap{}, Orders: map[Site]Orders{}}
}

// PairsIn are the references that are noted under a name.
func (o Turnover) PairsIn(in Site) *roaring64.Bitmap {
	noted, ok := o.Pairs[in]
	if !ok {
		noted = roaring64.New()
		o.Pairs[in] = noted
	}
	return noted
}

// Store keeps which references came, went or changed places.
func (o Turnover) Store(tx *gorm.DB, generation int64) error {
	for in, noted := range o.Pairs {
		if noted.IsEmpty() {
			continue
		}
		records, err := noted.ToBytes()
		if err != nil {
			return err
		}
		if err := storeChange(tx, changeRow{generation, in.Entity, in.Field, records}); err != nil {
			return err
		}
	}
	for in, noted := range o.Orders {
		if err := storeChange(tx, changeRow{generation, in.Entity, in.Noted(Order).Field, noted}); err != nil {
			return err
		}
	}
	return nil
}
