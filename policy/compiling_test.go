package policy_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/policy/rego"
)

// twelve are lines of which each holds twice what the one before holds.
func twelve() string {
	var rules strings.Builder
	rules.WriteString("package rostergate.app\n\nv0 := [1, 1]\n")
	for i := 1; i < 13; i++ {
		fmt.Fprintf(&rules, "v%d := [v%d, v%d]\n", i, i-1, i-1)
	}
	return rules.String() + "hide contains \"users.email\" if v12 == v12\n"
}

func TestAPolicyThatWouldTakeTooLongToCompileIsRefusedByCheckAndDeniedWhereItIsSaved(t *testing.T) {
	began := time.Now()
	var wrong rego.Problems
	err := engine(t).Check(t.Context(), rego.Source{"policy.rego": twelve(), "policy_test.rego": "package rostergate.app_test\n\ntest_ok if true\n"})
	if !errors.As(err, &wrong) || wrong[0].Row == 0 || !strings.Contains(wrong[0].Says, "parts") {
		t.Errorf("the check says %v", err)
	}
	in := asking(reading())
	in.Own = &policy.Own{Files: rego.Source{"policy.rego": twelve()}}
	if decision := decide(t, in); decision.Allow || !strings.HasPrefix(decision.Reasons[0], "policy_failed:") {
		t.Errorf("saved it is %v, because of %q", decision.Allow, decision.Reasons)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it took %s to look at 13 lines", took)
	}
}

func TestAHeavyTestOfAPolicyIsRefusedLikeARule(t *testing.T) {
	heavy := strings.Replace(strings.Replace(twelve(), "rostergate.app", "rostergate.app_test", 1), "hide contains \"users.email\" if", "test_ok if", 1)
	var wrong rego.Problems
	_, err := engine(t).Test(t.Context(), rego.Source{"policy.rego": "package rostergate.app\n\nhide contains \"users.email\"\n", "policy_test.rego": heavy})
	if !errors.As(err, &wrong) || wrong[0].File != "policy_test.rego" {
		t.Errorf("the test says %v", err)
	}
}

func TestPoliciesAreCompiledOneAfterTheOtherAndNobodyWaitsLongerThanTheyWant(t *testing.T) {
	turn := policy.NewTurn()
	hold, running := make(chan struct{}), make(chan struct{})
	work := func() (int, error) { close(running); <-hold; return 1, nil }
	first, leave := context.WithCancel(t.Context())
	var wait sync.WaitGroup
	wait.Go(func() {
		if _, err := policy.Take(first, turn, time.Minute, work); !rego.Passing(err) {
			t.Errorf("who left is told %v", err)
		}
	})
	<-running
	leave()
	wait.Wait()
	before := runtime.NumGoroutine()
	for range 50 {
		never := func() (int, error) { t.Error("two run at once"); return 0, nil }
		if _, err := policy.Take(t.Context(), turn, time.Millisecond, never); !rego.Passing(err) || !strings.Contains(err.Error(), "in time") {
			t.Errorf("who waited is told %v", err)
		}
	}
	if after := runtime.NumGoroutine(); after > before+5 {
		t.Errorf("%d goroutines are left of 50 who gave up", after-before)
	}
	close(hold)
	if got, err := policy.Take(t.Context(), turn, time.Minute, func() (int, error) { return 2, nil }); got != 2 || err != nil {
		t.Errorf("whose turn it is then gets %d, %v", got, err)
	}
}

func TestACompileThatCrashesIsTheCrashOfWhoWaitsForItAndGivesItsTurnBack(t *testing.T) {
	turn := policy.NewTurn()
	func() {
		defer func() {
			if recover() != "crash" {
				t.Error("who waits notices nothing")
			}
		}()
		_, _ = policy.Take(t.Context(), turn, time.Minute, func() (int, error) { panic("crash") })
	}()
	if got, err := policy.Take(t.Context(), turn, time.Second, func() (int, error) { return 2, nil }); got != 2 || err != nil {
		t.Errorf("the next one gets %d, %v", got, err)
	}
}
