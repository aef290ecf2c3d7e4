package holds

import (
	"encoding/binary"
	"errors"
	"hash/fnv"
	"slices"
)

// Refusals are the rows of a file that are refused, each as a hash of eight bytes, which
// tells no value.
type Refusals []uint64

// Key is the hash of a row: of its sourcedId or, where it has none of its own, of all of
// its cells.
func Key(cells ...string) uint64 {
	sum := fnv.New64a()
	for _, cell := range cells {
		_, _ = sum.Write([]byte(cell))
		_, _ = sum.Write([]byte{0}) // so that a,b is not ab
	}
	return sum.Sum64()
}

// Fresh counts the rows that are not among those accepted, one by one where several are
// alike. It sorts both.
func (r Refusals) Fresh(accepted Refusals) int { return len(r) - len(r.Among(accepted)) }

// Among are those of the rows that were accepted, one by one where several are alike. It
// sorts both.
func (r Refusals) Among(accepted Refusals) Refusals {
	slices.Sort(r)
	slices.Sort(accepted)
	var among Refusals
	for _, key := range r {
		for len(accepted) > 0 && accepted[0] < key {
			accepted = accepted[1:]
		}
		if len(accepted) > 0 && accepted[0] == key {
			accepted, among = accepted[1:], append(among, key)
		}
	}
	return among
}

// With are the rows of both, those that are in both once.
func (r Refusals) With(others Refusals) Refusals {
	all := slices.Clone(r)
	slices.Sort(all)
	left := slices.Clone(all)
	for _, key := range others {
		if at, both := slices.BinarySearch(left, key); both {
			left = slices.Delete(left, at, at+1)
			continue
		}
		all = append(all, key)
	}
	return all
}

// Pack is how they are stored.
func (r Refusals) Pack() []byte {
	packed := make([]byte, 0, 8*len(r))
	for _, key := range r {
		packed = binary.BigEndian.AppendUint64(packed, key)
	}
	return packed
}

// Unpack reads what Pack wrote.
func Unpack(packed []byte) (Refusals, error) {
	if len(packed)%8 != 0 {
		return nil, errors.New("the refused rows that were accepted are not whole")
	}
	r := make(Refusals, 0, len(packed)/8)
	for ; len(packed) > 0; packed = packed[8:] {
		r = append(r, binary.BigEndian.Uint64(packed))
	}
	return r, nil
}
