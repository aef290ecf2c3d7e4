package apps

import (
	"context"
	"encoding/json"
	"fmt"

	"gorm.io/gorm"
)

// Demo is the mark of a store that was made for a demonstration. A store that people use
// has none.
type Demo struct {
	ID       string `json:"id"` // tells the stores of demonstrations apart
	Students int    `json:"students"`
	Seed     uint64 `json:"seed"`
	Made     bool   `json:"made"` // its apps are registered; from now on they are changed by people alone
}

// demoSetting names the setting that holds the mark.
const demoSetting = "demo"

// FindDemo reads the mark, if the store has one.
func FindDemo(tx *gorm.DB) (Demo, bool, error) {
	value, err := readSetting(tx, demoSetting)
	if err == nil && value == "" {
		return Demo{}, false, nil
	}
	var d Demo
	if err == nil {
		err = json.Unmarshal([]byte(value), &d)
	}
	if err != nil {
		return Demo{}, false, fmt.Errorf("read the mark of a demonstration: %w", err)
	}
	return d, true, nil
}

// MarkDemo writes the mark, in the place of one that is there. It is for a store that has
// one, or was empty.
func (r *Registry) MarkDemo(ctx context.Context, d Demo) error {
	value, err := json.Marshal(d)
	if err == nil {
		row := setting{Name: demoSetting, Value: string(value)}
		err = r.DB.Write.WithContext(ctx).Clauses(overValue()).Create(&row).Error
	}
	if err != nil {
		return fmt.Errorf("mark the store as a demonstration's: %w", err)
	}
	return nil
}
