package apps

import (
	"context"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/rostergate/rostergate/apps/credentials"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/waiting"
)

// Delete removes an app with its credentials, tokens, reviews and grants, for good: its
// next request is that of a stranger, on every replica. What it received, and every change
// of it, stays in the ledger, which is told the grant that held last. What waits for approval
// of it alone is withdrawn. Its id stays its own, for that is how the ledger calls it. An
// unknown app is a fault.NotFound.
func (r *Registry) Delete(ctx context.Context, id string, by By) error {
	if err := by.Check(); err != nil {
		return err
	}
	return r.DB.Write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		// Their rows before the app's, as whoever approves one.
		if err := waiting.WithdrawOf(tx, id, by.Actor, "the app was deleted", r.Clock()); err != nil {
			return err
		}
		app, err := find(tx, id, clause.Locking{Strength: "UPDATE"})
		if err != nil {
			return err
		}
		last, err := ReadGrant(tx, app.ID)
		if err != nil {
			return err
		}
		for _, rows := range []any{&credentials.Token{}, &credentials.Credential{}, &roster.Review{}, &SavedGrant{}, &SavedPolicy{}, &Agreement{}} {
			if err := tx.Where("app_id = ?", app.ID).Delete(rows).Error; err != nil {
				return fmt.Errorf("delete what belongs to the app %s: %w", app.ID, err)
			}
		}
		if err := tx.Where("id = ?", app.ID).Delete(&App{}).Error; err != nil {
			return fmt.Errorf("delete the app %s: %w", app.ID, err)
		}
		if err := tx.Create(&FormerApp{ID: app.ID, Name: app.Name, DeletedAt: r.now()}).Error; err != nil {
			return fmt.Errorf("keep the id of the app %s: %w", app.ID, err)
		}
		was := createdApp{Name: app.Name, Preset: app.Preset, State: app.State, grantChange: grantChange{Version: last.Version, Grant: last.Grant}}
		return record(tx, app.ID, by, audit.Change{Action: "app.delete", Before: was})
	})
}

// FormerApp is what is kept of a deleted app.
type FormerApp struct {
	ID        string `gorm:"primaryKey"`
	Name      string
	DeletedAt moment.Moment
}

// Former lists the deleted apps, by id.
func (r *Registry) Former(ctx context.Context) ([]FormerApp, error) {
	var all []FormerApp
	if err := r.DB.Read.WithContext(ctx).Order("id").Find(&all).Error; err != nil {
		return nil, fmt.Errorf("list the deleted apps: %w", err)
	}
	return all, nil
}

// refuseFormer refuses an id that a deleted app had, as a fault.Conflict.
func refuseFormer(tx *gorm.DB, id string) error {
	var had int64
	if err := tx.Model(&FormerApp{}).Where("id = ?", id).Count(&had).Error; err != nil {
		return fmt.Errorf("look for a deleted app %s: %w", id, err)
	}
	if had > 0 {
		return fault.New(fault.Conflict, "The ID %q was that of an app that is deleted, and what that received is on record under it. Enter another ID.", id)
	}
	return nil
}
