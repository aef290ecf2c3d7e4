package gateway

import (
	"encoding/base64"
	"encoding/binary"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/secret"
)

// cursorParameter is in next links. It says behind which record the page begins:
// ids never change, so a walk by cursors is whole whatever happens in its middle.
// What it holds is sealed, for an id tells how many records there are that an app
// does not see.
const cursorParameter = "cursor"

// behind is the page behind a cursor.
func (g *Gateway) behind(req request, key, cursor string, set *roaring.Bitmap) (page, error) {
	after, err := openCursor(g.Key, key, cursor)
	if err != nil {
		return page{}, err
	}
	left := set.GetCardinality() - set.Rank(after)
	p := page{ids: following(set, after, req.limit), total: req.offset + left}
	if p.more = left > uint64(len(p.ids)); p.more {
		p.next, err = sealCursor(g.Key, key, p.ids[len(p.ids)-1])
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

func sealCursor(key secret.Key, walk string, after uint32) (string, error) {
	sealed, err := key.Seal(binary.BigEndian.AppendUint32(nil, after), "cursor "+walk)
	return base64.RawURLEncoding.EncodeToString(sealed), err
}

// openCursor reads a cursor of the same walk.
func openCursor(key secret.Key, walk, cursor string) (uint32, error) {
	wrong := invalid("The parameter cursor is not that of a next link of this list.")
	sealed, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return 0, wrong
	}
	plain, err := key.Open(sealed, "cursor "+walk)
	if err != nil || len(plain) != 4 {
		return 0, wrong
	}
	return binary.BigEndian.Uint32(plain), nil
}
