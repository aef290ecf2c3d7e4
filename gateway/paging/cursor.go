package paging

import (
	"encoding/base64"
	"encoding/binary"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/secret"
)

// Cursor is what a next link holds: the record that the page before ended with, and
// the state of the roster in which that record had its id. Ids never change, so a walk
// by cursors is whole whatever happens in its middle.
type Cursor struct {
	After uint32
	At    revision.State // its epoch is not kept: a restore gives no id a second time
}

// The lengths of a cursor, in bytes. One of before there were marks is an id alone,
// and leads on as it did.
const (
	cursorSize    = 4 + 8 + 8
	oldCursorSize = 4
)

// Behind is the page behind a record of a list that stands in the order of ids, at most
// limit long; offset is where the client believes to be.
func Behind(set *roaring.Bitmap, after uint32, offset, limit uint64) Page {
	left := set.GetCardinality() - set.Rank(after)
	p := Page{IDs: following(set, after, limit), Total: offset + left}
	if p.More = left > uint64(len(p.IDs)); p.More {
		p.Resume = p.IDs[len(p.IDs)-1]
	}
	return p
}

// following are the first limit records of set behind after.
func following(set *roaring.Bitmap, after uint32, limit uint64) []uint32 {
	ids := make([]uint32, 0, min(limit, set.GetCardinality()))
	it := set.Iterator()
	for it.AdvanceIfNeeded(after + 1); it.HasNext() && uint64(len(ids)) < limit; {
		ids = append(ids, it.Next())
	}
	return ids
}

// Seal writes the cursor for a next link of a list. It is sealed, for an id tells how
// many records there are that an app does not see.
func (c Cursor) Seal(key secret.Key, list string) (string, error) {
	plain := binary.BigEndian.AppendUint32(make([]byte, 0, cursorSize), c.After)
	plain = binary.BigEndian.AppendUint64(plain, uint64(c.At.Generation))
	plain = binary.BigEndian.AppendUint64(plain, uint64(c.At.Mark))
	sealed, err := key.Seal(plain, "cursor "+list)
	return base64.RawURLEncoding.EncodeToString(sealed), err
}

// OpenCursor reads a cursor of the same list. It is false for any other text.
func OpenCursor(key secret.Key, list, given string) (c Cursor, ok bool) {
	sealed, err := base64.RawURLEncoding.DecodeString(given)
	if err != nil {
		return Cursor{}, false
	}
	plain, err := key.Open(sealed, "cursor "+list)
	if err != nil || len(plain) != cursorSize && len(plain) != oldCursorSize {
		return Cursor{}, false
	}
	c.After = binary.BigEndian.Uint32(plain)
	if len(plain) == cursorSize {
		c.At.Generation = int64(binary.BigEndian.Uint64(plain[4:]))
		c.At.Mark = int64(binary.BigEndian.Uint64(plain[12:]))
	}
	return c, true
}
