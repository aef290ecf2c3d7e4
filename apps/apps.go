package apps

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/likeness"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/presets"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/secret"
)

// State is whether an app is answered. Only an enabled app is.
type State string

// The states.
const (
	Pending   State = policy.Pending   // created, not yet enabled
	Enabled   State = policy.Enabled   // receives what its grant gives
	Suspended State = policy.Suspended // was stopped; its grant and credentials are kept
)

// App is a registered vendor application. Times are UTC with milliseconds.
type App struct {
	ID        string        `json:"id"` // a slug, which never changes
	Name      string        `json:"name"`
	Preset    string        `json:"preset,omitempty"` // the preset that it was made from, if any
	State     State         `json:"state"`
	Ceiling   bool          `json:"ceiling"`          // whether the ceiling of its preset holds
	Vendor    policy.Vendor `json:"vendor,omitempty"` // what kind of product it is, where an admin said it: Kind has what its preset says, too
	CreatedAt moment.Moment `json:"created_at"`
	UpdatedAt moment.Moment `json:"updated_at"`
}

// By says who changes something, and why where they gave a reason. A change by
// nobody is refused.
type By struct {
	Actor  string // CommandLine with a user of the machine, or the address of a person who is signed in
	Reason string // up to 1,000 characters on one line
}

// CommandLine leads the actor of what somebody does at a command line: "cli:ada".
const CommandLine = "cli:"

// longestReason is in characters, of a reason, a purpose or a legal basis.
const longestReason = 1000

// Check refuses a change by nobody, and a reason that the ledger would not take, as a
// fault.Invalid.
func (by By) Check() error {
	if by.Actor == "" {
		return errors.New("change an app: nobody is named as the actor")
	}
	if err := checkText("the reason", by.Reason); err != nil {
		return err
	}
	return audit.CheckLine("the reason", by.Reason)
}

// Registry is the door to the apps. All its fields but Weigh are required. It may be used
// by several goroutines.
type Registry struct {
	DB    *database.Database
	Key   secret.Key // seals the secrets
	Clock func() time.Time
	Rand  io.Reader // crypto/rand.Reader outside tests

	// Engine is what decides, compiled when it is first asked for: most changes need none.
	Engine func() (*policy.Engine, error)

	// Weigh, if set, is asked at the end of the transaction of each change that can give an
	// app more, or something else. An error refuses the change, and nothing is saved.
	Weigh func(tx *gorm.DB, e Effect, by By) error

	carrying *carrying // of a registry that carries out what waited
}

// Overview is all there is to say of an app, its secret apart.
type Overview struct {
	App
	ClientID string         `json:"client_id"`       // of the credential that works
	Needs    []presets.Need `json:"needs,omitempty"` // what its vendor asked for; none without a preset
	Grant    SavedGrant     `json:"grant"`

	Agreement Agreement `json:"agreement,omitzero"`
}

func (r *Registry) now() moment.Moment { return moment.Of(r.Clock()) }

// List lists every app by id.
func (r *Registry) List(ctx context.Context) ([]App, error) {
	var all []App
	if err := r.DB.Read.WithContext(ctx).Order("id").Find(&all).Error; err != nil {
		return nil, fmt.Errorf("list the apps: %w", err)
	}
	return all, nil
}

// Enabled lists the ids of the apps that are enabled.
func (r *Registry) Enabled(ctx context.Context) ([]string, error) {
	all, err := r.List(ctx)
	var ids []string
	for _, app := range all {
		if app.State == Enabled {
			ids = append(ids, app.ID)
		}
	}
	return ids, err
}

// Show gathers what is known of an app, in one state of the database. An unknown
// app is a fault.NotFound that names its near misses.
func (r *Registry) Show(ctx context.Context, id string) (Overview, error) {
	var o Overview
	err := r.DB.Snapshot(ctx, func(tx *gorm.DB) error {
		var err error
		if o.App, err = find(tx, id); err != nil {
			return err
		}
		current, err := currentCredential(tx, id)
		if err != nil {
			return err
		}
		o.ClientID = current.ClientID
		if o.Grant, err = ReadGrant(tx, id); err != nil {
			return err
		}
		o.Agreement, err = ReadAgreement(tx, id)
		return err
	})
	if preset, ok := presets.Find(o.Preset); ok {
		o.Needs = preset.Needs
	}
	return o, err
}

// Enable lets the app receive what its grant gives. Enabling an enabled app
// changes nothing.
//
// Seen are the keys and types that the person was shown as waiting for this app
// (Waiting), and says that it may have: they count as reviewed for it, and types are
// ticked with it. One that the grant would not show is a fault.Conflict.
func (r *Registry) Enable(ctx context.Context, id string, by By, seen ...catalog.Member) error {
	err := r.enable(ctx, id, by, func(SavedGrant) error { return nil }, seen)
	return r.orWaits(ctx, err, askedFor{Enable: &enableAsked{id, 0, seen}}, by)
}

// EnableFrom is Enable for a person who was shown what the app will get: base is that of
// the grant which was shown. If somebody saved meanwhile, the error is a fault.Conflict
// and nothing changes.
func (r *Registry) EnableFrom(ctx context.Context, id string, base int64, by By, seen ...catalog.Member) error {
	err := r.enable(ctx, id, by, func(holds SavedGrant) error {
		if holds.Is(base) {
			return nil
		}
		return fault.New(fault.Conflict, "the grant of %s was saved meanwhile: version %d is the current one, and what was shown is version %d", id, holds.Version, VersionOf(base))
	}, seen)
	return r.orWaits(ctx, err, askedFor{Enable: &enableAsked{id, base, seen}}, by)
}

func (r *Registry) enable(ctx context.Context, id string, by By, check func(SavedGrant) error, seen []catalog.Member) error {
	seen = r.carrying.reviewed(id, seen)
	return r.change(ctx, id, by, func(tx *gorm.DB, app *App) (audit.Change, error) {
		holds, err := ReadGrant(tx, app.ID)
		if err == nil {
			err = check(holds)
		}
		if err != nil {
			return audit.Change{}, err
		}
		before, after, err := r.reviewWaiting(tx, app.ID, by, seen)
		if err != nil {
			return audit.Change{}, err
		}
		if app.State == Enabled && len(after.Reviewed) == 0 && after.Grant == nil {
			return audit.Change{}, errUnchanged
		}
		action := "app.enable"
		if app.State == Enabled {
			action = "grant.review"
		}
		before.State, after.State, app.State = app.State, Enabled, Enabled
		return audit.Change{Action: action, Before: before, After: after}, nil
	})
}

// Suspend stops the app with its next request, on every replica. Its grant, its
// credentials and its tokens are kept, and work again once it is enabled.
func (r *Registry) Suspend(ctx context.Context, id string, by By) error {
	return r.changeAfter(ctx, nothing, id, by, func(_ *gorm.DB, app *App) (audit.Change, error) {
		if app.State == Suspended {
			return audit.Change{}, errUnchanged
		}
		before := app.State
		app.State = Suspended
		return audit.Change{Action: "app.suspend", Before: stateChange{State: before}, After: stateChange{State: Suspended}}, nil
	})
}

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
