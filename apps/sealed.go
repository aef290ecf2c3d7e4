package apps

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/database"
)

// SealedBy is the id of the encryption key that a store's secrets are sealed with,
// empty where it has met none.
func SealedBy(ctx context.Context, db *database.Database) (string, error) {
	var row setting
	err := db.Read.WithContext(ctx).Where("name = ?", keySetting).Take(&row).Error
	if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
		return "", fmt.Errorf("read the id of the encryption key: %w", err)
	}
	return row.Value, nil
}
