package gateway

import (
	"encoding/base64"
	"encoding/binary"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/secret"
)

// cursorParameter is in next links. It says behind which record the page begins:
// ids never change, so a walk by cursors is whole whatever happens in its middle.
// What it holds is sealed, for an id tells how many records there are that an app
// does not see.
const cursorParameter = "cursor"

// cursor is what a next link holds: the record that the page before ended with, and
// the state of the roster in which that record had its id.
type cursor struct {
	after uint32
	at    revision.State
}

// The lengths of a cursor, in bytes. One of before there were marks is an id alone,
// and leads on as it did.
const (
	cursorSize    = 4 + 8 + 8
	oldCursorSize = 4
)

// behind is the page behind a cursor. One of a state that the roster did not go
// through leads nowhere: after a failover ids are given a second time, and whoever
// went on behind one would miss the records below it.
func (g *Gateway) behind(req request, a *answer, key, given string, set *roaring.Bitmap) (page, error) {
	c, err := openCursor(g.Key, key, given)
	if err != nil {
		return page{}, err
	}
	c.at.Epoch = a.snapshot.Epoch // a restore gives no id a second time
	if !a.snapshot.Follows(c.at) {
		return page{}, invalid("The list was replaced while it was read. Begin again with its first page.")
	}
	left := set.GetCardinality() - set.Rank(c.after)
	p := page{ids: following(set, c.after, req.limit), total: req.offset + left}
	if p.more = left > uint64(len(p.ids)); p.more {
		p.next, err = cursor{p.ids[len(p.ids)-1], a.snapshot.State}.seal(g.Key, key)
	}
	return p, err
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

// seal writes the cursor for a link of a walk.
func (c cursor) seal(key secret.Key, walk string) (string, error) {
	plain := binary.BigEndian.AppendUint32(make([]byte, 0, cursorSize), c.after)
	plain = binary.BigEndian.AppendUint64(plain, uint64(c.at.Generation))
	plain = binary.BigEndian.AppendUint64(plain, uint64(c.at.Mark))
	sealed, err := key.Seal(plain, "cursor "+walk)
	return base64.RawURLEncoding.EncodeToString(sealed), err
}

// openCursor reads a cursor of the same walk.
func openCursor(key secret.Key, walk, given string) (cursor, error) {
	wrong := invalid("The parameter cursor is not that of a next link of this list.")
	sealed, err := base64.RawURLEncoding.DecodeString(given)
	if err != nil {
		return cursor{}, wrong
	}
	plain, err := key.Open(sealed, "cursor "+walk)
	switch {
	case err != nil || len(plain) != cursorSize && len(plain) != oldCursorSize:
		return cursor{}, wrong
	case len(plain) == oldCursorSize:
		return cursor{after: binary.BigEndian.Uint32(plain)}, nil
	}
	c := cursor{after: binary.BigEndian.Uint32(plain)}
	c.at.Generation = int64(binary.BigEndian.Uint64(plain[4:]))
	c.at.Mark = int64(binary.BigEndian.Uint64(plain[12:]))
	return c, nil
}
