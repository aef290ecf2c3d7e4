package policy

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// compileTime bounds the wait for a policy to be compiled, turns of others among it. What
// may be compiled takes a second at the most on a machine that does nothing else.
const compileTime = 10 * time.Second

// errCompiling says that a policy was not compiled in time. The next one who asks may find
// that it was, so nobody keeps it.
var errCompiling = errors.New("the policy was not compiled in time: make it smaller, or try again")

// turn lets one compile after the other. A compile cannot be interrupted: who gives up
// leaves it to end by itself, and those who come meanwhile wait for that without starting
// another, so that whatever is asked for, one of them runs.
type turn chan struct{}

func newTurn() turn { return make(turn, 1) }

// outcome is how a piece of work ended.
type outcome[T any] struct {
	value    T
	err      error
	panicked any
}

// take does work in its turn, and waits for it as long as ctx and the bound let it.
func take[T any](ctx context.Context, t turn, bound time.Duration, work func() (T, error)) (none T, err error) {
	bounded, done := context.WithTimeoutCause(ctx, bound, errCompiling)
	defer done()
	select {
	case t <- struct{}{}:
	case <-bounded.Done():
		return none, gaveUp(bounded)
	}
	ended := make(chan outcome[T], 1)
	go func() {
		var o outcome[T]
		defer func() {
			o.panicked = recover() // the one who waits has a place for it
			<-t
			ended <- o
		}()
		o.value, o.err = work()
	}()
	select {
	case o := <-ended:
		if o.panicked != nil {
			panic(o.panicked)
		}
		return o.value, o.err
	case <-bounded.Done():
		return none, gaveUp(bounded)
	}
}

// gaveUp is the error of a wait that ended. It passes, whatever ended it.
func gaveUp(ctx context.Context) error {
	return fmt.Errorf("%w: %w", context.Cause(ctx), ctx.Err())
}
