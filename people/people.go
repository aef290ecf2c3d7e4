package people

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/secret"
)

// Role is what a person may do in the rooms.
type Role string

// The roles.
const (
	Admin   Role = "admin"   // everything
	Auditor Role = "auditor" // sees everything but values of the roster, and changes nothing
)

// Roles lists every role.
func Roles() []Role { return []Role{Admin, Auditor} }

// Person is somebody who may sign in. Times are UTC with milliseconds.
type Person struct {
	ID         string        `json:"id"`
	Email      string        `json:"email"` // in small letters; also the actor of what the person does
	Name       string        `json:"name"`  // may be empty
	Role       Role          `json:"role"`
	CreatedAt  moment.Moment `json:"created_at"`
	SignedInAt moment.Moment `json:"signed_in_at,omitempty"` // the last time; empty if never
	Waiting    bool          `json:"waiting" gorm:"-"`       // has not set a password yet

	SuspendedAt moment.Moment `json:"suspended_at,omitempty"` // since when the person may not sign in; empty if they may
}

// Called is how to address the person: the name, or else the e-mail address.
func (p Person) Called() string {
	if p.Name != "" {
		return p.Name
	}
	return p.Email
}

// Short is Called where there is little room: of an e-mail address, what is
// before the @.
func (p Person) Short() string {
	short, _, _ := strings.Cut(p.Called(), "@")
	return short
}

// account is a person with what nobody is to see.
type account struct {
	Person
	PasswordHash string // empty until one is set
	Epoch        int64  // sessions of an earlier one are over
}

// TableName is the table of the people.
func (account) TableName() string { return "people" }

func (a account) person() Person {
	p := a.Person
	p.Waiting = a.PasswordHash == ""
	return p
}

// Registry is the door to the people. It is safe for concurrent use.
type Registry struct {
	db      *database.Database
	clock   func() time.Time
	random  io.Reader
	hasher  *hasher
	limits  *limits
	devices devices

	// Wait lets an attempt to sign in wait for its turn.
	Wait func(context.Context, time.Duration) error

	// Cost is what a hash takes that is made from now on: what New sets, except in tests
	// about something else.
	Cost Cost
}

// New opens the registry of a migrated store. All servers on it have the same key,
// which marks devices. Random is crypto/rand.Reader outside tests.
func New(db *database.Database, key secret.Key, clock func() time.Time, random io.Reader) *Registry {
	return &Registry{
		db: db, clock: clock, random: random, Wait: sleep, Cost: costToday(), hasher: newHasher(random),
		limits: newLimits(db, clock, key.Derive("sign-in allowances")), devices: devices{key.Derive("devices"), random, clock},
	}
}

func (r *Registry) now() moment.Moment { return moment.Of(r.clock()) }

// List lists everybody by e-mail address.
func (r *Registry) List(ctx context.Context) ([]Person, error) {
	var all []account
	if err := r.db.Read.WithContext(ctx).Order("email").Find(&all).Error; err != nil {
		return nil, fmt.Errorf("list the people: %w", err)
	}
	people := make([]Person, len(all))
	for i, a := range all {
		people[i] = a.person()
	}
	return people, nil
}

// Find reads a person by id. An unknown id is a fault.NotFound.
func (r *Registry) Find(ctx context.Context, id string) (Person, error) {
	a, err := find(r.db.Read.WithContext(ctx), id)
	return a.person(), err
}

// NewPerson is whom Add adds.
type NewPerson struct {
	Email string
	Name  string // may be empty
	Role  Role
}

// Add adds a person and returns the token of the one-time link with which they
// set their password. What does not do is a fault.Invalid, an address that is
// there already a fault.Conflict.
func (r *Registry) Add(ctx context.Context, wanted NewPerson, actor string) (Person, string, error) {
	a, err := r.account(wanted)
	if err != nil {
		return Person{}, "", err
	}
	var token string
	err = r.db.Write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if a.Role == Admin { // in the order of who uses the link of the first one
			if _, err := readDistrict(tx.Clauses(hold())); err != nil {
				return err
			}
		}
		if err := insert(tx, a); err != nil {
			return err
		}
		if token, err = r.invite(tx, &a.ID); err != nil {
			return err
		}
		if a.Role == Admin { // the link of the first one has done its duty
			if err := withdraw(tx, nil); err != nil {
				return err
			}
		}
		return audit.Record(tx, audit.Change{Actor: actor, Action: "person.add", Subject: a.Email, After: map[string]Role{"role": a.Role}})
	})
	if err != nil {
		return Person{}, "", err
	}
	return a.person(), token, nil
}

// account makes an account of what was asked for, if that will do.
func (r *Registry) account(wanted NewPerson) (account, error) {
	a := account{Person: Person{
		ID: uuid.NewString(), Email: fold(wanted.Email), Name: trim(wanted.Name), Role: wanted.Role, CreatedAt: r.now(),
	}}
	return a, errors.Join(CheckEmail(a.Email), CheckName(a.Name), CheckRole(a.Role))
}

func insert(tx *gorm.DB, a account) error {
	done := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&a)
	if done.Error != nil {
		return fmt.Errorf("add a person: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		return fault.New(fault.Conflict, "%s was added already. Enter another address, or make a new link for that person.", a.Email)
	}
	return nil
}

// SetRole gives a person another role. The last admin's is a fault.Conflict.
func (r *Registry) SetRole(ctx context.Context, id string, role Role, actor string) error {
	if err := CheckRole(role); err != nil {
		return err
	}
	return r.change(ctx, id, func(tx *gorm.DB, a *account) (audit.Change, error) {
		before := a.Role
		if before == role {
			return audit.Change{}, errUnchanged
		}
		if err := spareLastAdmin(tx, *a); err != nil {
			return audit.Change{}, err
		}
		if err := write(tx, a.ID, map[string]any{"role": role}); err != nil {
			return audit.Change{}, err
		}
		return audit.Change{
			Actor: actor, Action: "person.role", Subject: a.Email,
			Before: map[string]Role{"role": before}, After: map[string]Role{"role": role},
		}, nil
	})
}

// Remove removes a person and ends their sessions and links. The last admin
// cannot be removed: a fault.Conflict.
func (r *Registry) Remove(ctx context.Context, id, actor string) error {
	return r.change(ctx, id, func(tx *gorm.DB, a *account) (audit.Change, error) {
		if err := spareLastAdmin(tx, *a); err != nil {
			return audit.Change{}, err
		}
		change := audit.Change{Actor: actor, Action: "person.remove", Subject: a.Email, Before: map[string]Role{"role": a.Role}}
		return change, tx.Delete(a).Error
	})
}

// spareLastAdmin refuses to go on where this admin can sign in, and no other could any
// more. Who was only invited, by an address with a slip of the pen say, can go.
func spareLastAdmin(tx *gorm.DB, a account) error {
	if a.Role != Admin || a.PasswordHash == "" || a.suspended() {
		return nil
	}
	var others int64
	err := tx.Model(&account{}).Where("role = ? AND password_hash <> '' AND suspended_at = '' AND id <> ?", Admin, a.ID).Count(&others).Error
	if err != nil {
		return fmt.Errorf("count the admins: %w", err)
	}
	if others == 0 {
		return fault.New(fault.Conflict, "%s is the last admin who can sign in. Add another admin first.", a.Email)
	}
	return nil
}

func find(tx *gorm.DB, id string) (account, error) {
	var a account
	if uuid.Validate(id) != nil {
		return a, nobody()
	}
	err := tx.Where("id = ?", id).Take(&a).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return a, nobody()
	}
	if err != nil {
		return a, fmt.Errorf("read a person: %w", err)
	}
	return a, nil
}

func nobody() error { return fault.New(fault.NotFound, "There is no such person.") }

// token makes a token of a link or a session, 43 characters that fit a URL.
func (r *Registry) token() (string, error) {
	raw := make([]byte, 32)
	if _, err := io.ReadFull(r.random, raw); err != nil {
		return "", fmt.Errorf("make a token: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(raw), nil
}

// hashOf is how a token is kept.
func hashOf(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// Password makes a random password of 24 characters, for accounts that no
// person sets up.
func Password() string { return rand.Text()[:24] }
