package roles

import "github.com/RoaringBitmap/roaring/v2"

// Renewed are users who change with what hangs on them alone, such as their roles: by the
// nested field.
type Renewed map[string]*roaring.Bitmap

// Of are those of one field.
func (n Renewed) Of(field string) *roaring.Bitmap {
	set, known := n[field]
	if !known {
		set = roaring.New()
		n[field] = set
	}
	return set
}

// Any are those of any field, as a copy.
func (n Renewed) Any() *roaring.Bitmap {
	all := roaring.New()
	for _, set := range n {
		all.Or(set)
	}
	return all
}
