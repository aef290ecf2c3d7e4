package flight_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/flight"
)

func TestThoseWhoAskAtTheSameTimeWaitForOneComputation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group[int]
		computed, open := 0, make(chan struct{})
		compute := func(context.Context) (int, error) {
			computed++
			<-open
			return 7, nil
		}
		var all sync.WaitGroup
		for range 5 {
			all.Go(func() {
				if n, err := g.Do(t.Context(), "same", compute); n != 7 || err != nil {
					t.Errorf("%d %v", n, err)
				}
			})
		}
		synctest.Wait()
		close(open)
		all.Wait()
		if computed != 1 {
			t.Errorf("it was computed %d times", computed)
		}
		if n, err := g.Do(t.Context(), "same", compute); n != 7 || err != nil || computed != 2 {
			t.Errorf("it is remembered: %d %v, computed %d times", n, err, computed)
		}
	})
}

func TestWhoeverHangsUpStopsWaitingAndEndsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group[string]
		open := make(chan struct{})
		compute := func(ctx context.Context) (string, error) {
			<-open
			return "there", ctx.Err()
		}
		hasty, hangUp := context.WithCancel(t.Context())
		var all sync.WaitGroup
		all.Go(func() {
			if _, err := g.Do(hasty, "key", compute); !fault.Is(err, fault.Unavailable) || !errors.Is(err, context.Canceled) {
				t.Errorf("who hung up got %v", err)
			}
		})
		synctest.Wait()
		all.Go(func() {
			if said, err := g.Do(t.Context(), "key", compute); said != "there" || err != nil {
				t.Errorf("who waited got %q %v", said, err)
			}
		})
		synctest.Wait()
		hangUp()
		synctest.Wait()
		close(open)
		all.Wait()
	})
}

func TestAPanicIsAnErrorForEachAndIsCounted(t *testing.T) {
	g := flight.Group[int]{Panics: &fault.Panics{}}
	_, err := g.Do(t.Context(), "key", func(context.Context) (int, error) { panic("ada@example.org") })
	var caught *fault.Panic
	if !errors.As(err, &caught) || caught.Stack == "" || g.Panics.Count() != 1 {
		t.Errorf("%v, %d counted", err, g.Panics.Count())
	}
	if n, err := g.Do(t.Context(), "key", func(context.Context) (int, error) { return 1, nil }); n != 1 || err != nil {
		t.Errorf("after it: %d %v", n, err)
	}
}
