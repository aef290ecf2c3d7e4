package history

import (
	"encoding/binary"
	"errors"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// Orders are records whose references that stayed stand in another order than
// they did, as varints: the record, how many targets stayed, these as they stood,
// and these as they stand. Both orders are kept whole, for a reader who sees some
// of the targets must notice exactly if those stand in another order.
type Orders []byte

func (o Orders) Add(from uint32, stood, stand []uint32) Orders {
	o = binary.AppendUvarint(o, uint64(from))
	o = binary.AppendUvarint(o, uint64(len(stood)))
	for _, to := range slices.Concat(stood, stand) {
		o = binary.AppendUvarint(o, uint64(to))
	}
	return o
}

// each calls fn for every record, with slices that are good until it returns. It
// is false where the bytes are not those of add.
func (o Orders) each(fn func(from uint32, stood, stand []uint32)) bool {
	sound := true
	next := func() uint32 {
		n, size := binary.Uvarint(o)
		if size <= 0 || n > 1<<32-1 {
			sound = false
			return 0
		}
		o = o[size:]
		return uint32(n)
	}
	var targets []uint32
	for len(o) > 0 {
		from, count := next(), int(next())
		targets = targets[:0]
		for range 2 * count {
			if targets = append(targets, next()); !sound {
				return false
			}
		}
		if !sound {
			return false
		}
		fn(from, targets[:count], targets[count:])
	}
	return true
}

// records finds who refers.
func (o Orders) records() (*roaring.Bitmap, error) {
	set := roaring.New()
	if !o.each(func(from uint32, _, _ []uint32) { set.Add(from) }) {
		return nil, errors.New("an order of references is not readable")
	}
	return set, nil
}

// AddTo adds the records whose targets among seen stand in another order.
func (o Orders) AddTo(set, seen *roaring.Bitmap) {
	unseen := func(to uint32) bool { return !seen.Contains(to) }
	o.each(func(from uint32, stood, stand []uint32) {
		if !slices.Equal(slices.DeleteFunc(stood, unseen), slices.DeleteFunc(stand, unseen)) {
			set.Add(from)
		}
	})
}
