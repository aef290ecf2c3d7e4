package apps

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/apps/credentials"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/presets"
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
	ClientID string         `json:"client_id"`       // of the credential that works and does not end
	Needs    []presets.Need `json:"needs,omitempty"` // what its vendor asked for; none without a preset
	Grant    SavedGrant     `json:"grant"`

	Agreement   Agreement                `json:"agreement,omitzero"`
	Credentials []credentials.Credential `json:"credentials"` // that work, that of ClientID first
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
		if o.Credentials, err = credentials.Live(tx, id, r.now()); err != nil {
			return err
		}
		if len(o.Credentials) > 0 {
			o.ClientID = o.Credentials[0].ClientID
		}
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
