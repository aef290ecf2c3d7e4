package words

// Column keeps a column of few different values: each value once, and by id which it
// is. Ids are below the size that it was made for. The zero word is "".
type Column struct {
	Values []string
	At     []uint32 // by id, an index into all
	each   map[string]uint32
}

// New makes room for ids below size.
func New(size int) *Column {
	return &Column{Values: []string{""}, At: make([]uint32, size), each: map[string]uint32{"": 0}}
}

// Set gives a record its word.
func (w *Column) Set(id uint32, word string) {
	at, known := w.each[word]
	if !known {
		at = uint32(len(w.Values))
		w.Values, w.each[word] = append(w.Values, word), at
	}
	w.At[id] = at
}

// Of is the word of a record, "" of one beyond the size.
func (w *Column) Of(id uint32) string {
	if int(id) >= len(w.At) {
		return ""
	}
	return w.Values[w.At[id]]
}
