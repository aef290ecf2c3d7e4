// Package flight lets those who ask for the same thing at the same time wait for one
// computation of it.
//
//	var loads flight.Group[*Snapshot]
//	s, err := loads.Do(ctx, "generation 7", load)
//
// Its main type is Group. It is golang.org/x/sync/singleflight with what a server needs
// beside it: whoever hangs up stops waiting and ends nothing for the others, and a
// panic is an error for each of them. It remembers nothing: what was computed is its
// caller's to keep.
package flight

import (
	"context"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/rostergate/rostergate/fault"
)

// Limit is how long a computation may take that nobody bounds otherwise. It is longer
// than SQLite waits for another process's lock.
const Limit = 2 * time.Minute

// Group is computations under way, each by its key. The zero Group is ready.
type Group[T any] struct {
	// Panics counts those of computations; nil counts nothing.
	Panics *fault.Panics

	under singleflight.Group
}

// Do is compute, or what another caller is computing under the key. The context of
// compute has the values of ctx and ends after Limit. Where ctx ends first, the error
// is a fault.Unavailable that wraps ctx's, and the computation goes on for others.
func (g *Group[T]) Do(ctx context.Context, key string, compute func(context.Context) (T, error)) (T, error) {
	var none T
	done := g.under.DoChan(key, func() (any, error) { return g.caught(ctx, compute) })
	select {
	case <-ctx.Done():
		return none, fault.New(fault.Unavailable, "what is asked for is still being computed: %w", ctx.Err())
	case result := <-done:
		if result.Err != nil {
			return none, result.Err
		}
		return result.Val.(T), nil
	}
}

// caught computes for whoever waits, however long each of them does.
func (g *Group[T]) caught(ctx context.Context, compute func(context.Context) (T, error)) (found T, err error) {
	defer func() {
		if crash := recover(); crash != nil {
			err = g.Panics.Caught(crash)
		}
	}()
	patient, stop := context.WithTimeout(context.WithoutCancel(ctx), Limit)
	defer stop()
	return compute(patient)
}
