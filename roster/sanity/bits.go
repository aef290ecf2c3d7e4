package sanity

import (
	"math/bits"

	"github.com/RoaringBitmap/roaring/v2"
)

// set is a set of ids that costs an import next to nothing: a bit for each.
type set []uint64

// add takes an id in; 0 is nobody.
func (s *set) add(id uint32) {
	at := int(id / 64)
	if at >= len(*s) {
		*s = append(*s, make(set, max(at+1-len(*s), len(*s)/2))...)
	}
	(*s)[at] |= 1 << (id % 64)
}

func (s set) has(id uint32) bool {
	at := int(id / 64)
	return at < len(s) && s[at]&(1<<(id%64)) != 0
}

// without are the ids that are not in another set.
func (s set) without(other set) *roaring.Bitmap {
	found := roaring.New()
	for at, word := range s {
		if at < len(other) {
			word &^= other[at]
		}
		for ; word != 0; word &= word - 1 {
			if id := uint32(at*64 + bits.TrailingZeros64(word)); id > 0 {
				found.Add(id)
			}
		}
	}
	return found
}
