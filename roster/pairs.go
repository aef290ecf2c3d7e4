package roster

import (
	"github.com/RoaringBitmap/roaring/v2"
	"github.com/RoaringBitmap/roaring/v2/roaring64"
	"gorm.io/gorm"
)

// site is a field of an entity, by its plural.
type site struct{ entity, field string }

// noted is the name under which it is kept how references of the field changed.
func (s site) noted(how string) site { return site{s.entity, s.field + how} }

// pair is a reference: who refers in the upper half, the target in the lower. Who
// does not see the target must not notice that it came or went.
func pair(from, to uint32) uint64 { return uint64(from)<<32 | uint64(to) }

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

// turnover is what an import changes of references: pairs that arrived or left, by
// the name under which they are noted, and orders.
type turnover struct {
	pairs  map[site]*roaring64.Bitmap
	orders map[site]orders
}

func newTurnover() turnover {
	return turnover{pairs: map[site]*roaring64.Bitmap{}, orders: map[site]orders{}}
}

// pairsIn are the references that are noted under a name.
func (o turnover) pairsIn(in site) *roaring64.Bitmap {
	noted, ok := o.pairs[in]
	if !ok {
		noted = roaring64.New()
		o.pairs[in] = noted
	}
	return noted
}

// store keeps which references came, went or changed places.
func (o turnover) store(tx *gorm.DB, generation int64) error {
	for in, noted := range o.pairs {
		if noted.IsEmpty() {
			continue
		}
		records, err := noted.ToBytes()
		if err != nil {
			return err
		}
		if err := storeChange(tx, changeRow{generation, in.entity, in.field, records}); err != nil {
			return err
		}
	}
	for in, noted := range o.orders {
		if err := storeChange(tx, changeRow{generation, in.entity, in.noted(order).field, noted}); err != nil {
			return err
		}
	}
	return nil
}
