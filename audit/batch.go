package audit

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/moment"
)

const (
	// maxRows is how many entries may wait, and how many share a statement. Times
	// the columns it stays below SQLite's 32,766 parameters.
	maxRows = 128

	// step divides the length of the longer statements. PostgreSQL keeps each
	// length that a connection has seen prepared, at some 7 kB a row.
	step = 8

	// maxBytes is how many bytes of entries are gathered before no more are added.
	maxBytes = 4 << 20

	// commitLimit is longer than SQLite waits for another process's lock.
	commitLimit = 30 * time.Second

	// headLimit is how long a process that ends waits for the store's writer, to let
	// it know of the newest entry.
	headLimit = 5 * time.Second

	// serverLimit is how long a server may take for a commit: nobody has an answer
	// while one is under way.
	serverLimit = 10 * time.Second
)

// writeAll commits what is handed over until the queue is closed and empty, and what
// was counted at the end of each minute.
func (l *Ledger) writeAll() {
	defer close(l.finished)
	defer l.keepLastHead()
	ended := time.NewTicker(minute)
	defer ended.Stop()
	for {
		select {
		case first, open := <-l.queue:
			if !open {
				l.trouble(l.settle())
				return
			}
			l.writeBatch(l.gather(first))
		case done := <-l.settling:
			done <- l.settle()
		case <-ended.C:
			l.trouble(l.settle())
		}
	}
}

// writeBatch commits a batch and tells each of those who wait how it went.
func (l *Ledger) writeBatch(batch []*waiting) {
	replayed, err := l.commit(batch)
	for _, w := range batch {
		if err == nil && replayed[w] {
			w.done <- fault.New(fault.Unauthenticated, "the nonce was used before")
			continue
		}
		w.done <- err
	}
}

// trouble keeps an error of the writer for Run to tell, unless one waits already.
func (l *Ledger) trouble(err error) {
	if err == nil {
		return
	}
	select {
	case l.troubles <- err:
	default:
	}
}

// gather takes what waits already and waits for nothing: an entry that is alone
// is written at once, and while it is written the next ones gather.
func (l *Ledger) gather(first *waiting) []*waiting {
	// Whom the last commit released may be about to bring the next entry.
	runtime.Gosched()
	n := min(1+len(l.queue), maxRows)
	if n > step {
		n -= n % step
	}
	batch, size := []*waiting{first}, first.entry.size()
	for len(batch) < n && size < maxBytes {
		w := <-l.queue // nobody else takes from it
		batch, size = append(batch, w), size+w.entry.size()
	}
	return batch
}

// commit writes a batch as one statement, which is a transaction by itself, or
// as two where nonces are to be used up. It is not tried again entry by entry:
// what only one entry can be guilty of was refused before it joined
// (Entry.check), and a commit whose answer got lost may have happened, so that
// trying again would write it twice. What brought a used nonce is left out. A panic
// is an error like others: it is one batch's, and the next may well be written.
func (l *Ledger) commit(batch []*waiting) (replayed map[*waiting]bool, err error) {
	defer func() {
		if crash := recover(); crash != nil {
			caught := l.Panics.Caught(crash)
			l.trouble(caught)
			replayed, err = nil, l.unwritable(caught)
		}
	}()
	if err := l.ledger.Writable(); err != nil {
		return nil, l.unwritable(err)
	}
	limit := commitLimit
	if l.ledger.Dialect == database.Postgres {
		limit = serverLimit
	}
	ctx, stop := context.WithTimeout(context.Background(), limit)
	defer stop()
	clock, db := l.clock(), l.ledger.Write.WithContext(ctx)
	now, err := l.now(db, clock)
	if err != nil {
		return nil, l.unwritable(err)
	}
	for _, w := range batch {
		if w.entry != nil {
			w.entry.Time = now
		}
	}
	err = l.numbered(db, func() error {
		if !slices.ContainsFunc(batch, func(w *waiting) bool { return w.nonce != nil }) {
			return store(db, batch, nil)
		}
		return db.Transaction(func(tx *gorm.DB) error {
			if replayed, err = useNonces(tx, batch, clock); err != nil {
				return err
			}
			return store(tx, batch, replayed)
		})
	})
	if err != nil {
		return nil, l.unwritable(err)
	}
	l.untold.Store(true)
	return replayed, nil
}

// unwritable says where the ledger is and what to do about it, for the log of the
// server: apps are told nothing of it.
func (l *Ledger) unwritable(err error) error {
	if l.ledger.Path == "" {
		return fault.New(fault.Unavailable, "the ledger cannot be written: %w; see that the database answers, takes writes and has room, and answers go on by themselves", err)
	}
	return fault.New(fault.Unavailable, "the ledger %s cannot be written: %w; see that the server may write the file and its folder and that the disk has room, and answers go on by themselves", l.ledger.Path, err)
}

// store writes the entries of a batch but for those that are left out.
func store(db *gorm.DB, batch []*waiting, out map[*waiting]bool) error {
	entries := make([]*Entry, 0, len(batch))
	for _, w := range batch {
		if w.entry != nil && !out[w] {
			entries = append(entries, w.entry)
		}
	}
	if len(entries) == 0 { // there are nonces alone
		return database.DurableNow(db)
	}
	return db.Clauses(database.Durable(db)...).Create(&entries).Error
}

// now never runs backwards, whatever happens to the clock: it goes on from the newest
// entry, also where another process wrote that before this one began.
func (l *Ledger) now(db *gorm.DB, clock time.Time) (moment.Moment, error) {
	if l.last == "" {
		if err := db.Raw("SELECT coalesce(max(time), '') FROM ledger_entries").Row().Scan(&l.last); err != nil {
			return "", fmt.Errorf("read the time of the newest entry: %w", err)
		}
	}
	l.last = max(l.last, moment.Of(clock))
	return l.last, nil
}
