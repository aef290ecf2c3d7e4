package policy_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
)

// shelf is a store of plans with a clock that tests move, and a count of the
// inputs that it asked for.
type shelf struct {
	*policy.Plans
	now   time.Time
	in    policy.Input
	asked atomic.Int64
}

func shelve(t testing.TB, limit int) *shelf {
	t.Helper()
	s := &shelf{now: noon, in: asking(full())}
	s.Plans = policy.NewPlans(engine(t), func() time.Time { return s.now }, limit)
	return s
}

func (s *shelf) input() (policy.Input, error) {
	s.asked.Add(1)
	return s.in, nil
}

func (s *shelf) key(permission int64) policy.PlanKey {
	return policy.NewPlanKey(s.in.App.ID, policy.PermissionRevision{Epoch: 7, Permission: permission}, s.in.TokenScopes, s.in.Expires)
}

func (s *shelf) get(t testing.TB, key policy.PlanKey) *policy.Plan {
	t.Helper()
	plan, err := s.Get(t.Context(), key, s.input)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func (s *shelf) mustHaveAsked(t *testing.T, says string, times int64) {
	t.Helper()
	if got := s.asked.Load(); got != times {
		t.Errorf("%s: asked %d times, want %d", says, got, times)
	}
}

func TestAPlanIsDecidedOnceForAKey(t *testing.T) {
	s := shelve(t, 10)
	first := s.get(t, s.key(1))
	if again := s.get(t, s.key(1)); again != first {
		t.Error("the second plan is another")
	}
	s.mustHaveAsked(t, "one key", 1)
	for says, spoil := range map[string]func(){
		"another app":        func() { s.in.App.ID = "planner" },
		"other scopes":       func() { s.in.TokenScopes = []catalog.TokenScope{catalog.CoreScope} },
		"another expiration": func() { s.in.Expires = noon.Add(time.Hour) },
	} {
		before := s.asked.Load()
		spoil()
		s.get(t, s.key(1))
		s.mustHaveAsked(t, says, before+1)
	}
}

func TestANewerRevisionForgetsTheOlderOnes(t *testing.T) {
	s := shelve(t, 10)
	s.get(t, s.key(1))
	s.in.App.State = policy.Suspended
	if plan := s.get(t, s.key(2)); plan.Allow {
		t.Error("the plan of the old revision is served for the new one")
	}
	s.get(t, s.key(1))
	s.get(t, s.key(1))
	s.mustHaveAsked(t, "an old revision is answered, and not kept", 4)
	s.get(t, s.key(2))
	s.mustHaveAsked(t, "nor does it take away the new one", 4)
}

func TestAnotherEpochForgetsEverything(t *testing.T) {
	s := shelve(t, 10)
	s.get(t, s.key(5))
	restored := s.key(4)
	restored.Revision.Epoch = 8
	s.get(t, restored)
	restored.Revision.Permission = 5
	s.in.App.State = policy.Suspended
	if plan := s.get(t, restored); plan.Allow {
		t.Error("a plan from before the backup was restored is served")
	}
	s.mustHaveAsked(t, "three states", 3)
}

func TestARevisionThatIsGivenTwiceIsAnotherOne(t *testing.T) {
	s := shelve(t, 10)
	lost, again := s.key(5), s.key(5)
	lost.Revision.Mark, again.Revision.Mark = 11, 12
	s.get(t, lost)
	s.in.App.State = policy.Suspended
	if plan := s.get(t, again); plan.Allow {
		t.Error("the plan of a revision that was lost is served for the one that has its number")
	}
	s.get(t, again)
	s.mustHaveAsked(t, "two states of one number, the second of which is kept", 2)
}

func TestPlansAreKeptAgainWhereAServerWithFewerRevisionsTookOver(t *testing.T) {
	s := shelve(t, 10)
	s.get(t, s.key(9))
	for range 99 {
		s.get(t, s.key(4))
	}
	s.get(t, s.key(9))
	s.mustHaveAsked(t, "late ones take nothing away", 100)
	for range 200 {
		s.get(t, s.key(4))
	}
	s.mustHaveAsked(t, "when nobody asks for another any more, it is kept", 200)
}

func TestAPlanThatIsOverIsDecidedAnew(t *testing.T) {
	s := shelve(t, 10)
	s.in.Grant.Until = noon.Add(time.Hour)
	if !s.get(t, s.key(1)).Allow {
		t.Error("denied before the end")
	}
	s.now = noon.Add(time.Hour)
	if plan := s.get(t, s.key(1)); plan.Allow || plan.Reasons[0] != "grant_over" {
		t.Errorf("at the end: %v %v", plan.Allow, plan.Reasons)
	}
	s.mustHaveAsked(t, "before and after", 2)
	s.now = noon.Add(2 * time.Hour)
	s.get(t, s.key(1))
	s.mustHaveAsked(t, "the denial is kept", 2)
}

func TestTheClockOfPlansDecides(t *testing.T) {
	s := shelve(t, 10)
	s.in.Grant.Until = noon.Add(-time.Hour)
	s.in.Now = noon.Add(-2 * time.Hour)
	if s.get(t, s.key(1)).Allow {
		t.Error("a grant that is over by the clock is open by the time of the input")
	}
}

func TestAnErrorIsToldAndNotKept(t *testing.T) {
	s := shelve(t, 10)
	trouble := errors.New("trouble")
	if plan, err := s.Get(t.Context(), s.key(1), func() (policy.Input, error) { return policy.Input{}, trouble }); !errors.Is(err, trouble) || plan != nil {
		t.Errorf("plan %v, error %v", plan, err)
	}
	s.get(t, s.key(1))
	s.get(t, s.key(1))
	s.mustHaveAsked(t, "after the error", 1)
}

func TestAnInputOfAnotherKeyIsRefused(t *testing.T) {
	s := shelve(t, 10)
	for says, spoil := range map[string]func(*policy.Input){
		"app":        func(in *policy.Input) { in.App.ID = "planner" },
		"scopes":     func(in *policy.Input) { in.TokenScopes = in.TokenScopes[:1] },
		"expiration": func(in *policy.Input) { in.Expires = noon.Add(time.Hour) },
	} {
		other := s.in
		spoil(&other)
		if plan, err := s.Get(t.Context(), s.key(1), func() (policy.Input, error) { return other, nil }); err == nil || plan != nil {
			t.Errorf("another %s is taken", says)
		}
	}
}

func TestPlansAreBoundedAndKeepWhatIsUsed(t *testing.T) {
	s := shelve(t, 8)
	favourite := s.key(1)
	plan := s.get(t, favourite)
	for i := range 40 {
		s.in.Expires = noon.Add(time.Duration(i+1) * time.Hour)
		s.get(t, s.key(1))
		s.in.Expires = time.Time{}
		if s.get(t, favourite) != plan {
			t.Fatalf("what is used all the time is gone after %d others", i+1)
		}
		if kept := s.Kept(); kept > 8 {
			t.Fatalf("%d plans are kept", kept)
		}
	}
	s.mustHaveAsked(t, "one favourite and forty others", 41)
}

func TestCallersOfOneKeyShareOneEvaluation(t *testing.T) {
	e := engine(t)
	synctest.Test(t, func(t *testing.T) {
		plans := policy.NewPlans(e, func() time.Time { return noon }, 10)
		key := policy.NewPlanKey("library", policy.PermissionRevision{Permission: 1}, catalog.TokenScopes(), time.Time{})
		var asked atomic.Int64
		gate := make(chan struct{})
		found := make([]*policy.Plan, 20)
		var callers sync.WaitGroup
		for i := range found {
			callers.Go(func() {
				found[i], _ = plans.Get(t.Context(), key, func() (policy.Input, error) {
					asked.Add(1)
					<-gate
					return asking(full()), nil
				})
			})
		}
		synctest.Wait()
		close(gate)
		callers.Wait()
		for _, plan := range found {
			if plan == nil || plan != found[0] {
				t.Fatal("callers got different plans")
			}
		}
		if asked.Load() != 1 {
			t.Errorf("asked %d times", asked.Load())
		}
	})
}

func TestACallerWhoGivesUpTakesNobodyAlong(t *testing.T) {
	e := engine(t)
	synctest.Test(t, func(t *testing.T) {
		plans := policy.NewPlans(e, func() time.Time { return noon }, 10)
		key := policy.NewPlanKey("library", policy.PermissionRevision{Permission: 1}, catalog.TokenScopes(), time.Time{})
		hasty, giveUp := context.WithCancel(t.Context())
		var callers sync.WaitGroup
		callers.Go(func() {
			_, err := plans.Get(hasty, key, func() (policy.Input, error) {
				<-hasty.Done()
				return policy.Input{}, hasty.Err()
			})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("who gave up got %v", err)
			}
		})
		synctest.Wait()
		callers.Go(func() {
			plan, err := plans.Get(t.Context(), key, func() (policy.Input, error) { return asking(full()), nil })
			if err != nil || !plan.Allow {
				t.Errorf("who waited got %v", err)
			}
		})
		callers.Go(func() {
			_, err := plans.Get(hasty, key, func() (policy.Input, error) { return asking(full()), nil })
			if err != nil && !errors.Is(err, context.Canceled) {
				t.Errorf("who waited and gave up got %v", err)
			}
		})
		synctest.Wait()
		giveUp()
		callers.Wait()
	})
}

func TestAnInputThatPanicsLeavesNobodyWaiting(t *testing.T) {
	s := shelve(t, 10)
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic is swallowed")
			}
		}()
		_, _ = s.Get(t.Context(), s.key(1), func() (policy.Input, error) { panic("trouble") })
	}()
	s.get(t, s.key(1))
}

func TestPlansServeManyAtOnceUnderChangingRevisions(t *testing.T) {
	plans := policy.NewPlans(engine(t), func() time.Time { return noon }, 6)
	var permission atomic.Int64
	var callers sync.WaitGroup
	for caller := range 8 {
		callers.Go(func() {
			for i := range 12 {
				if caller == 0 {
					permission.Add(1)
				}
				app := fmt.Sprint("app", i%4)
				key := policy.NewPlanKey(app, policy.PermissionRevision{Permission: permission.Load()}, catalog.TokenScopes(), time.Time{})
				in := asking(bare())
				in.App.ID = app
				plan, err := plans.Get(t.Context(), key, func() (policy.Input, error) { return in, nil })
				if err != nil || plan.App != app {
					t.Errorf("%v", err)
				}
			}
		})
	}
	callers.Wait()
}

func TestASetOfScopesKnowsNoOrderAndNoStrangers(t *testing.T) {
	one := policy.TokenScopeSetOf([]catalog.TokenScope{catalog.RosterScope, catalog.CoreScope, "roster.write"})
	if other := policy.TokenScopeSetOf([]catalog.TokenScope{catalog.CoreScope, catalog.CoreScope, catalog.RosterScope}); other != one {
		t.Errorf("%b, %b", one, other)
	}
	if policy.TokenScopeSetOf(catalog.TokenScopes()) == one || policy.TokenScopeSetOf(nil) != 0 {
		t.Error("different scopes make one set")
	}
}
