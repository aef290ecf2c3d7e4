package notice

import (
	"context"
	"fmt"

	"github.com/rostergate/rostergate/revision"
)

// Behind reports whether some reader was shown a later state than the database has.
// So it is where a backup of the store was put back and the ledger is newer: on
// SQLite these are two files.
func (h *Horizons) Behind(ctx context.Context) (bool, error) {
	var shown []horizonRow // read first, for others may go on meanwhile
	if err := h.ledger.Read.WithContext(ctx).Find(&shown).Error; err != nil {
		return false, fmt.Errorf("read what readers saw: %w", err)
	}
	now, err := revision.Read(h.newest.Read.WithContext(ctx))
	if err != nil {
		return false, err
	}
	for _, row := range shown {
		if row.Epoch == now.Epoch && (row.Permission > now.Permission || row.Generation > now.Generation || twice(row.stamp(), now)) {
			return true, nil
		}
	}
	return false, nil
}

// twice reports whether a number of one stamp stands for something else in the other.
func twice(a, b revision.Stamp) bool {
	given := func(x, y, markX, markY int64) bool { return x == y && markX != markY && markX != 0 && markY != 0 }
	return given(a.Permission, b.Permission, a.Marks.Permission, b.Marks.Permission) ||
		given(a.Generation, b.Generation, a.Marks.Generation, b.Marks.Generation)
}
