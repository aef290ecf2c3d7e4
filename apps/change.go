package apps

import (
	"context"
	"errors"
	"fmt"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/likeness"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// stateChange is what the ledger is told of an app that is enabled or suspended. The
// grant is told where a review ticked a type in it.
type stateChange struct {
	State    State          `json:"state"`
	Version  int64          `json:"version,omitempty"`
	Grant    *policy.Grant  `json:"grant,omitempty"`
	Reviewed roster.Members `json:"reviewed,omitempty"` // names of metadata keys and types of identifiers
}

// errUnchanged ends a change that changes nothing: nobody is told of it.
var errUnchanged = errors.New("nothing changes")

// change runs do in a transaction that holds the app's row, so that changes of
// one app happen one after the other. What do returns is weighed and recorded, and the
// permission revision raised, before the commit.
func (r *Registry) change(ctx context.Context, id string, by By, do func(*gorm.DB, *App) (audit.Change, error)) error {
	return r.changeAfter(ctx, nothing, id, by, r.weighed(by, do))
}

// nothing begins a transaction with nothing else.
func nothing(*gorm.DB) error { return nil }

// changeAfter is change in a transaction that begins with something else, of what gives no
// app anything: it is not weighed.
func (r *Registry) changeAfter(ctx context.Context, begin func(*gorm.DB) error, id string, by By, do func(*gorm.DB, *App) (audit.Change, error)) error {
	if err := by.Check(); err != nil {
		return err
	}
	err := r.DB.Write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if err := begin(tx); err != nil {
			return err
		}
		app, err := find(tx, id, clause.Locking{Strength: "UPDATE"})
		if err != nil {
			return err
		}
		change, err := do(tx, &app)
		if err != nil {
			return err
		}
		columns := map[string]any{"state": app.State, "updated_at": r.now()}
		if err := tx.Model(&App{}).Where("id = ?", app.ID).Updates(columns).Error; err != nil {
			return fmt.Errorf("save the app %s: %w", id, err)
		}
		return record(tx, app.ID, by, change)
	})
	if errors.Is(err, errUnchanged) {
		return nil
	}
	return err
}

// record ends a change: the ledger's outbox first, then the revision.
func record(tx *gorm.DB, app string, by By, change audit.Change) error {
	if err := enter(tx, app, by, change); err != nil {
		return err
	}
	return revision.MovePermission(tx)
}

// enter puts a change of an app on record. It leaves the revision alone, which is to be
// raised last: more than one change may come before.
func enter(tx *gorm.DB, app string, by By, change audit.Change) error {
	change.App, change.Actor, change.Reason = app, by.Actor, by.Reason
	change, err := told(tx, change)
	if err == nil {
		err = audit.Record(tx, change)
	}
	if err != nil {
		return fmt.Errorf("record the change of the app %s: %w", app, err)
	}
	return nil
}

// find reads an app's row, with further clauses if there are any.
func find(tx *gorm.DB, id string, further ...clause.Expression) (App, error) {
	var app App
	err := tx.Clauses(further...).Where("id = ?", storable(id)).Take(&app).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return App{}, notFound(tx, id)
	}
	if err != nil {
		return App{}, fmt.Errorf("read the app: %w", err)
	}
	return app, nil
}

// IDs lists the ids of all apps, as tx sees them.
func IDs(tx *gorm.DB) ([]string, error) {
	var ids []string
	if err := tx.Model(&App{}).Order("id").Pluck("id", &ids).Error; err != nil {
		return nil, fmt.Errorf("list the apps: %w", err)
	}
	return ids, nil
}

func notFound(tx *gorm.DB, id string) error {
	ids, err := IDs(tx)
	if err != nil {
		return err
	}
	return fault.New(fault.NotFound, "no app is called %q%s", likeness.Echo(id), likeness.DidYouMean(id, ids))
}
