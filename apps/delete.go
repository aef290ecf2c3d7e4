package apps

import (
	"context"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/roster"
)

// Delete removes an app with its credentials, tokens, reviews and grants, for good: its
// next request is that of a stranger, on every replica. What it received, and every change
// of it, stays in the ledger, which is told the grant that held last. An unknown app is a
// fault.NotFound.
func (r *Registry) Delete(ctx context.Context, id string, by By) error {
	if err := by.check(); err != nil {
		return err
	}
	return r.DB.Write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		app, err := find(tx, id, clause.Locking{Strength: "UPDATE"})
		if err != nil {
			return err
		}
		last, err := ReadGrant(tx, app.ID)
		if err != nil {
			return err
		}
		for _, rows := range []any{&token{}, &credential{}, &roster.Review{}, &SavedGrant{}} {
			if err := tx.Where("app_id = ?", app.ID).Delete(rows).Error; err != nil {
				return fmt.Errorf("delete what belongs to the app %s: %w", app.ID, err)
			}
		}
		if err := tx.Where("id = ?", app.ID).Delete(&App{}).Error; err != nil {
			return fmt.Errorf("delete the app %s: %w", app.ID, err)
		}
		was := createdApp{Name: app.Name, Preset: app.Preset, State: app.State, grantChange: grantChange{Version: last.Version, Grant: last.Grant}}
		return record(tx, app.ID, by, audit.Change{Action: "app.delete", Before: was})
	})
}
