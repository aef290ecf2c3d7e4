package roster

// words keeps a column of few different values: each value once, and by id which it
// is. Ids are below the size that it was made for. The zero word is "".
type words struct {
	all  []string
	at   []uint32 // by id, an index into all
	each map[string]uint32
}

// newWords makes room for ids below size.
func newWords(size int) *words {
	return &words{all: []string{""}, at: make([]uint32, size), each: map[string]uint32{"": 0}}
}

// set gives a record its word.
func (w *words) set(id uint32, word string) {
	at, known := w.each[word]
	if !known {
		at = uint32(len(w.all))
		w.all, w.each[word] = append(w.all, word), at
	}
	w.at[id] = at
}

// of is the word of a record, "" of one beyond the size.
func (w *words) of(id uint32) string {
	if int(id) >= len(w.at) {
		return ""
	}
	return w.all[w.at[id]]
}
