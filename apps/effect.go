package apps

import (
	"context"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
)

// NotAdded is decided upon in the place of an app that is not added yet. It is no id that
// an app may have.
const NotAdded = "(not added yet)"

// ReadInput reads what a decision about an app is made of, as tx sees it: all but its
// state, who asks, when, and who is opted out, of which no rule knows. Of NotAdded nothing
// is granted or reviewed. An unknown app is a fault.NotFound.
func ReadInput(tx *gorm.DB, app string) (policy.Input, error) {
	in := policy.Input{App: policy.AppState{ID: app}}
	if app != NotAdded {
		saved, err := ReadGrant(tx, app)
		if err == nil {
			in.Grant = saved.Grant
			err = restrict(tx, app, &in)
		}
		if err != nil {
			return in, err
		}
	}
	var err error
	if err = guarded(tx, app, &in); err != nil {
		return in, err
	}
	if in.Day, err = ReadDay(tx); err != nil {
		return in, err
	}
	in.Keys, err = PresentKeys(tx, app)
	return in, err
}

// PresentKeys are the members of bags that the roster has now, as tx sees them and as the
// policy wants them for an app: with what was reviewed for it.
func PresentKeys(tx *gorm.DB, app string) ([]policy.Key, error) {
	known, err := roster.KeysFor(tx, app)
	if err != nil {
		return nil, err
	}
	var present []policy.Key
	for _, k := range known {
		if k.Present {
			present = append(present, policy.Key{Member: k.Member(), Reviewed: k.Reviewed})
		}
	}
	return present, nil
}

// Effect is what a change makes of what an app may get. Both sides were read in the
// transaction of the change, so that nothing can come between what was decided by them and
// what is stored.
type Effect struct {
	App    App    // with the change
	Action string // of the change, as the ledger has it: "grant.save"

	// Before and After are for a token of every scope, and for an enabled app: what is
	// granted to one that is pending counts as given when it is saved. Only of a change that
	// enables the app, Before has the state that it had.
	Before, After policy.Input
}

// Decide decides upon both sides.
func (e Effect) Decide(ctx context.Context, engine *policy.Engine) (before, after policy.Decision, err error) {
	if before, err = engine.Decide(ctx, e.Before); err == nil {
		after, err = engine.Decide(ctx, e.After)
	}
	return before, after, err
}

// weighed is do, and then whoever has a say in what it gives: each change that can give an
// app more, or something else, comes by here before it is put on record.
func (r *Registry) weighed(by By, do func(*gorm.DB, *App) (audit.Change, error)) func(*gorm.DB, *App) (audit.Change, error) {
	return func(tx *gorm.DB, app *App) (audit.Change, error) {
		was := *app
		before, err := ReadInput(tx, app.ID)
		if err != nil {
			return audit.Change{}, err
		}
		change, err := do(tx, app)
		if err == nil {
			err = r.weigh(tx, was, before, *app, change.Action, by)
		}
		return change, err
	}
}

// weigh asks whoever has a say in a change of an app, whose rows are stored.
func (r *Registry) weigh(tx *gorm.DB, was App, before policy.Input, is App, action string, by By) error {
	after, err := ReadInput(tx, is.ID)
	if err != nil {
		return err
	}
	day, err := r.DayToSave(tx)
	if err != nil {
		return err
	}
	e := Effect{App: is, Action: action, Before: r.asked(before, day), After: r.asked(after, day)}
	if is.State != was.State {
		e.Before.App.State, e.After.App.State = string(was.State), string(is.State)
	}
	if err := r.guard(tx, e); err != nil {
		return err
	}
	if r.Weigh != nil {
		if err := r.Weigh(tx, e, by); err != nil {
			return err
		}
	}
	return r.holdBack(tx, e)
}

// asked is an input as it is decided upon for a token of every scope, now.
func (r *Registry) asked(in policy.Input, day string) policy.Input {
	in.App.State, in.TokenScopes, in.Now, in.Day = policy.Enabled, catalog.TokenScopes(), r.Clock(), day
	return in
}
