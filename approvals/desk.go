package approvals

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/optouts"
	"github.com/rostergate/rostergate/waiting"
)

// Desk is the door to the changes that wait. All its fields are required. It may be used by
// several goroutines.
type Desk struct {
	DB      *database.Database
	Apps    *apps.Registry
	OptOuts *optouts.Registry
	Clock   func() time.Time

	// Standing says why who asked for a change may ask for nothing any more, "is suspended",
	// empty where they may.
	Standing func(tx *gorm.DB, actor string) (string, error)
}

// List lists the changes in a state, or all without one, the newest first; most is how many,
// 0 for all.
func (d *Desk) List(ctx context.Context, state waiting.State, most int) ([]waiting.Change, error) {
	return waiting.List(d.DB.Read.WithContext(ctx), state, most)
}

// Count counts the changes that wait.
func (d *Desk) Count(ctx context.Context) (int64, error) {
	return waiting.Count(d.DB.Read.WithContext(ctx))
}

// Shown is a change with what it would come to now.
type Shown struct {
	waiting.Change
	Effects   apps.Effects                // of one that waits
	Marks     *MarksChange                // of one that is about what is marked
	Replaced  apps.Replaced               // what it puts in the place of something else, beside permissions
	Reviewing map[string][]catalog.Member // by app, what it wants reviewed
	Hindrance error                       // why it cannot be made now, if it cannot: a fault
	Standing  string                      // why who asked for it may ask for nothing any more, "is suspended"
	Another   bool                        // it comes to something else than when it was asked for
}

// Returning are the lines of the register of opt-outs that would go.
func (s Shown) Returning() []apps.OptedOut { return s.Effects.OptOuts }

// Show works out anew what a change would come to. Nothing is changed. One that there is not
// is a fault.NotFound.
func (d *Desk) Show(ctx context.Context, number int64) (Shown, error) {
	var shown Shown
	err := d.DB.Write.WithContext(ctx).Transaction(func(tx *gorm.DB) (err error) {
		if shown.Change, err = waiting.Find(tx, number); err != nil || shown.State != waiting.Waits {
			return err
		}
		if err := shown.read(tx); err != nil {
			return err
		}
		shown.Effects, shown.Standing, err = d.rehearse(ctx, tx, shown.Change)
		if fault.KindOf(err) != "" && !fault.Is(err, fault.Unavailable) {
			shown.Hindrance, err = err, nil
		}
		shown.Another = shown.Effects.Print != shown.Change.Effect
		return err
	})
	return shown, err
}

// read reads what a change asks for, beside what would be replaced by it.
func (s *Shown) read(tx *gorm.DB) (err error) {
	switch s.Kind {
	case Unmarking:
		s.Marks, err = marksOf(tx, s.Change)
	case optouts.Removal:
	default:
		if s.Reviewing, err = apps.Reviewing(s.Change); err == nil {
			s.Replaced, err = apps.ReadReplaced(tx, s.Change)
		}
	}
	return err
}

// rehearse says what a change would come to, as tx sees it, and how who asked for it stands:
// that is a part of what is approved.
func (d *Desk) rehearse(ctx context.Context, tx *gorm.DB, c waiting.Change) (effects apps.Effects, standing string, err error) {
	if standing, err = d.Standing(tx, c.Actor); err != nil {
		return effects, standing, err
	}
	if effects, err = d.effects(ctx, tx, c); err == nil && standing != "" {
		effects.Print, err = waiting.Print([]string{effects.Print, standing})
	}
	return effects, standing, err
}

func (d *Desk) effects(ctx context.Context, tx *gorm.DB, c waiting.Change) (apps.Effects, error) {
	switch c.Kind {
	case optouts.Removal:
		return d.OptOuts.Rehearse(ctx, tx, c)
	case Unmarking:
		marks, err := marksOf(tx, c)
		if err != nil {
			return apps.Effects{}, err
		}
		print, err := waiting.Print(marks)
		return apps.Effects{Print: print, Gains: waiting.Gains{Marks: true}}, err
	}
	return d.Apps.Rehearse(ctx, tx, c, true)
}

// Approval is what an admin says who approves a change.
type Approval struct {
	Effect string // the print of the effect that they were shown
	Ticked []Tick // the keys and types that they know, of those that the change wants reviewed
}

// Tick is a key or a type that an app may have.
type Tick struct {
	App    string // empty for any app that the change is about
	Member catalog.Member
}

func (a Approval) ticks(app string, m catalog.Member) bool {
	return slices.ContainsFunc(a.Ticked, func(t Tick) bool { return t.Member == m && (t.App == "" || t.App == app) })
}

// Approve makes a change that waits, in one transaction. Whoever asked for it may not, nor
// somebody at a command line where the marks say so: a fault.Denied. Without a reason it is a
// fault.Invalid. It is a fault.Conflict where the change waits no longer, where what it comes
// to is not what was shown, and where it cannot be made any more. Nothing is reviewed but what
// is ticked.
func (d *Desk) Approve(ctx context.Context, number int64, a Approval, by apps.By) error {
	return d.decide(ctx, number, by, func(tx *gorm.DB, c waiting.Change) error {
		if err := mayApprove(tx, c, by); err != nil {
			return err
		}
		effects, _, err := d.rehearse(ctx, tx, c)
		if err != nil {
			return cannot(c, err)
		}
		if effects.Print != a.Effect {
			return fault.New(fault.Conflict, "change %d is not approved: it comes to something else than what was shown. Look at it again", c.Number)
		}
		c.Effect = effects.Print
		if c.Gains, err = d.carry(ctx, tx, c, effects, a); err != nil {
			return cannot(c, err)
		}
		return waiting.Settle(tx, c, waiting.Approved, by.Actor, by.Reason, d.Clock())
	})
}

// cannot says of a fault that it keeps a change from being made.
func cannot(c waiting.Change, err error) error {
	if fault.KindOf(err) == "" || fault.Is(err, fault.Unavailable) {
		return err
	}
	return fault.New(fault.Conflict, "change %d cannot be made any more: %w", c.Number, err)
}

// carry makes a change, and says what was gained by it: of keys and types no more than is
// ticked.
func (d *Desk) carry(ctx context.Context, tx *gorm.DB, c waiting.Change, effects apps.Effects, a Approval) (waiting.Gains, error) {
	switch c.Kind {
	case optouts.Removal:
		return effects.Gains, d.OptOuts.Carry(ctx, tx, c)
	case Unmarking:
		marks, err := marksOf(tx, c)
		if err == nil {
			_, err = d.saveMarks(tx, marks.After, apps.By{Actor: c.Actor, Reason: c.Reason})
		}
		return effects.Gains, err
	}
	return d.Apps.Carry(ctx, tx, c, a.ticks)
}

// mayApprove refuses whoever asked for the change, and a command line where the marks say so.
func mayApprove(tx *gorm.DB, c waiting.Change, by apps.By) error {
	marks, err := waiting.ReadMarks(tx)
	switch {
	case err != nil:
		return err
	case marks.Marks.PageOnly && strings.HasPrefix(by.Actor, apps.CommandLine):
		return fault.New(fault.Denied, "this district approves on the pages alone: an admin who is signed in approves change %d there", c.Number)
	}
	return another(c, by, "approve")
}

// another refuses whoever asked for the change.
func another(c waiting.Change, by apps.By, verb string) error {
	if c.Actor == by.Actor {
		return fault.New(fault.Denied, "%s asked for change %d, and cannot %s it: another admin does, or withdraw it", by.Actor, c.Number, verb)
	}
	return nil
}

// Decline leaves a change unmade for good. Whoever asked for it withdraws it instead: a
// fault.Denied. Without a reason it is a fault.Invalid.
func (d *Desk) Decline(ctx context.Context, number int64, by apps.By) error {
	return d.decide(ctx, number, by, func(tx *gorm.DB, c waiting.Change) error {
		if err := another(c, by, "decline"); err != nil {
			return err
		}
		return waiting.Settle(tx, c, waiting.Declined, by.Actor, by.Reason, d.Clock())
	})
}

// decide is for who needs a reason.
func (d *Desk) decide(ctx context.Context, number int64, by apps.By, do func(*gorm.DB, waiting.Change) error) error {
	if strings.TrimSpace(by.Reason) == "" {
		return fault.New(fault.Invalid, "Say why: a decision on a change that waits needs a reason.")
	}
	return d.settle(ctx, number, by, do)
}

// settle runs do in a transaction that holds the row of a change which waits.
func (d *Desk) settle(ctx context.Context, number int64, by apps.By, do func(*gorm.DB, waiting.Change) error) error {
	if err := by.Check(); err != nil {
		return err
	}
	return d.DB.Write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		c, err := waiting.Find(tx, number, clause.Locking{Strength: "UPDATE"})
		if err != nil {
			return err
		}
		if c.State != waiting.Waits {
			return waiting.Settled(c)
		}
		return do(tx, c)
	})
}

// Withdraw takes a change back that its actor asked for. Anybody else is a fault.Denied.
func (d *Desk) Withdraw(ctx context.Context, number int64, by apps.By) error {
	return d.settle(ctx, number, by, func(tx *gorm.DB, c waiting.Change) error {
		if c.Actor != by.Actor {
			return fault.New(fault.Denied, "%s asked for change %d, and nobody else can withdraw it: decline it", c.Actor, c.Number)
		}
		return waiting.Settle(tx, c, waiting.Withdrawn, by.Actor, by.Reason, d.Clock())
	})
}

// HeldBack is the change that an error says waits, if it says so.
func HeldBack(err error) (waiting.Change, bool) {
	var waits *apps.Waits
	if errors.As(err, &waits) {
		return waits.Change, true
	}
	return waiting.Change{}, false
}
