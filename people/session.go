package people

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/moment"
)

// How long somebody stays signed in: after the last page, and at most.
const (
	IdleTime     = time.Hour
	AbsoluteTime = 12 * time.Hour

	// touchTime is how old the note of the last page may grow. A page is then
	// seldom a write.
	touchTime = 2 * time.Minute

	// touchPatience is how long a page waits to note itself. On SQLite a long
	// import may be writing; the next page tries again.
	touchPatience = 100 * time.Millisecond
)

// session is somebody who is signed in.
type session struct {
	Hash      []byte `gorm:"primaryKey"`
	PersonID  string
	Epoch     int64
	StartedAt moment.Moment
	SeenAt    moment.Moment
}

// TableName is the table of the sessions.
func (session) TableName() string { return "sessions" }

// ErrWrong is the answer to a wrong password and to an unknown address.
var ErrWrong = fault.New(fault.Unauthenticated, "The e-mail address or the password is wrong.")

// Origin is where somebody who signs in comes from.
type Origin struct {
	Client string // the network address; empty for the command line
	Device string // what an earlier sign-in from there returned; empty where none did
}

// Entry is what a sign-in gives.
type Entry struct {
	Person  Person
	Session string // the token of the session, new each time
	Device  string // to be kept there for DeviceTime: it makes the next sign-in that of a known device
}

// SignIn begins a session. Strangers wait for one another, and after Patience are
// told ErrTooOften; a device that signed in to the account before waits for none of
// them. ErrWrong and ErrTooOften are the same, and take the same work, whether or not
// there is such an account; to put them on record is the caller's.
func (r *Registry) SignIn(ctx context.Context, email, password string, from Origin) (Entry, error) {
	email = fold(email)
	a, err := r.byEmail(ctx, email)
	if err != nil {
		return Entry{}, err
	}
	spent, line := r.limits.ofStranger(email, from.Client), r.hasher.strangers
	if m, known := r.devices.known(from.Device, a); known {
		spent, line = []spending{r.limits.spend(perDevice(), a.ID, string(m.device[:]))}, r.hasher.known
	}
	if err := r.limits.turn(ctx, spent, r.Wait); err != nil {
		return Entry{}, err
	}
	right, err := r.hasher.matches(ctx, line, r.Cost, password, a.PasswordHash)
	if err != nil {
		return Entry{}, err
	}
	if !right || a.suspended() {
		return Entry{}, ErrWrong
	}
	in := Entry{Person: a.person()}
	if in.Device, err = r.devices.remember(from.Device, a); err != nil {
		return Entry{}, err
	}
	err = r.db.Write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if in.Session, err = r.begin(tx, a); err != nil {
			return err
		}
		if err := r.limits.giveBack(tx, spent); err != nil {
			return err
		}
		return audit.Record(tx, audit.Change{Actor: a.Email, Action: "person.signin", Subject: a.Email, After: origin(from.Client)})
	})
	if err != nil {
		return Entry{}, err
	}
	return in, nil
}

// Remember makes a device known to somebody who just proved there who they are, by a
// one-time link or the password, as SignIn does. Had is what the device has.
func (r *Registry) Remember(ctx context.Context, id, had string) (string, error) {
	a, err := find(r.db.Read.WithContext(ctx), id)
	if err != nil {
		return "", err
	}
	return r.devices.remember(had, a)
}

// byEmail reads the account of an address in its one form, the zero account where
// there is none.
func (r *Registry) byEmail(ctx context.Context, email string) (account, error) {
	var found []account
	if CheckEmail(email) != nil {
		return account{}, nil
	}
	if err := r.db.Read.WithContext(ctx).Where("email = ?", email).Limit(1).Find(&found).Error; err != nil {
		return account{}, fmt.Errorf("read the account: %w", err)
	}
	if len(found) == 0 {
		return account{}, nil
	}
	return found[0], nil
}

// noteFailure puts on record that whoever is signed in did not know the password. How
// often they can try bounds it.
func (r *Registry) noteFailure(ctx context.Context, email string) error {
	err := r.db.Write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		return audit.Record(tx, audit.Change{Actor: "unknown", Action: "person.signin-failed", Subject: email})
	})
	if err != nil {
		return err
	}
	return ErrWrong
}

func origin(client string) map[string]string { return map[string]string{"from": client} }

// begin begins a session, and forgets those that are over.
func (r *Registry) begin(tx *gorm.DB, a account) (string, error) {
	token, err := r.token()
	if err != nil {
		return "", err
	}
	now := r.clock()
	// The person's row first: a session takes a weaker hold of it, and to strengthen
	// that can meet somebody who waits for the row.
	noted := tx.Model(&account{}).Where("id = ? AND epoch = ?", a.ID, a.Epoch).Update("signed_in_at", moment.Of(now))
	if noted.Error != nil {
		return "", fmt.Errorf("note a sign-in: %w", noted.Error)
	}
	if noted.RowsAffected == 0 { // since the password was looked at, it was changed, or the person removed
		return "", ErrWrong
	}
	s := session{Hash: hashOf(token), PersonID: a.ID, Epoch: a.Epoch, StartedAt: moment.Of(now), SeenAt: moment.Of(now)}
	if err := tx.Create(&s).Error; err != nil {
		return "", fmt.Errorf("begin a session: %w", err)
	}
	return token, forget(tx, now)
}

// forget drops the sessions that are over, of whomever they are; but for those that
// somebody else is ending, for whom two would wait for each other.
func forget(tx *gorm.DB, now time.Time) error {
	over := tx.Model(&session{}).Select("hash").Where("started_at < ?", moment.Of(now.Add(-AbsoluteTime))).
		Clauses(clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"})
	if err := tx.Where("hash IN (?)", over).Delete(&session{}).Error; err != nil {
		return fmt.Errorf("forget the sessions that are over: %w", err)
	}
	return nil
}

// SignedIn tells who a session is of, and extends it. A session that is over,
// for whatever reason, is a fault.Unauthenticated.
func (r *Registry) SignedIn(ctx context.Context, token string) (Person, error) {
	now := r.clock()
	var found struct {
		Account account `gorm:"embedded"`
		SeenAt  moment.Moment
	}
	err := r.db.Read.WithContext(ctx).Table("sessions").
		Select("people.*, sessions.seen_at").
		Joins("JOIN people ON people.id = sessions.person_id AND people.epoch = sessions.epoch").
		Where("hash = ? AND started_at > ? AND seen_at > ? AND people.suspended_at = ''", hashOf(token), moment.Of(now.Add(-AbsoluteTime)), moment.Of(now.Add(-IdleTime))).
		Take(&found).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return Person{}, fault.New(fault.Unauthenticated, "Sign in to go on.")
	}
	if err != nil {
		return Person{}, fmt.Errorf("read a session: %w", err)
	}
	if found.SeenAt < moment.Of(now.Add(-touchTime)) {
		r.touch(ctx, token, now)
	}
	return found.Account.person(), nil
}

// touch extends a session, if nobody keeps it waiting.
func (r *Registry) touch(ctx context.Context, token string, now time.Time) {
	ctx, stop := context.WithTimeout(ctx, touchPatience)
	defer stop()
	_ = r.db.Write.WithContext(ctx).Model(&session{}).Where("hash = ?", hashOf(token)).Update("seen_at", moment.Of(now)).Error
}

// SignOut ends a session. One that is over already is no error.
func (r *Registry) SignOut(ctx context.Context, token string, actor string) error {
	return r.db.Write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		done := tx.Where("hash = ?", hashOf(token)).Delete(&session{})
		if done.Error != nil {
			return fmt.Errorf("end a session: %w", done.Error)
		}
		if done.RowsAffected == 0 {
			return nil
		}
		return audit.Record(tx, audit.Change{Actor: actor, Action: "person.signout", Subject: actor})
	})
}

// SignOutEverywhere ends every session of a person.
func (r *Registry) SignOutEverywhere(ctx context.Context, id, actor string) error {
	return r.change(ctx, id, func(tx *gorm.DB, a *account) (audit.Change, error) {
		return audit.Change{Actor: actor, Action: "person.signout-everywhere", Subject: a.Email}, renew(tx, a, map[string]any{})
	})
}

// renew begins a new epoch of an account that the transaction holds, with the columns
// that change: all of its sessions are over.
func renew(tx *gorm.DB, a *account, columns map[string]any) error {
	a.Epoch++
	columns["epoch"] = a.Epoch
	if err := write(tx, a.ID, columns); err != nil {
		return err
	}
	if err := tx.Where("person_id = ?", a.ID).Delete(&session{}).Error; err != nil {
		return fmt.Errorf("end the sessions of a person: %w", err)
	}
	return nil
}

// ChangePassword gives a person who knows the current password a new one, ends
// every session of theirs and begins a new one, whose token it returns. A wrong
// current password is ErrWrong, a new one that will not do a fault.Invalid.
func (r *Registry) ChangePassword(ctx context.Context, id, current, wanted string) (token string, err error) {
	known, err := find(r.db.Read.WithContext(ctx), id)
	if err != nil {
		return "", err
	}
	if err := CheckPassword(wanted, known.Email); err != nil {
		return "", err
	}
	spent := []spending{r.limits.spend(perPerson(), known.ID)}
	if err := r.limits.turn(ctx, spent, r.Wait); err != nil {
		return "", err
	}
	right, err := r.hasher.matches(ctx, r.hasher.known, r.Cost, current, known.PasswordHash)
	if err != nil {
		return "", err
	}
	if !right {
		return "", r.noteFailure(ctx, known.Email)
	}
	hash, err := r.hasher.hash(ctx, r.Cost, wanted)
	if err != nil {
		return "", err
	}
	err = r.change(ctx, id, func(tx *gorm.DB, a *account) (audit.Change, error) {
		if a.PasswordHash != known.PasswordHash || a.Epoch != known.Epoch || a.suspended() {
			return audit.Change{}, fault.New(fault.Conflict, "the password was changed, or every session ended, meanwhile")
		}
		if err := renew(tx, a, map[string]any{"password_hash": hash}); err != nil {
			return audit.Change{}, err
		}
		if err := r.limits.giveBack(tx, spent); err != nil {
			return audit.Change{}, err
		}
		token, err = r.begin(tx, *a)
		return audit.Change{Actor: a.Email, Action: "password.change", Subject: a.Email}, err
	})
	return token, err
}
