package gateway

import (
	"context"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/manners"
	"github.com/rostergate/rostergate/revision"
)

// mannersOf are how an app is answered, as of the permission revision that the caller was
// identified under. They are read with what its plan is made of, and here where they were
// forgotten since.
func (g *Gateway) mannersOf(ctx context.Context, who identity) (held manners.Manners, err error) {
	if known, ok := g.manners.Remembered(who.Stamp, who.App); ok {
		return known, nil
	}
	err = g.DB.Pinned(ctx, func(still *database.Database) error {
		tx := still.Read.WithContext(ctx)
		now, err := revision.Read(tx)
		if err == nil {
			err = who.stillAt(now)
		}
		if err == nil {
			held, err = g.manners.Of(tx, now, who.App)
		}
		return err
	})
	return held, err
}

// stillAt is errMoved where the permissions are not those that the caller was identified under.
func (who identity) stillAt(now revision.Stamp) error {
	if now.Permission != who.Stamp.Permission || now.Marks.Permission != who.Stamp.Marks.Permission || now.Epoch != who.Stamp.Epoch {
		return errMoved
	}
	return nil
}

// appendSaid appends a member of one text, `"name":` being before it, or nothing where it has
// no value, unless the app is sent what is empty. A boolean of JSON is never empty.
func appendSaid(dst []byte, m manners.Manners, name string, kind catalog.Kind, value []byte) []byte {
	native := kind == catalog.Boolean && m.Booleans == manners.Native
	switch {
	case len(value) == 0 && (native || m.Empty != manners.Sent):
		return dst
	case native && (string(value) == "true" || string(value) == "false"):
		return append(append(dst, name...), value...)
	}
	return appendString(append(dst, name...), value)
}
