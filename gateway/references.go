package gateway

import (
	"net/url"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster/view"
)

// targets are the records of the view that a field may refer to.
type targets struct {
	snapshot *view.Snapshot
	entity   catalog.Entity
	set      *roaring.Bitmap
	opening  []byte // {"href": up to the id
	closing  string // what is behind the last id

	written *[64]reference // some of those that were written, at their ids' remainders
}

// reference is how a record is referred to. Many of a page refer to the same few.
type reference struct {
	id     uint32
	object []byte // {href, sourcedId, type}
}

func (r renderer) targets(f catalog.Field) targets {
	e, _ := catalog.Find(f.Target)
	list := appendString([]byte(`{"href":`), r.public+catalog.ServiceOf(r.version, e.Plural).Base+"/"+e.Plural+"/")
	return targets{
		snapshot: r.view.Snapshot, entity: e, set: r.view.Set(f.Target),
		opening: list[:len(list)-1], closing: `,"type":"` + e.Name + `"}`,
		written: new([64]reference),
	}
}

// reference appends a reference, if it leads to a record of the view.
func (t targets) reference(dst []byte, name string, cell []byte) []byte {
	id, _ := nextID(cell)
	return t.one(dst, name, id)
}

// one appends a reference to the record with an id, if that is of the view.
func (t targets) one(dst []byte, name string, id uint32) []byte {
	if id == 0 || !t.set.Contains(id) {
		return dst
	}
	return t.object(append(dst, name...), id)
}

// references appends those of a list that lead to records of the view, and
// nothing if none does.
func (t targets) references(dst []byte, name string, cell []byte) []byte {
	begun := false
	for len(cell) > 0 {
		var id uint32
		id, cell = nextID(cell)
		dst, begun = t.add(dst, name, id, begun)
	}
	return closeList(dst, begun)
}

// add appends one of a list, with the list's name before the first.
func (t targets) add(dst []byte, name string, id uint32, begun bool) ([]byte, bool) {
	if !t.set.Contains(id) {
		return dst, begun
	}
	if begun {
		dst = append(dst, ',')
	} else {
		dst = append(append(dst, name...), '[')
	}
	return t.object(dst, id), true
}

func closeList(dst []byte, begun bool) []byte {
	if begun {
		dst = append(dst, ']')
	}
	return dst
}

// object appends {href, sourcedId, type}.
func (t targets) object(dst []byte, id uint32) []byte {
	known := &t.written[id%uint32(len(t.written))]
	if known.id != id {
		known.id, known.object = id, t.write(known.object[:0], id)
	}
	return append(dst, known.object...)
}

func (t targets) write(dst []byte, id uint32) []byte {
	sourcedID := t.snapshot.SourcedID(t.entity.Plural, id)
	dst = append(append(dst, t.opening...), url.PathEscape(sourcedID)...) // has nothing that JSON would escape
	dst = appendString(append(dst, `","sourcedId":`...), sourcedID)
	return append(dst, t.closing...)
}

// nextID reads the first of the ids that commas separate.
func nextID(cell []byte) (id uint32, rest []byte) {
	for i, c := range cell {
		if c == ',' {
			return id, cell[i+1:]
		}
		id = id*10 + uint32(c-'0')
	}
	return id, nil
}
