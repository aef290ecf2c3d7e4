package notice

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster/codec"
)

// dateLimit ends the dating of a sight that a database no longer answers. It is longer
// than SQLite waits for another process's lock.
const dateLimit = 30 * time.Second

// moveHorizon brings the kept horizon of a reader up to a sight and reads it.
func (h *Horizons) moveHorizon(ctx context.Context, sight Sight) (*Horizon, error) {
	found := newHorizon(sight)
	// Whoever asked may hang up; what is dated stays dated.
	patient, stop := context.WithTimeout(context.WithoutCancel(ctx), dateLimit)
	defer stop()
	err := h.ledger.Write.WithContext(patient).Transaction(func(tx *gorm.DB) error {
		return h.moveIn(tx, found)
	})
	return found, err
}

// errForeseen ends a transaction that must leave nothing.
var errForeseen = errors.New("only foreseen")

// foreseeHorizon is moveHorizon, taken back.
func (h *Horizons) foreseeHorizon(ctx context.Context, sight Sight) (*Horizon, error) {
	found := newHorizon(sight)
	err := h.ledger.Write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if err := h.moveIn(tx, found); err != nil {
			return err
		}
		return errForeseen
	})
	if errors.Is(err, errForeseen) {
		err = nil
	}
	return found, err
}

func newHorizon(sight Sight) *Horizon {
	h := &Horizon{sight: sight, came: map[string][]arrival{}}
	h.revision = sync.OnceValue(h.number)
	return h
}

// moveIn brings the kept horizon of h's reader up to h's sight, and reads it into h.
func (h *Horizons) moveIn(tx *gorm.DB, into *Horizon) error {
	row, first, err := h.lockHorizon(tx, into.sight)
	if err != nil {
		return err
	}
	later := false
	if !first && row.ahead(into.sight) {
		if later, err = h.holds(tx, row); err != nil {
			return err
		}
	}
	if first || !later && !row.covers(into.sight) {
		if err := h.storeSight(tx, &row, into.sight, first); err != nil {
			return err
		}
	}
	into.first, into.moves, into.mark = row.First, row.Moves, row.Mark
	return into.readMoves(tx)
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

// lockHorizon reads the reader's row and keeps other processes from moving it.
func (h *Horizons) lockHorizon(tx *gorm.DB, sight Sight) (row horizonRow, first bool, err error) {
	if h.ledger.Dialect == database.Postgres {
		// A row that does not exist yet cannot be locked; its name can.
		if err := tx.Exec("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", "horizon "+sight.Reader).Error; err != nil {
			return row, false, fmt.Errorf("lock the horizon: %w", err)
		}
	}
	err = tx.Where("reader = ?", sight.Reader).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return horizonRow{Reader: sight.Reader}, true, nil
	}
	return row, false, err
}

// storeSight keeps a sight, and dates what came into it. The first sight dates
// nothing: whoever sees for the first time sees the records' own dates. In another
// epoch, after a restore, everything comes anew; so it does where the generation that
// the reader saw last is not one that the roster went through.
func (h *Horizons) storeSight(tx *gorm.DB, row *horizonRow, sight Sight, first bool) error {
	sets, err := keptSets(tx, sight.Reader)
	if err != nil {
		return err
	}
	old := kept{generation: row.Generation, at: row.MovedAt, sets: sets}
	if first || row.Epoch != sight.Stamp.Epoch || !sight.View.Snapshot.Follows(row.stamp().State()) {
		old.sets, row.First = nil, sight.Stamp.Generation
	}
	row.keep(sight)
	if !first {
		if err := h.storeMoves(tx, row, sight.compare(old), sight); err != nil {
			return err
		}
	}
	if err := storeSets(tx, sets, sight); err != nil {
		return err
	}
	return tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(row).Error
}

func keptSets(tx *gorm.DB, reader string) (map[string]horizonSet, error) {
	var sets []horizonSet
	if err := tx.Where("reader = ?", reader).Find(&sets).Error; err != nil {
		return nil, fmt.Errorf("read what a reader saw: %w", err)
	}
	byEntity := map[string]horizonSet{}
	for _, s := range sets {
		byEntity[s.Entity] = s
	}
	return byEntity, nil
}

// storeMoves keeps the records that came, under one new move.
func (h *Horizons) storeMoves(tx *gorm.DB, row *horizonRow, differences map[string]difference, sight Sight) error {
	moved := false
	at := h.moment(row.MovedAt, sight.View.Snapshot)
	for entity, d := range differences {
		moved = moved || !d.came.IsEmpty() || !d.went.IsEmpty()
		if d.came.IsEmpty() {
			continue
		}
		if err := forgetMoves(tx, row.Reader, entity, d.came); err != nil {
			return err
		}
		if err := storeMove(tx, horizonMove{row.Reader, row.Moves + 1, entity, at, nil}, d.came); err != nil {
			return err
		}
	}
	if moved {
		row.Moves++
		row.Mark, row.MovedAt = revision.NewMark(), at
	}
	return nil
}

func storeMove(tx *gorm.DB, m horizonMove, records *roaring.Bitmap) error {
	var err error
	if m.Records, err = codec.Pack(records); err != nil {
		return err
	}
	if err := tx.Create(&m).Error; err != nil {
		return fmt.Errorf("date what came into sight: %w", err)
	}
	return nil
}

// forgetMoves takes records out of earlier moves: a later one dates them, and
// moves would pile up.
func forgetMoves(tx *gorm.DB, reader, entity string, came *roaring.Bitmap) error {
	var moves []horizonMove
	if err := tx.Where("reader = ? AND entity = ?", reader, entity).Find(&moves).Error; err != nil {
		return fmt.Errorf("read what came into sight: %w", err)
	}
	for _, m := range moves {
		records := codec.Unpack(m.Records)
		if !records.Intersects(came) {
			continue
		}
		if err := tx.Where("reader = ? AND entity = ? AND move = ?", reader, entity, m.Move).Delete(&horizonMove{}).Error; err != nil {
			return fmt.Errorf("forget what came into sight: %w", err)
		}
		if records.AndNot(came); records.IsEmpty() {
			continue
		}
		if err := storeMove(tx, m, records); err != nil {
			return err
		}
	}
	return nil
}

// storeSets keeps what the sight shows, and forgets entities that it no longer
// does.
func storeSets(tx *gorm.DB, old map[string]horizonSet, sight Sight) error {
	for _, e := range catalog.Tables(catalog.V11) {
		shows, visible := sight.Shows[e.Plural]
		if _, kept := old[e.Plural]; kept && !visible {
			if err := tx.Where("reader = ? AND entity = ?", sight.Reader, e.Plural).Delete(&horizonSet{}).Error; err != nil {
				return fmt.Errorf("forget what a reader saw: %w", err)
			}
		}
		if !visible {
			continue
		}
		records, err := codec.Pack(sight.View.Set(e.Plural).Clone())
		if err != nil {
			return err
		}
		set := horizonSet{sight.Reader, e.Plural, codec.JSON(shows), records}
		if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&set).Error; err != nil {
			return fmt.Errorf("keep what a reader sees: %w", err)
		}
	}
	return nil
}

// readMoves reads what came into the reader's sight, the newest first.
func (h *Horizon) readMoves(tx *gorm.DB) error {
	var moves []horizonMove
	if err := tx.Where("reader = ?", h.sight.Reader).Order("move DESC").Find(&moves).Error; err != nil {
		return fmt.Errorf("read what came into sight: %w", err)
	}
	for _, m := range moves {
		h.came[m.Entity] = append(h.came[m.Entity], arrival{m.MovedAt, codec.Unpack(m.Records)})
	}
	return nil
}
