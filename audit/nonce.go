package audit

import (
	"fmt"
	"time"

	"github.com/rostergate/rostergate/moment"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// memory is how long a nonce is kept beyond its time. A clock that is set back makes
// old timestamps good again, and a nonce that was forgotten meanwhile would be taken a
// second time. A week is longer than the wrong time zone, the wrong day, or a machine
// that comes back from its state of the weekend. A signed request costs some 300 bytes
// for that week, with the indexes, beside an entry in the ledger that stays for good.
const memory = 7 * 24 * time.Hour

// nonceRow is a nonce that was used.
type nonceRow struct {
	Consumer  string
	Value     string
	ExpiresAt moment.Moment
}

// TableName is the table of the nonces.
func (nonceRow) TableName() string { return "nonces" }

// useNonces uses up the nonces of a batch, and finds who brought one that was
// used before, in the batch or in memory. It forgets by the clock and not by the
// ledger's time: that stays ahead where a clock was, and every nonce would be past
// as soon as it came.
func useNonces(tx *gorm.DB, batch []*waiting, clock time.Time) (map[*waiting]bool, error) {
	if err := tx.Where("expires_at < ?", moment.Of(clock.Add(-memory))).Delete(&nonceRow{}).Error; err != nil {
		return nil, fmt.Errorf("forget old nonces: %w", err)
	}
	replayed := map[*waiting]bool{}
	for _, w := range batch {
		if w.nonce == nil {
			continue
		}
		row := nonceRow{w.nonce.Consumer, w.nonce.Value, moment.Of(w.nonce.Expires)}
		done := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
		if done.Error != nil {
			return nil, fmt.Errorf("use up a nonce: %w", done.Error)
		}
		replayed[w] = done.RowsAffected == 0
	}
	return replayed, nil
}
