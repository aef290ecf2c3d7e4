package audit

import (
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// nonceRow is a nonce that was used.
type nonceRow struct {
	Consumer  string
	Value     string
	ExpiresAt string
}

// TableName is the table of the nonces.
func (nonceRow) TableName() string { return "nonces" }

// useNonces uses up the nonces of a batch, and finds who brought one that was
// used before, in the batch or ever.
func useNonces(tx *gorm.DB, batch []*waiting, now string) (map[*waiting]bool, error) {
	if err := tx.Where("expires_at < ?", now).Delete(&nonceRow{}).Error; err != nil {
		return nil, fmt.Errorf("forget old nonces: %w", err)
	}
	replayed := map[*waiting]bool{}
	for _, w := range batch {
		if w.nonce == nil {
			continue
		}
		row := nonceRow{w.nonce.Consumer, w.nonce.Value, w.nonce.Expires.UTC().Format(layout)}
		done := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
		if done.Error != nil {
			return nil, fmt.Errorf("use up a nonce: %w", done.Error)
		}
		replayed[w] = done.RowsAffected == 0
	}
	return replayed, nil
}
