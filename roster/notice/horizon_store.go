package notice

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/revision"
)

// past is what is kept of a reader.
type past struct {
	row   horizonRow
	first bool // nothing is kept yet
	later bool // the row is of a state that another process has reached, and that holds
	sets  map[string]horizonSet
	moves []horizonMove // the newest first
}

// stays reports whether a sight changes nothing of what is kept.
func (p past) stays(sight Sight) bool { return !p.first && (p.later || p.row.covers(sight)) }

// horizon is what is kept, for a sight.
func (p past) horizon(sight Sight) *Horizon {
	h := &Horizon{sight: sight, first: p.row.First, moves: p.row.Moves, mark: p.row.Mark, planned: p.row.PlannedAt, came: map[string][]arrival{}}
	for _, m := range p.moves {
		h.came[m.Entity] = append(h.came[m.Entity], arrival{m.MovedAt, m.records()})
	}
	h.revision = sync.OnceValue(h.fingerprint)
	return h
}

// errMoved is that somebody else moved a reader's horizon meanwhile.
var errMoved = errors.New("the horizon was moved meanwhile")

// maxMoved is how often a sight is compared anew because of that, before whoever else
// moves the horizon has to wait.
const maxMoved = 3

// move brings the kept horizon of a reader up to a sight. What is long, the
// comparison, holds no lock: on SQLite every answer's disclosure would wait for it.
func (h *Horizons) move(ctx context.Context, sight Sight) (*Horizon, error) {
	for range maxMoved {
		before, err := h.past(ctx, sight)
		if err != nil || before.stays(sight) {
			return before.horizon(sight), err
		}
		next, err := h.next(before, sight)
		if err != nil {
			return nil, err
		}
		err = h.ledger.Write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
			return h.replace(tx, before, next)
		})
		if !errors.Is(err, errMoved) {
			return next.past().horizon(sight), err
		}
	}
	return h.moveAlone(ctx, sight)
}

// replace stores what follows from what was kept, if that is still kept.
func (h *Horizons) replace(tx *gorm.DB, before past, next step) error {
	row, first, err := h.lock(tx, next.row.Reader)
	if err != nil {
		return err
	}
	if first != before.first || row != before.row {
		return errMoved
	}
	return next.store(tx)
}

// moveAlone is move while nobody else can move the horizon.
func (h *Horizons) moveAlone(ctx context.Context, sight Sight) (found *Horizon, err error) {
	err = h.ledger.Write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if _, _, err := h.lock(tx, sight.Reader); err != nil {
			return err
		}
		before, err := h.read(tx, sight)
		if err != nil {
			return err
		}
		if before.stays(sight) {
			found = before.horizon(sight)
			return nil
		}
		next, err := h.next(before, sight)
		if err != nil {
			return err
		}
		found = next.past().horizon(sight)
		return next.store(tx)
	})
	return found, err
}

// foresee is move, without its end.
func (h *Horizons) foresee(ctx context.Context, sight Sight) (*Horizon, error) {
	before, err := h.past(ctx, sight)
	if err != nil || before.stays(sight) {
		return before.horizon(sight), err
	}
	next, err := h.next(before, sight)
	if err != nil {
		return nil, err
	}
	return next.past().horizon(sight), nil
}

// past reads what is kept of a reader, in one state of the database.
func (h *Horizons) past(ctx context.Context, sight Sight) (found past, err error) {
	err = h.ledger.Snapshot(ctx, func(tx *gorm.DB) error {
		found, err = h.read(tx, sight)
		return err
	})
	return found, err
}

func (h *Horizons) read(tx *gorm.DB, sight Sight) (past, error) {
	p := past{sets: map[string]horizonSet{}}
	var err error
	if p.row, p.first, err = rowOf(tx, sight.Reader); err != nil || p.first {
		return p, err
	}
	if p.row.ahead(sight) {
		if p.later, err = h.holds(tx, p.row); err != nil {
			return p, err
		}
	}
	var sets []horizonSet
	if err := tx.Where("reader = ?", sight.Reader).Find(&sets).Error; err != nil {
		return p, fmt.Errorf("read what a reader saw: %w", err)
	}
	for _, s := range sets {
		p.sets[s.Entity] = s
	}
	if err := tx.Where("reader = ?", sight.Reader).Order("move DESC").Find(&p.moves).Error; err != nil {
		return p, fmt.Errorf("read what came into sight: %w", err)
	}
	return p, nil
}

func rowOf(tx *gorm.DB, reader string) (row horizonRow, first bool, err error) {
	err = tx.Where("reader = ?", reader).Take(&row).Error
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return horizonRow{Reader: reader}, true, nil
	case err != nil:
		return row, false, fmt.Errorf("read the horizon: %w", err)
	}
	return row, false, nil
}

// lock reads the reader's row and keeps other processes from moving it.
func (h *Horizons) lock(tx *gorm.DB, reader string) (row horizonRow, first bool, err error) {
	if h.ledger.Dialect == database.Postgres {
		// A row that does not exist yet cannot be locked; its name can.
		if err := tx.Exec("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", "horizon "+reader).Error; err != nil {
			return row, false, fmt.Errorf("lock the horizon: %w", err)
		}
	}
	return rowOf(tx, reader)
}

// holds reports whether the numbers of a row have been reached: it is of a sight that
// another process has already, and the answer to this one's will be computed again.
// On PostgreSQL the transaction itself sees what holds now.
func (h *Horizons) holds(tx *gorm.DB, row horizonRow) (bool, error) {
	if h.ledger.Dialect == database.SQLite {
		tx = h.newest.Read.WithContext(tx.Statement.Context)
	}
	now, err := revision.Read(tx)
	if err != nil {
		return false, err
	}
	return now.Epoch == row.Epoch && now.Permission >= row.Permission && now.Generation >= row.Generation, nil
}
