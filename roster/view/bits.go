package view

import (
	"iter"
	mathbits "math/bits"

	"github.com/RoaringBitmap/roaring/v2"
)

// bits is a set of ids below a fixed number, a bit for each: what is asked for
// every link of a roster must cost next to nothing.
type bits []uint64

func newBits(size int) bits { return make(bits, (size+63)/64) }

func bitsOf(set *roaring.Bitmap, size int) bits {
	b := newBits(size)
	for it := set.Iterator(); it.HasNext(); {
		b.add(it.Next())
	}
	return b
}

func (b bits) has(id uint32) bool {
	at := int(id >> 6)
	return at < len(b) && b[at]>>(id&63)&1 == 1
}

func (b bits) add(id uint32) { b[id>>6] |= 1 << (id & 63) }

func (b bits) remove(id uint32) { b[id>>6] &^= 1 << (id & 63) }

// or adds what the other set of the same size has.
func (b bits) or(other bits) {
	for i, word := range other {
		b[i] |= word
	}
}

// all walks through the set, in the order of ids.
func (b bits) all() iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for i, word := range b {
			for ; word != 0; word &= word - 1 {
				if !yield(uint32(i<<6 + mathbits.TrailingZeros64(word))) {
					return
				}
			}
		}
	}
}

// bitmap is the set as it is kept.
func (b bits) bitmap() *roaring.Bitmap {
	set := roaring.FromDense(b, true)
	set.RunOptimize()
	return set
}
