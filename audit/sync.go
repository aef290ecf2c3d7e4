package audit

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/rostergate/rostergate/moment"
)

// Sync is what an app received last: its answers since it last paused for longer
// than Pause, though from no more than a day, and at most longestSync of them. A
// record that was sent twice counts twice. Answers without a record, and what a person was
// shown in a preview or on a page, are not among it. The zero Sync is that of an app that
// never received anything.
type Sync struct {
	Start, End moment.Moment // of the first and the last answer
	Answers    int64
	Records    int64
	More       bool // there are more answers than were counted

	newest, oldest int64 // the ids of the last and the first answer
}

// Pause is how long an app may ask for nothing within one sync.
const Pause = 30 * time.Minute

const (
	syncDay     = 24 * time.Hour
	longestSync = 50_000 // answers
	syncRows    = 2_000  // that are read at once
)

// syncs remembers what was counted, by app.
type syncs struct {
	mu    sync.Mutex
	byApp map[string]Sync
}

func (s *syncs) get(app string) Sync {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.byApp[app]
}

func (s *syncs) put(app string, found Sync) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byApp == nil {
		s.byApp = map[string]Sync{}
	}
	s.byApp[app] = found
}

// answer is what of a disclosure tells of a sync.
type answer struct {
	id    int64
	time  moment.Moment
	count int64
}

// LastSync counts what an app received last. Only what came since it was asked
// before is read again, as far as that can be told from it.
func (l *Ledger) LastSync(ctx context.Context, app string) (Sync, error) {
	known := l.syncs.get(app)
	if between(known.End, moment.Of(l.clock())) < commitLimit {
		known = Sync{} // another server's commit may still come in before its end
	}
	found, met, err := l.countBack(ctx, app, known)
	if err == nil && met && !found.join(known) {
		found, _, err = l.countBack(ctx, app, Sync{})
	}
	if err != nil {
		return Sync{}, fmt.Errorf("count what %s received last: %w", app, err)
	}
	l.syncs.put(app, found)
	return found, nil
}

// countBack counts from the newest answer back, to the end of the sync or to an
// newest answer that is known, if it meets that first: an entry with its id and its
// time, for a ledger that lost its newest entries gives their ids a second time.
func (l *Ledger) countBack(ctx context.Context, app string, known Sync) (found Sync, met bool, err error) {
	limit := syncRows
	if known.newest > 0 {
		limit = 1 // for there may be nothing new
	}
	for before := int64(math.MaxInt64); ; limit = syncRows {
		rows := 0
		err := l.answers(ctx, app, before, limit, func(a answer) bool {
			rows++
			before, met = a.id, a.id == known.newest && a.time == known.End
			return !met && found.add(a)
		})
		if err != nil || met || rows < limit || before != found.oldest {
			return found, met, err
		}
	}
}

// answers calls fn for what an app received from the newest back, for at most
// limit of those before an id, until fn has enough.
func (l *Ledger) answers(ctx context.Context, app string, before int64, limit int, fn func(answer) bool) error {
	// In the order of the index, and the limit written out: PostgreSQL does not plan
	// for a limit that it is told later.
	query := fmt.Sprintf("SELECT id, time, count FROM ledger_entries WHERE kind = 'disclosure' AND app = ? AND id < ? AND count > 0 AND %s ORDER BY app DESC, id DESC LIMIT %d", left, limit)
	rows, err := l.ledger.Read.WithContext(ctx).Raw(query, app, before).Rows()
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var a answer
		if err := rows.Scan(&a.id, &a.time, &a.count); err != nil {
			return err
		}
		if !fn(a) {
			break
		}
	}
	return rows.Err()
}

// join puts a sync that was counted before to the answers behind it, and reports
// whether that tells what counting all of them would.
func (s *Sync) join(known Sync) bool {
	switch {
	case s.Answers == 0:
		*s = known
		return true
	case between(known.End, s.Start) > Pause:
		return true
	case known.More, s.Answers+known.Answers > longestSync, between(known.Start, s.End) > syncDay:
		return false
	}
	s.Start, s.oldest = known.Start, known.oldest
	s.Answers += known.Answers
	s.Records += known.Records
	return true
}

// add counts the answer before those that were counted, and reports whether it
// belongs to the same sync.
func (s *Sync) add(a answer) bool {
	switch {
	case s.Answers == 0:
		s.End, s.newest = a.time, a.id
	case s.Answers == longestSync:
		s.More = true
		return false
	case between(a.time, s.Start) > Pause || between(a.time, s.End) > syncDay:
		return false
	}
	s.Start, s.oldest = a.time, a.id
	s.Answers++
	s.Records += a.count
	return true
}

// between is how long it is from one time of an entry to another.
func between(from, to moment.Moment) time.Duration {
	a, _ := from.Time() // as the ledger wrote it
	b, _ := to.Time()
	return b.Sub(a)
}
