package audit

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/moment"
)

// Ledger writes entries, moves changes in from the store, and answers questions.
// It is safe for concurrent use. Tick and Trouble are set before Run, or never.
type Ledger struct {
	// Tick starts each round of Run. Nil is a second's ticker.
	Tick <-chan time.Time

	// Trouble, where set, is told by Run why a round of it moved nothing or not
	// everything, and what the writer met that nobody waited for. What is left stays
	// in the outbox for the next round.
	Trouble func(error)

	// Panics counts those of the writer and of Run. What panicked was not written, and
	// the next is tried.
	Panics *fault.Panics

	ledger *database.Database
	store  *database.Database
	clock  func() time.Time

	entrance sync.RWMutex // held by whoever puts into queue; Close waits for them
	closed   bool
	closing  chan struct{}
	queue    chan *waiting
	finished chan struct{}
	close    sync.Once

	tally    tally
	settling chan chan error
	troubles chan error // of the writer, for Run to tell

	last   moment.Moment // the latest time given to an entry; the writer's alone
	untold atomic.Bool   // the store may not know yet of the newest entry
	syncs  syncs
}

// waiting is an entry on its way, and where its fate is told.
type waiting struct {
	entry *Entry // nil where there is nothing but a nonce to use up
	nonce *Nonce
	done  chan error // holds one, so that the writer never waits for a caller who left
}

// Open starts the writer of a migrated ledger. On SQLite ledger is a file of its
// own; on PostgreSQL ledger and store are the same database, and ledger is best
// a second Database on it: answers that hold every connection of the store's
// pool cannot then keep the ledger from one.
func Open(ledger, store *database.Database, clock func() time.Time) *Ledger {
	l := &Ledger{
		ledger: ledger, store: store, clock: clock,
		closing: make(chan struct{}), queue: make(chan *waiting, maxRows), finished: make(chan struct{}),
		settling: make(chan chan error), troubles: make(chan error, 1),
	}
	go l.writeAll()
	return l
}

// Close writes what was handed over and counted, lets the store know of it, and stops
// the writer. It leaves the databases open. What is disclosed after it is refused.
func (l *Ledger) Close() {
	l.close.Do(func() {
		close(l.closing)
		l.entrance.Lock()
		defer l.entrance.Unlock()
		l.closed = true
		close(l.queue)
	})
	<-l.finished
}

// Disclose writes a disclosure. Nil means that it is durable and that the answer
// may be sent. Any error, fault.Unavailable where the ledger cannot be written
// or ctx ended first, means that nothing may be sent; the entry may exist all
// the same, and does if the only thing that failed was the caller's patience. A
// nonce that was used before is fault.Unauthenticated, and there is no entry.
func (l *Ledger) Disclose(ctx context.Context, d Disclosure) error {
	e, err := d.entry()
	if err != nil {
		return err
	}
	return l.write(ctx, e, d.Nonce)
}

// write hands an entry over and waits until it is durable. Once handed over it
// no longer depends on ctx.
func (l *Ledger) write(ctx context.Context, e *Entry, nonce *Nonce) error {
	w := &waiting{entry: e, nonce: nonce, done: make(chan error, 1)}
	if err := l.hand(ctx, w); err != nil {
		return err
	}
	select {
	case err := <-w.done:
		return err
	case <-ctx.Done():
		return impatient(ctx)
	}
}

func (l *Ledger) hand(ctx context.Context, w *waiting) error {
	if ctx.Err() != nil {
		return impatient(ctx)
	}
	l.entrance.RLock()
	defer l.entrance.RUnlock()
	if l.closed {
		return closed()
	}
	select {
	case l.queue <- w:
		return nil
	case <-l.closing:
		return closed()
	case <-ctx.Done():
		return impatient(ctx)
	}
}

func closed() error { return fault.New(fault.Unavailable, "the ledger is closed") }

func impatient(ctx context.Context) error {
	return fault.New(fault.Unavailable, "the request ended before the ledger had its entry: %w", ctx.Err())
}
