package people_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/people"
)

var errLeft = errors.New("who would have to wait left")

// guesser is a server as one who guesses sees it: they try again sooner than they
// would be answered.
func (h *house) guesser() *people.Registry {
	r := h.server()
	r.Wait = func(context.Context, time.Duration) error { return errLeft }
	return r
}

// guess tries a wrong password twice a second, each time from the next address, and
// counts how often it was looked at.
func (h *house) guess(email string, times int, client func(i int) string) (looked int) {
	h.t.Helper()
	r := h.guesser()
	for i := range times {
		_, err := r.SignIn(ctx, email, "wrong", people.Origin{Client: client(i)})
		switch {
		case err == people.ErrWrong:
			looked++
		case err != people.ErrTooOften && err != errLeft:
			h.t.Fatal(err)
		}
		h.pass(time.Second / 2)
	}
	return looked
}

func one(int) string { return "198.51.100.1" }

func few(i int) string { return fmt.Sprintf("198.51.100.%d", i%12) }

func many(i int) string { return fmt.Sprintf("2001:db8:%x::1", i) }

// enter signs in and tells how long it took to be the turn.
func (h *house) enter(email string, from people.Origin) (people.Entry, time.Duration, error) {
	h.t.Helper()
	var waited time.Duration
	r := h.server()
	r.Wait = func(_ context.Context, d time.Duration) error {
		waited += d
		h.pass(d)
		return nil
	}
	in, err := r.SignIn(ctx, email, password, from)
	return in, waited, err
}

func TestTheRightPasswordWorksAtOnceWhileSomebodyGuesses(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add(ada, people.Admin)
		for _, from := range []func(int) string{one, few} {
			if looked := h.guess(ada, 120, from); looked > 60 {
				t.Errorf("%d of 120 guesses were looked at", looked)
			}
			if _, waited, err := h.enter(ada, people.Origin{Client: home}); err != nil || waited > 0 {
				t.Errorf("the right password waited %s, err %v", waited, err)
			}
		}
	})
}

func TestAKnownDeviceWaitsForNobodyWhoGuesses(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add(ada, people.Admin)
		in, _, err := h.enter(ada, people.Origin{Client: home})
		if err != nil {
			t.Fatal(err)
		}
		for name, from := range map[string]func(int) string{"one": one, "many": many, "its own": func(int) string { return home }} {
			h.guess(ada, 100, from)
			again, waited, err := h.enter(ada, people.Origin{Client: home, Device: in.Device})
			if err != nil || waited > 0 || !h.in(again.Session) {
				t.Errorf("guesses from %s: the device waited %s, err %v", name, waited, err)
			}
			in = again
		}
	})
}

func TestADeviceIsKnownToItsAccountInItsEpochAndForItsTime(t *testing.T) {
	h := newHouse(t, dbtest.New(t, database.SQLite))
	h.add(ada, people.Admin)
	first, _, err := h.enter(ada, people.Origin{Client: home})
	if err != nil {
		t.Fatal(err)
	}
	p := h.add(bo, people.Auditor)
	both, _, err := h.enter(bo, people.Origin{Client: home, Device: first.Device})
	if err != nil {
		t.Fatal(err)
	}
	known := func(why, email, device string, want bool) {
		t.Helper()
		for range 11 { // one more than are taken of one address
			_, _ = h.guesser().SignIn(ctx, email, "wrong", people.Origin{Client: "203.0.113.5"})
		}
		_, waited, err := h.enter(email, people.Origin{Client: "203.0.113.5", Device: device})
		if is := err == nil && waited == 0; is != want {
			t.Errorf("%s: known %t, want %t (waited %s, err %v)", why, is, want, waited, err)
		}
		h.pass(time.Hour)
	}
	known("both accounts, the older", ada, both.Device, true)
	known("both accounts, the newer", bo, both.Device, true)
	known("another account's device", bo, first.Device, false)
	known("nothing", bo, "", false)
	known("something made up", bo, strings.Repeat("A", len(first.Device)), false)
	other := map[bool]string{true: "C", false: "B"}[first.Device[0] == 'B']
	known("an altered one", ada, other+first.Device[1:], false)
	h.pass(people.DeviceTime - 24*time.Hour)
	known("before its time is over", ada, first.Device, true)
	h.pass(24 * time.Hour)
	known("after its time", ada, first.Device, false)
	fresh, _, err := h.enter(bo, people.Origin{Client: home})
	if err != nil {
		t.Fatal(err)
	}
	known("anew", bo, fresh.Device, true)
	if err := h.SignOutEverywhere(ctx, p.ID, bo); err != nil {
		t.Fatal(err)
	}
	known("after signing out everywhere", bo, fresh.Device, false)
	if err := h.Remove(ctx, p.ID, ada); err != nil {
		t.Fatal(err)
	}
	h.add(bo, people.Auditor)
	known("of an account that was removed and added anew", bo, fresh.Device, false)
}

func TestAKnownDeviceHasALimitOfItsOwn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add(ada, people.Admin)
		in, _, err := h.enter(ada, people.Origin{Client: home})
		if err != nil {
			t.Fatal(err)
		}
		looked := 0
		for range 15 {
			if _, err := h.guesser().SignIn(ctx, ada, "wrong", people.Origin{Client: home, Device: in.Device}); err == people.ErrWrong {
				looked++
			}
		}
		if looked != 10 {
			t.Errorf("%d guesses of a known device were looked at, want 10", looked)
		}
		if _, waited, err := h.enter(ada, people.Origin{Client: home}); err != nil || waited > 0 {
			t.Errorf("it keeps strangers waiting: %s, %v", waited, err)
		}
	})
}

// The bound holds whatever the addresses, and for all servers together.
func TestNoMorePasswordsAreLookedAtThanIsStated(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add(ada, people.Admin)
		servers := []*people.Registry{h.server(), h.server()}
		start, looked := h.clock(), 0
		for i := 0; h.clock().Sub(start) < 3*time.Minute; i++ {
			_, err := servers[i%2].SignIn(ctx, ada, "wrong", people.Origin{Client: many(i)})
			if err == people.ErrWrong {
				looked++
			} else if err != people.ErrTooOften {
				t.Fatal(err)
			}
		}
		inADay := 24 * time.Hour / (3 * time.Minute)
		most := 60 + (people.GuessesADay()-60)/int(inADay) + 2 // 60 at once, and the last, that waited
		if looked > most || looked < most-3 {
			t.Errorf("%d passwords were looked at, want %d", looked, most)
		}
	})
}

func TestTheReadmeStatesHowManyPasswordsCanBeTried(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{people.GuessesADay(), people.GuessesADayOfADevice()} {
		if want := fmt.Sprintf("%d,%03d passwords", n/1000, n%1000); !strings.Contains(string(readme), want) {
			t.Errorf("README.md does not say %q", want)
		}
	}
}

func TestOneClientCannotTryManyAccounts(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add(ada, people.Admin)
		r := h.guesser()
		for i := range 40 {
			client := fmt.Sprintf("2001:db8::%d", i+1) // all of one network
			_, err := r.SignIn(ctx, fmt.Sprintf("guess%d@example.org", i), "wrong", people.Origin{Client: client})
			if looked := err == people.ErrWrong; looked != (i < 30) {
				t.Fatalf("guess %d: %v", i, err)
			}
		}
		if _, waited, err := h.enter(ada, people.Origin{Client: home}); err != nil || waited > 0 {
			t.Errorf("from elsewhere: waited %s, err %v", waited, err)
		}
	})
}

func TestAnUnknownAddressIsSlowedDownAsAKnownOneIs(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add(ada, people.Admin)
		h.pass(time.Hour)
		course := func(email, client string) (told []string) {
			for range 14 {
				r := h.server()
				waited := time.Duration(0)
				r.Wait = func(_ context.Context, d time.Duration) error { waited = d; return nil }
				h.store.Trace.Take()
				_, err := r.SignIn(ctx, email, "wrong", people.Origin{Client: client})
				told = append(told, fmt.Sprint(err, waited, len(h.store.Trace.Take())))
			}
			return told
		}
		known, unknown := course(ada, "203.0.113.1"), course("nobody@example.org", "203.0.113.2")
		if fmt.Sprint(known) != fmt.Sprint(unknown) {
			t.Errorf("known:\n%s\nunknown:\n%s", strings.Join(known, "\n"), strings.Join(unknown, "\n"))
		}
	})
}

func TestWhoIsSignedInAndForgotThePasswordWaitsForNoStranger(t *testing.T) {
	h := newHouse(t, dbtest.New(t, database.SQLite))
	p := h.add(ada, people.Admin)
	h.guess(ada, 100, many)
	if _, err := h.guesser().ChangePassword(ctx, p.ID, password, other); err != nil {
		t.Errorf("changing the password while others guess: %v", err)
	}
	wrong := 0
	for range 12 {
		if _, err := h.guesser().ChangePassword(ctx, p.ID, "wrong", password); err == people.ErrWrong {
			wrong++
		}
	}
	if wrong != 10 {
		t.Errorf("%d wrong ones were looked at, want 10", wrong)
	}
}

// While strangers stand in line to have passwords looked at, a known device does not.
func TestStrangersDoNotStandInTheWayOfKnownDevices(t *testing.T) {
	h := newHouse(t, dbtest.New(t, database.SQLite))
	h.add(ada, people.Admin)
	r := h.server()
	r.Cost = people.New(h.store.DB, h.key, h.clock, rand.Reader).Cost // the line is long
	in, err := r.SignIn(ctx, ada, password, people.Origin{Client: home})
	if err != nil {
		t.Fatal(err)
	}
	const crowd = 90
	var ended atomic.Int32
	told := make(chan error, crowd)
	for i := range crowd {
		go func() {
			_, err := r.SignIn(ctx, fmt.Sprintf("guess%d@example.org", i), "wrong", people.Origin{Client: many(i)})
			ended.Add(1)
			told <- err
		}()
	}
	if _, err := r.SignIn(ctx, ada, password, people.Origin{Client: home, Device: in.Device}); err != nil {
		t.Error(err)
	}
	if n := ended.Load(); n == crowd {
		t.Error("the known device came last")
	}
	for range crowd {
		if err := <-told; err != people.ErrWrong && err != people.ErrTooOften {
			t.Error(err)
		}
	}
}

func TestWhoWaitsAndHangsUpIsNotLookedAt(t *testing.T) {
	h := newHouse(t, dbtest.New(t, database.SQLite))
	h.add(ada, people.Admin)
	h.guess(ada, 100, many)
	r := people.New(h.store.DB, h.key, h.clock, nil) // that waits for good
	gone, hangUp := context.WithCancel(ctx)
	hangUp()
	before := len(h.record())
	if _, err := r.SignIn(gone, ada, password, people.Origin{Client: home}); err == nil || fault.Is(err, fault.Unauthenticated) {
		t.Errorf("looked at: %v", err)
	}
	if len(h.record()) != before {
		t.Error("it is on record")
	}
}
