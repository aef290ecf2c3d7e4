package people

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/proxies"
)

// ErrTooOften is the answer to somebody who would have to wait too long before a
// password is looked at. It is the same whether or not the account exists.
var ErrTooOften = fault.New(fault.Unavailable, "Too many attempts. Wait a few minutes and try again.")

// Patience is how long an attempt waits for its turn before it is told ErrTooOften.
const Patience = 20 * time.Second

// allowance is how many attempts are taken at once, and after which pause one more. Some
// of them are kept for those who spent little elsewhere.
type allowance struct {
	name  string
	burst int
	kept  int
	pause time.Duration
	most  time.Duration // that it takes to be whole again; 0 where it is never that long
}

// What wrong passwords are counted by. A right one costs nothing.
func perAccount() allowance { return allowance{"account", 60, 50, 10 * time.Second, 0} } // by all strangers together
func perPair() allowance    { return allowance{"pair", 10, 0, 15 * time.Second, 0} }     // by a stranger's address
func perClient() allowance  { return allowance{"client", 30, 0, 5 * time.Second, 0} }    // by an address, of all accounts
func perDevice() allowance  { return allowance{"device", 10, 0, 30 * time.Second, 0} }   // by a device that signed in before
func perPerson() allowance  { return allowance{"person", 10, 0, 30 * time.Second, 0} }   // by somebody who is signed in

// perHabit keeps nobody waiting. It remembers for a day at most which addresses tried
// an account's password wrong again and again: what is kept of the account's allowance
// is not for them.
func perHabit() allowance { return allowance{"habit", 25, 0, time.Hour, 24 * time.Hour} }

// little is how many wrong passwords are no habit yet.
const little = 1

// aDay is how many attempts an allowance takes in a day, from whole on.
func (a allowance) aDay() int { return a.burst + int(24*time.Hour/a.pause) }

// GuessesADay is how many passwords of an account can be tried in a day from all
// addresses together, at all servers together, by whoever never signed in to it.
func GuessesADay() int { return perAccount().aDay() }

// GuessesADayOfADevice is how many passwords of an account can be tried in a day by a
// device from which somebody signed in to it.
func GuessesADayOfADevice() int { return perDevice().aDay() }

// buckets is how many counters there are of each allowance. What is counted shares
// them by a hash that nobody outside can compute: there are never more, whoever comes,
// and nothing that comes later can push a counter out.
const buckets = 1 << 14

// mostWaiting is how many attempts wait at one server.
const mostWaiting = 256

// limits counts attempts in the store: all servers on it count together.
type limits struct {
	db      *database.Database
	clock   func() time.Time
	key     []byte
	waiting chan struct{}
}

func newLimits(db *database.Database, clock func() time.Time, key []byte) *limits {
	return &limits{db: db, clock: clock, key: key, waiting: make(chan struct{}, mostWaiting)}
}

// spending is one attempt as an allowance counts it.
type spending struct {
	allowance
	bucket int64
	all    bool // may spend what is kept, too
}

// spend is an attempt of what the words name.
func (l *limits) spend(a allowance, words ...string) spending {
	sum := hmac.New(sha256.New, l.key)
	for _, word := range append([]string{a.name}, words...) {
		fmt.Fprintf(sum, "%d %s", len(word), word)
	}
	place := slices.Index([]string{"account", "pair", "client", "device", "person", "habit"}, a.name)
	return spending{a, int64(place)*buckets + int64(binary.BigEndian.Uint64(sum.Sum(nil))%buckets), true}
}

// ofStranger are what an attempt of somebody costs who never signed in to the account.
// Without an address it is the command line's.
func (l *limits) ofStranger(email, client string) []spending {
	all := []spending{l.spend(perAccount(), email)}
	if client != "" {
		block := proxies.Block(client)
		all = append(all, l.spend(perPair(), email, block), l.spend(perClient(), block), l.spend(perHabit(), email, block))
	}
	return all
}

// wait is how long an attempt has to wait whose spending leaves an allowance whole at
// that time.
func (s spending) wait(whole, now int64) time.Duration {
	free := s.burst
	if !s.all {
		free -= s.kept
	}
	return max(0, time.Duration(whole-now)*time.Millisecond-time.Duration(free)*s.pause)
}

// after is when an allowance is whole again after one more attempt.
func (s spending) after(whole, now int64) int64 {
	return min(max(whole, now)+s.pause.Milliseconds(), s.latest(now))
}

// latest is when an allowance is whole again at the latest.
func (s spending) latest(now int64) int64 {
	return now + cmp.Or(s.most, time.Duration(s.burst)*s.pause+2*Patience+2*s.pause).Milliseconds()
}

// take spends one attempt of each allowance, or none, and tells how long to wait for
// the turn. Whoever would have to wait too long is told ErrTooOften at once, for the
// price of a reading.
func (l *limits) take(ctx context.Context, all []spending) (time.Duration, error) {
	now := l.clock().UnixMilli()
	if err := l.look(ctx, all, now); err != nil {
		return 0, err
	}
	var wait time.Duration
	err := l.db.Write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		wait = 0
		for _, s := range all { // in the order of look, so that two never wait for each other
			var whole int64
			latest, pause := s.latest(now), s.pause.Milliseconds()
			if err := tx.Raw(`INSERT INTO sign_in_allowances (bucket, whole_at) VALUES (?, ?) ON CONFLICT (bucket) DO UPDATE
				SET whole_at = CASE WHEN sign_in_allowances.whole_at <= ? THEN excluded.whole_at
					WHEN sign_in_allowances.whole_at > ? THEN ? ELSE sign_in_allowances.whole_at + ? END RETURNING whole_at`,
				s.bucket, s.after(0, now), now, latest-pause, latest, pause).Row().Scan(&whole); err != nil {
				return fmt.Errorf("count an attempt to sign in: %w", err)
			}
			wait = max(wait, s.wait(whole, now))
		}
		if wait > Patience {
			return ErrTooOften
		}
		return nil
	})
	return wait, err
}

// look orders what is to be spent, finds whether all of it may be, and refuses what
// has no chance.
func (l *limits) look(ctx context.Context, all []spending, now int64) error {
	slices.SortFunc(all, func(a, b spending) int { return cmp.Compare(a.bucket, b.bucket) })
	whole := map[int64]int64{}
	for _, s := range all {
		var found []int64
		if err := l.db.Read.WithContext(ctx).Table("sign_in_allowances").Where("bucket = ?", s.bucket).Pluck("whole_at", &found).Error; err != nil {
			return fmt.Errorf("read the attempts to sign in: %w", err)
		}
		for _, at := range found {
			whole[s.bucket] = at
		}
	}
	spentLittle := true
	for _, s := range all {
		if s.name == "habit" && time.Duration(whole[s.bucket]-now)*time.Millisecond > little*s.pause {
			spentLittle = false
		}
	}
	for i := range all {
		all[i].all = spentLittle
		if all[i].wait(all[i].after(whole[all[i].bucket], now), now) > Patience {
			return ErrTooOften
		}
	}
	return nil
}

// turn takes an attempt and waits for its turn.
func (l *limits) turn(ctx context.Context, all []spending, sleep func(context.Context, time.Duration) error) error {
	wait, err := l.take(ctx, all)
	if err != nil || wait == 0 {
		return err
	}
	select {
	case l.waiting <- struct{}{}:
		defer func() { <-l.waiting }()
		return sleep(ctx, wait)
	default:
		return ErrTooOften
	}
}

// giveBack gives back what an attempt spent: the password was right.
func (l *limits) giveBack(tx *gorm.DB, all []spending) error {
	for _, s := range all {
		err := tx.Exec("UPDATE sign_in_allowances SET whole_at = whole_at - ? WHERE bucket = ?", s.pause.Milliseconds(), s.bucket).Error
		if err != nil {
			return fmt.Errorf("give an attempt to sign in back: %w", err)
		}
	}
	return nil
}

// sleep waits, unless the context ends first.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return fault.New(fault.Unavailable, "waiting for a turn to sign in: %w", ctx.Err())
	}
}
