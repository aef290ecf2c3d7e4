package audit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/moment"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// sequencerLock is the advisory lock of PostgreSQL under which changes are
// moved, one process at a time. It spells "outbox".
const sequencerLock = 0x6f7574626f78

// outboxRow is a change that is not yet in the ledger.
type outboxRow struct {
	ID      int64
	Key     string
	Time    moment.Moment
	Actor   string
	Action  string
	App     string
	Subject string
	Reason  string
	Before  string
	After   string
}

// TableName is the table of the waiting changes.
func (outboxRow) TableName() string { return "outbox" }

// Record writes a change into the outbox within tx, which must be a transaction:
// the change and its record commit together or not at all. Called after the
// statements of the change, it keeps changes that waited for one another's rows
// in the order of their commits. A change that holds a Bringer is an error.
//
// A reason, an actor, a subject or an app that is not on one line is a fault.Invalid: it
// could pass for an entry of its own where entries are lines.
func Record(tx *gorm.DB, c Change) error {
	if _, inside := tx.Statement.ConnPool.(gorm.TxCommitter); !inside {
		return fmt.Errorf("record the change %s: %w", c.Action, errors.New("this is no transaction"))
	}
	row, err := newRow(c)
	if err != nil {
		return err
	}
	row.Time = moment.Of(tx.NowFunc())
	if err := tx.Clauses(database.Durable(tx)...).Create(&row).Error; err != nil {
		return fmt.Errorf("record the change %s: %w", c.Action, err)
	}
	return nil
}

// newRow is a change that was not recorded yet.
func newRow(c Change) (outboxRow, error) {
	if err := c.named(); err != nil {
		return outboxRow{}, err
	}
	for what, text := range map[string]string{"the reason": c.Reason, "the actor": c.Actor, "the subject": c.Subject, "the app": c.App} {
		if err := CheckLine(what, text); err != nil {
			return outboxRow{}, err
		}
	}
	before, err := json.Marshal(c.Before)
	if err != nil {
		return outboxRow{}, fmt.Errorf("record what was before the change %s: %w", c.Action, err)
	}
	after, err := json.Marshal(c.After)
	if err != nil {
		return outboxRow{}, fmt.Errorf("record what is after the change %s: %w", c.Action, err)
	}
	return outboxRow{
		Key: uuid.NewString(), Actor: c.Actor, Action: c.Action, App: c.App, Subject: c.Subject,
		Reason: c.Reason, Before: string(before), After: string(after),
	}, nil
}

// Enter records something that changed nothing in the store, at once: it is durable
// when Enter returns nil. Unlike Note it does not wait for the store's writer, which an
// import may hold for long. The errors are those of Disclose.
func (l *Ledger) Enter(ctx context.Context, c Change) error {
	row, err := newRow(c)
	if err != nil {
		return err
	}
	e := row.entry()
	if err := e.check(); err != nil {
		return err
	}
	return l.write(ctx, e, nil)
}

// Lag is what waits for the ledger.
type Lag struct {
	Entries int           // of answers and refusals that are about to be written
	Outbox  int64         // changes that are in the store and not in the ledger yet
	Oldest  time.Duration // since the first of those; 0 without any
}

// Lag counts what waits for the ledger.
func (l *Ledger) Lag(ctx context.Context) (Lag, error) {
	var found struct {
		Waiting int64
		Oldest  moment.Moment
	}
	lag := Lag{Entries: len(l.queue)}
	err := l.store.Read.WithContext(ctx).Model(&outboxRow{}).Select("count(*) AS waiting, coalesce(min(time), '') AS oldest").Scan(&found).Error
	if err != nil {
		return lag, fmt.Errorf("count the changes that wait for the ledger: %w", err)
	}
	if lag.Outbox = found.Waiting; lag.Outbox == 0 {
		return lag, nil
	}
	since, err := found.Oldest.Time()
	lag.Oldest = max(0, l.clock().Sub(since))
	return lag, err
}

// Run moves changes into the ledger and lets the store know of the newest entry, once
// at the start and then at every Tick, until ctx ends.
func (l *Ledger) Run(ctx context.Context) {
	tick := l.Tick
	if tick == nil {
		t := time.NewTicker(time.Second)
		defer t.Stop()
		tick = t.C
	}
	for {
		l.round(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick:
		}
	}
}

// round is one round of Run, and tells what went wrong in it and with the writer. A
// round that panics is followed by the next one.
func (l *Ledger) round(ctx context.Context) {
	err := l.sequence(ctx)
	tell := l.Trouble
	if tell == nil {
		tell = func(error) {}
	}
	if err != nil && ctx.Err() == nil {
		tell(err)
	}
	select {
	case err := <-l.troubles:
		tell(err)
	default:
	}
}

// sequence is Sequence, of which the store learns at once, with a panic for an error.
func (l *Ledger) sequence(ctx context.Context) (err error) {
	defer func() {
		if crash := recover(); crash != nil {
			err = l.Panics.Caught(crash)
		}
	}()
	_, err = l.Sequence(ctx)
	return errors.Join(err, l.keepHead(ctx))
}

// Sequence moves the changes that are in the outbox into the ledger, in the
// order of their records, and returns how many entries it added. Every change
// arrives once, whoever else sequences and wherever one is killed.
func (l *Ledger) Sequence(ctx context.Context) (int, error) {
	total := 0
	for {
		found, added, err := l.move(ctx)
		total += added
		if err != nil {
			return total, fmt.Errorf("move changes into the ledger: %w", err)
		}
		if found < maxRows {
			return total, nil
		}
	}
}

// move moves some changes: in one transaction on PostgreSQL; on SQLite from one
// file to the other, where a change that was copied and not yet removed is
// recognised by its key.
func (l *Ledger) move(ctx context.Context) (found, added int, err error) {
	ctx, stop := context.WithTimeout(ctx, commitLimit)
	defer stop()
	if l.store.Dialect == database.SQLite {
		// Read, so that with an empty outbox nobody waits for a long import.
		return l.transfer(l.store.Read.WithContext(ctx), l.ledger.Write.WithContext(ctx), l.store.Write.WithContext(ctx))
	}
	db := l.store.Write.WithContext(ctx)
	err = l.numbered(db, func() error {
		return db.Transaction(func(tx *gorm.DB) error {
			if err := tx.Exec("SELECT pg_advisory_xact_lock(?)", sequencerLock).Error; err != nil {
				return fmt.Errorf("wait for other sequencers: %w", err)
			}
			found, added, err = l.transfer(tx, tx, tx)
			return err
		})
	})
	if err != nil {
		return 0, 0, err
	}
	return found, added, nil
}

// transfer copies changes into the ledger and removes them from the store. It
// removes by id: a change with a lower id may commit in the meantime.
func (l *Ledger) transfer(from, ledger, store *gorm.DB) (found, added int, err error) {
	var rows []outboxRow
	if err := from.Order("id").Limit(maxRows).Find(&rows).Error; err != nil {
		return 0, 0, fmt.Errorf("read the outbox: %w", err)
	}
	if len(rows) == 0 {
		return 0, 0, nil
	}
	if err := l.ledger.Writable(); err != nil {
		return 0, 0, l.unwritable(err)
	}
	entries := make([]*Entry, len(rows))
	for i := range rows {
		entries[i] = rows[i].entry()
	}
	copied := ledger.Clauses(append(database.Durable(ledger), known())...).Create(&entries)
	if copied.Error != nil {
		return 0, 0, fmt.Errorf("copy %d changes: %w", len(rows), copied.Error)
	}
	newest, err := newestEntry(ledger)
	if err == nil {
		err = store.Transaction(func(tx *gorm.DB) error { return empty(tx, rows, newest) })
	}
	return len(rows), int(copied.RowsAffected), err
}

// known passes over a change that the ledger has already, and over nothing else: an
// entry whose number was given before must not get lost.
func known() clause.OnConflict {
	has := clause.Where{Exprs: []clause.Expression{clause.Expr{SQL: "outbox_key IS NOT NULL"}}}
	return clause.OnConflict{Columns: []clause.Column{{Name: "outbox_key"}}, TargetWhere: has, DoNothing: true}
}

// empty removes changes that the ledger has, and lets the store know of its newest
// entry.
func empty(store *gorm.DB, rows []outboxRow, newest int64) error {
	if err := store.Delete(&rows).Error; err != nil {
		return fmt.Errorf("empty the outbox: %w", err)
	}
	return raiseHead(store, newest)
}

func (r *outboxRow) entry() *Entry {
	return &Entry{
		Kind: KindChange, Time: r.Time, App: r.App, Actor: r.Actor, Action: r.Action, Subject: r.Subject,
		Reason: r.Reason, Before: r.Before, After: r.After, Records: []byte{}, OutboxKey: &r.Key,
	}
}
