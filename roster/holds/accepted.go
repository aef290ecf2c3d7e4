package holds

import (
	"fmt"

	"gorm.io/gorm"
)

// accepted is a row of the table of what was refused and accepted.
type accepted struct {
	Entity string
	Hashes []byte
}

// TableName is the table of what was refused and accepted.
func (accepted) TableName() string { return "accepted_refusals" }

// Accepted are the rows that the last accepted import refused, by the plural of their
// entity.
func Accepted(tx *gorm.DB) (map[string]Refusals, error) {
	var rows []accepted
	err := tx.Find(&rows).Error
	all := map[string]Refusals{}
	for _, row := range rows {
		if err == nil {
			all[row.Entity], err = Unpack(row.Hashes)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read which refused rows were accepted: %w", err)
	}
	return all, nil
}

// Accept replaces those of an entity.
func Accept(tx *gorm.DB, plural string, r Refusals) error {
	err := tx.Where("entity = ?", plural).Delete(&accepted{}).Error
	if err == nil && len(r) > 0 {
		err = tx.Create(&accepted{plural, r.Pack()}).Error
	}
	if err != nil {
		return fmt.Errorf("store which rows of %s are refused: %w", plural, err)
	}
	return nil
}
