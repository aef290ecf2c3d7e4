package manners

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/likeness"
	"github.com/rostergate/rostergate/revision"
)

// Registry is the door to the manners of all apps.
type Registry struct{ DB *database.Database }

// row is what is kept of an app of which somebody said something.
type row struct {
	AppID    string  `gorm:"primaryKey"`
	Document Manners `gorm:"serializer:json"`
}

// TableName is the table of the manners.
func (row) TableName() string { return "manners" }

// Read reads the manners of an app, as tx sees them.
func Read(tx *gorm.DB, app string) (Manners, error) {
	var held row
	err := tx.Where("app_id = ?", app).Take(&held).Error
	if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
		return Manners{}, fmt.Errorf("read how %s is answered: %w", app, err)
	}
	return held.Document.filled(), nil
}

// Of reads the manners of an app. An unknown one is a fault.NotFound.
func (r *Registry) Of(ctx context.Context, app string) (held Manners, err error) {
	err = r.DB.Snapshot(ctx, func(tx *gorm.DB) error {
		if err := known(tx, app); err != nil {
			return err
		}
		held, err = Read(tx, app)
		return err
	})
	return held, err
}

// Set changes the manners of an app, on record, and is what holds then. What will not do is a
// fault.Invalid. An edit that changes nothing is not told.
func (r *Registry) Set(ctx context.Context, app string, e Edit, by apps.By) (held Manners, err error) {
	if err := by.Check(); err != nil {
		return Manners{}, err
	}
	err = r.DB.Write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if err := known(tx, app, clause.Locking{Strength: "UPDATE"}); err != nil {
			return err
		}
		before, err := Read(tx, app)
		if err != nil {
			return err
		}
		held = e.over(before)
		if err := held.check(); err != nil || held == before {
			return err
		}
		saved := row{AppID: app, Document: held}
		if err := tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "app_id"}}, DoUpdates: clause.AssignmentColumns([]string{"document"})}).Create(&saved).Error; err != nil {
			return fmt.Errorf("save how %s is answered: %w", app, err)
		}
		change := audit.Change{App: app, Actor: by.Actor, Reason: by.Reason, Action: "app.answers", Before: before, After: held}
		if err := audit.Record(tx, change); err != nil {
			return fmt.Errorf("record how %s is answered: %w", app, err)
		}
		return revision.MovePermission(tx)
	})
	return held, err
}

// known refuses an app that there is not, by its row, with further clauses if there are any.
func known(tx *gorm.DB, app string, further ...clause.Expression) error {
	err := tx.Clauses(further...).Where("id = ?", app).Take(&apps.App{}).Error
	if !errors.Is(err, gorm.ErrRecordNotFound) {
		return err
	}
	ids, err := apps.IDs(tx)
	if err != nil {
		return err
	}
	return fault.New(fault.NotFound, "no app is called %q%s", likeness.Echo(app), likeness.DidYouMean(app, ids))
}
