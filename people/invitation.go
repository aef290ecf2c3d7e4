package people

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/moment"
)

// invitationTime is how long a one-time link works.
const invitationTime = 48 * time.Hour

// invitation is a one-time link. Without a person it is the first admin's.
type invitation struct {
	Hash      []byte `gorm:"primaryKey"`
	PersonID  *string
	ExpiresAt moment.Moment
}

// TableName is the table of the invitations.
func (invitation) TableName() string { return "invitations" }

// invite makes the one link of a person that works.
func (r *Registry) invite(tx *gorm.DB, person *string) (string, error) {
	token, err := r.token()
	if err != nil {
		return "", err
	}
	if err := withdraw(tx, person); err != nil {
		return "", err
	}
	i := invitation{Hash: hashOf(token), PersonID: person, ExpiresAt: moment.Of(r.clock().Add(invitationTime))}
	if err := tx.Create(&i).Error; err != nil {
		return "", fmt.Errorf("make a one-time link: %w", err)
	}
	return token, nil
}

// withdraw ends the links of a person.
func withdraw(tx *gorm.DB, person *string) error {
	links := tx.Where("person_id IS NULL")
	if person != nil {
		links = tx.Where("person_id = ?", *person)
	}
	if err := links.Delete(&invitation{}).Error; err != nil {
		return fmt.Errorf("withdraw the one-time links of a person: %w", err)
	}
	return nil
}

// Invite makes a new one-time link for a person, who can set a new password with
// it; an older link stops working. The password that is there, and who is signed
// in with it, stay until then.
func (r *Registry) Invite(ctx context.Context, id, actor string) (token string, err error) {
	return r.inviting(ctx, id, actor, func(moment.Moment) error { return nil })
}

// InviteAfter is Invite for an admin who was looking at a link that works until
// then, or at none: "". If that is no longer so, the error is a fault.Conflict and
// nothing changes: a form that is sent twice does not end the link that its first
// time told.
func (r *Registry) InviteAfter(ctx context.Context, id, until, actor string) (token string, err error) {
	return r.inviting(ctx, id, actor, func(now moment.Moment) error {
		if now != moment.Moment(until) {
			return fault.New(fault.Conflict, "A link was made for this person already. If it is lost, open the person again and make a new one.")
		}
		return nil
	})
}

// LinkUntil says until when the one-time link of a person works, "" where none does.
func (r *Registry) LinkUntil(ctx context.Context, id string) (moment.Moment, error) {
	return r.linkUntil(r.db.Read.WithContext(ctx), id)
}

func (r *Registry) linkUntil(tx *gorm.DB, id string) (moment.Moment, error) {
	var works []invitation
	if err := tx.Where("person_id = ? AND expires_at > ?", id, r.now()).Find(&works).Error; err != nil {
		return "", fmt.Errorf("read the one-time link of a person: %w", err)
	}
	for _, i := range works {
		return i.ExpiresAt, nil
	}
	return "", nil
}

func (r *Registry) inviting(ctx context.Context, id, actor string, check func(until moment.Moment) error) (token string, err error) {
	err = r.change(ctx, id, func(tx *gorm.DB, a *account) (audit.Change, error) {
		until, err := r.linkUntil(tx, a.ID)
		if err == nil {
			err = cmp.Or(a.invitable(), check(until))
		}
		if err == nil {
			token, err = r.invite(tx, &a.ID)
		}
		if err != nil {
			return audit.Change{}, err
		}
		return audit.Change{Actor: actor, Action: "person.invite", Subject: a.Email}, nil
	})
	return token, err
}

// InviteAgain is Invite for somebody of whom only the address is known. An
// unknown one is a fault.NotFound.
func (r *Registry) InviteAgain(ctx context.Context, email, actor string) (string, error) {
	var a account
	err := r.db.Read.WithContext(ctx).Where("email = ?", fold(email)).Take(&a).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return "", nobody()
	}
	if err != nil {
		return "", fmt.Errorf("read the account: %w", err)
	}
	return r.Invite(ctx, a.ID, actor)
}

// InviteFirst makes the one-time link of the first admin, who names themselves.
// Where an admin was added already there is nothing to do: the token is empty.
// A link that was made before stops working.
func (r *Registry) InviteFirst(ctx context.Context, actor string) (token string, err error) {
	err = r.db.Write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if err := holdFirst(tx); err != nil {
			return err
		}
		if token, err = r.invite(tx, nil); err != nil {
			return err
		}
		return audit.Record(tx, audit.Change{Actor: actor, Action: "person.invite", Subject: "the first admin"})
	})
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	return token, err
}

// Invited is whom a one-time link is for. The first admin's says nothing.
type Invited struct {
	Email string
	Name  string
	First bool // the link of the first admin
}

// Invited tells whom a link is for. One that does not exist, is used up or too
// old is a fault.NotFound.
func (r *Registry) Invited(ctx context.Context, token string) (Invited, error) {
	tx := r.db.Read.WithContext(ctx)
	i, err := r.invitation(tx, token)
	if err != nil || i.PersonID == nil {
		return Invited{First: true}, err
	}
	a, err := find(tx, *i.PersonID)
	return Invited{Email: a.Email, Name: a.Name}, err
}

func (r *Registry) invitation(tx *gorm.DB, token string) (invitation, error) {
	var i invitation
	err := tx.Where("hash = ? AND expires_at > ?", hashOf(token), r.now()).Take(&i).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return i, usedUp()
	}
	if err != nil {
		return i, fmt.Errorf("read a one-time link: %w", err)
	}
	return i, nil
}

func usedUp() error {
	return fault.New(fault.NotFound, "This link was used, replaced or is too old. Ask an admin for a new one.")
}

// Acceptance is what a person says of themselves with a one-time link.
type Acceptance struct {
	Email    string // the first admin's; others keep the address they were invited by
	Name     string // may be empty
	Password string
}

// Accept uses a link up: the person gets this name and password, and whoever was
// signed in as them no longer is. What does not do is a fault.Invalid and leaves
// the link; a link that does not work is a fault.NotFound.
func (r *Registry) Accept(ctx context.Context, token string, said Acceptance) (Person, error) {
	invited, err := r.Invited(ctx, token)
	if err != nil {
		return Person{}, err
	}
	if invited.First {
		invited.Email = fold(said.Email)
	}
	said.Name = trim(said.Name)
	if err := errors.Join(CheckEmail(invited.Email), CheckName(said.Name), CheckPassword(said.Password, invited.Email)); err != nil {
		return Person{}, err
	}
	hash, err := r.hasher.hash(ctx, r.Cost, said.Password)
	if err != nil {
		return Person{}, err
	}
	var a account
	err = r.db.Write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		a, err = r.accepting(tx, token, invited)
		if err != nil {
			return err
		}
		a.Name, a.PasswordHash = said.Name, hash
		if err := renew(tx, &a, map[string]any{"name": said.Name, "password_hash": hash}); err != nil {
			return err
		}
		return audit.Record(tx, audit.Change{Actor: a.Email, Action: "password.set", Subject: a.Email})
	})
	return a.person(), err
}

// accepting finds and holds, or makes, the account that a link is for, and uses the
// link up. The account comes first, as for whoever makes a link of it anew.
func (r *Registry) accepting(tx *gorm.DB, token string, invited Invited) (account, error) {
	i, err := r.invitation(tx, token)
	if err != nil {
		return account{}, err
	}
	var a account
	if i.PersonID != nil {
		a, err = find(tx.Clauses(hold()), *i.PersonID)
	} else {
		err = holdFirst(tx)
	}
	if err != nil {
		return account{}, err
	}
	used := tx.Delete(&i)
	if used.Error != nil {
		return account{}, fmt.Errorf("use a one-time link up: %w", used.Error)
	}
	if used.RowsAffected == 0 { // somebody was faster
		return account{}, usedUp()
	}
	if i.PersonID != nil {
		return a, nil
	}
	a = account{Person: Person{ID: uuid.NewString(), Email: invited.Email, Role: Admin, CreatedAt: r.now()}}
	return a, insert(tx, a)
}

// holdFirst lets one after the other make or use the link of the first admin. Where
// there is an admin by now, no such link works.
func holdFirst(tx *gorm.DB) error {
	if _, err := readDistrict(tx.Clauses(hold())); err != nil {
		return err
	}
	var admins int64
	if err := tx.Model(&account{}).Where("role = ?", Admin).Count(&admins).Error; err != nil {
		return fmt.Errorf("count the admins: %w", err)
	}
	if admins > 0 {
		return usedUp()
	}
	return nil
}
