package apps

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/waiting"
)

// Waits is the error of a change that is not made, for an app would gain something by it
// that the district marks as sensitive: it waits for another admin.
type Waits struct {
	Change waiting.Change
	Done   string // what was done all the same, for it only takes something away; empty for nothing
}

// Says says in a sentence what was done already, and what was not.
func (w *Waits) Says() string {
	if w.Done == "" {
		return "nothing is changed yet"
	}
	return w.Done + ", and nothing else is changed yet"
}

// Error says what waits, and how it goes on.
func (w *Waits) Error() string {
	c := w.Change
	who := "an app"
	if c.App != "" {
		who = c.App
	}
	said := fmt.Sprintf("%s: this waits for the approval of another admin, as change %d", w.Says(), c.Number)
	if names := c.Gains.Brief(); names != "" {
		said += fmt.Sprintf(", for %s would gain what is marked as sensitive: %s", who, names)
	}
	return said + fmt.Sprintf(". Another admin looks at it by 'rostergate approvals show %d' or on the page /approvals/%d", c.Number, c.Number)
}

// errHeld ends the transaction of a change that has to wait.
var errHeld = errors.New("the change gives something that is marked as sensitive, and has to wait for another admin")

// errRehearsed takes back what was only done to see what it would come to.
var errRehearsed = errors.New("it was rehearsed")

// carrying is what a registry notes that carries out what waited.
type carrying struct {
	ticked  func(app string, m catalog.Member) bool // what whoever approves says that an app may have
	effects Effects
}

// reviewed are those of the keys and types that were to be reviewed of which whoever approves
// says so: all, where nobody has to.
func (c *carrying) reviewed(app string, seen []catalog.Member) (some []catalog.Member) {
	if c == nil {
		return seen
	}
	for _, m := range seen {
		if c.ticked(app, m) {
			some = append(some, m)
		}
	}
	return some
}

// within is the registry inside a transaction, carrying out what waited.
func (r *Registry) within(tx *gorm.DB, carrying *carrying) *Registry {
	inside := *r
	inside.DB, inside.carrying = r.DB.Within(tx), carrying
	return &inside
}

// holdBack is errHeld where an app would gain something that is marked.
func (r *Registry) holdBack(tx *gorm.DB, e Effect) error {
	if r.carrying != nil {
		r.carrying.effects.Of = append(r.carrying.effects.Of, e)
		return nil
	}
	saved, err := waiting.ReadMarks(tx)
	if err != nil || saved.Marks.Off() {
		return err
	}
	gains, _, err := r.gains(tx.Statement.Context, saved.Marks, e)
	if err == nil && !gains.None() {
		err = errHeld
	}
	return err
}

// orWaits is err, but for a change that has to wait, which it lets do so: by what is asked
// for it can be carried out later.
func (r *Registry) orWaits(ctx context.Context, err error, wish askedFor, by By) error {
	if !errors.Is(err, errHeld) || r.carrying != nil {
		return err
	}
	document, err := json.Marshal(wish)
	if err != nil {
		return fmt.Errorf("write down the change of %s: %w", wish.app(), err)
	}
	change := waiting.Change{Kind: wish.kind(), App: wish.app(), Document: string(document), Actor: by.Actor, Reason: by.Reason}
	err = r.DB.Write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		effects, err := r.Rehearse(ctx, tx, change, false)
		if err != nil {
			return err
		}
		change.Gains, change.Effect = effects.Gains, effects.Print
		change, err = waiting.Ask(tx, change, r.Clock())
		return err
	})
	if err != nil {
		return err
	}
	return &Waits{Change: change}
}

// Effects is what a change that waits would come to now.
type Effects struct {
	Of    []Effect   // of each app that it is about
	Later []Occasion // on which some app gains more of what is marked than today

	OptOuts  []OptedOut // that would go
	OptedOut []OptedOut // that would come with it

	Gains waiting.Gains
	Print string // tells this effect from any other
}

// OptedOut is one line of the register of opt-outs, by the roster's id of the student. It is
// of all apps where it names none.
type OptedOut struct {
	User uint32 `json:"user"`
	App  string `json:"app,omitempty"`
}

// Marked lists what an app gets, today or on a later occasion, of what is marked as sensitive,
// as tx sees it: nothing where it is not enabled.
func (r *Registry) Marked(tx *gorm.DB, app string) ([]string, error) {
	saved, err := waiting.ReadMarks(tx)
	if err != nil || saved.Marks.Off() {
		return nil, err
	}
	known, err := find(tx, app)
	if err != nil || known.State != Enabled {
		return nil, err
	}
	in, err := ReadInput(tx, app)
	if err != nil {
		return nil, err
	}
	day, err := r.DayToSave(tx)
	if err != nil {
		return nil, err
	}
	e := Effect{App: known, Before: r.asked(in, day), After: r.asked(in, day)}
	e.Before.App.State = policy.Pending
	gains, _, err := r.gains(tx.Statement.Context, saved.Marks, e)
	return gains.All(), err
}

// Rehearse says what a change that waits would come to in the state that tx sees, and takes
// it back. Anew says that it is a change of whatever holds now; else it is a fault.Conflict
// where that is no longer what it was asked for as a change of. Errors are those of the
// method that was asked for.
func (r *Registry) Rehearse(ctx context.Context, tx *gorm.DB, c waiting.Change, anew bool) (Effects, error) {
	all := &carrying{ticked: func(string, catalog.Member) bool { return true }}
	err := tx.Transaction(func(tx *gorm.DB) error {
		if err := r.within(tx, all).carry(ctx, c, anew); err != nil {
			return err
		}
		return errRehearsed
	})
	if !errors.Is(err, errRehearsed) {
		return Effects{}, err
	}
	saved, err := waiting.ReadMarks(tx)
	if err != nil {
		return Effects{}, err
	}
	return r.printed(ctx, saved.Marks, all.effects)
}

// Carry makes a change that waited, in tx, as by whoever asked for it, and says what of the
// marked is gained by it. Ticked says which of the keys and types that it wants reviewed whoever
// approves it says that an app may have.
func (r *Registry) Carry(ctx context.Context, tx *gorm.DB, c waiting.Change, ticked func(app string, m catalog.Member) bool) (waiting.Gains, error) {
	saved, err := waiting.ReadMarks(tx)
	if err != nil {
		return waiting.Gains{}, err
	}
	all := &carrying{ticked: ticked}
	if err := r.within(tx, all).carry(ctx, c, true); err != nil {
		return waiting.Gains{}, err
	}
	gains, _, err := r.gains(ctx, saved.Marks, all.effects.Of...)
	return gains, err
}
