package people

import (
	"context"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/moment"
)

// Suspend keeps a person from signing in: their sessions and links end at once, and a
// right password is answered like a wrong one, until LetIn. The password is kept. The
// last admin's suspension is a fault.Conflict. Who is suspended stays so.
func (r *Registry) Suspend(ctx context.Context, id, actor string) error {
	return r.change(ctx, id, func(tx *gorm.DB, a *account) (audit.Change, error) {
		if a.suspended() {
			return audit.Change{}, errUnchanged
		}
		if err := spareLastAdmin(tx, *a); err != nil {
			return audit.Change{}, err
		}
		if err := withdraw(tx, &a.ID); err != nil {
			return audit.Change{}, err
		}
		err := renew(tx, a, map[string]any{"suspended_at": r.now()})
		return audit.Change{Actor: actor, Action: "person.suspend", Subject: a.Email}, err
	})
}

// LetIn ends a person's suspension: their password works again. Who is not suspended
// stays as they are.
func (r *Registry) LetIn(ctx context.Context, id, actor string) error {
	return r.change(ctx, id, func(tx *gorm.DB, a *account) (audit.Change, error) {
		if !a.suspended() {
			return audit.Change{}, errUnchanged
		}
		err := write(tx, a.ID, map[string]any{"suspended_at": moment.Moment("")})
		return audit.Change{Actor: actor, Action: "person.enable", Subject: a.Email}, err
	})
}

func (p Person) suspended() bool { return p.SuspendedAt != "" }

// invitable refuses a link for who could not sign in with it.
func (a account) invitable() error {
	if a.suspended() {
		return fault.New(fault.Conflict, "%s is suspended. End the suspension before you make a link.", a.Email)
	}
	return nil
}
