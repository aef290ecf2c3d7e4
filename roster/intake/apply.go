package intake

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/codec"
	"github.com/rostergate/rostergate/roster/writer"
)

// apply stores a judged package in one transaction.
func (imp *importing) apply(ctx context.Context) error {
	written := false
	// One connection, for PostgreSQL's COPY goes to the driver's own.
	err := imp.importer.DB.Write.WithContext(ctx).Connection(func(conn *gorm.DB) error {
		return conn.Transaction(func(tx *gorm.DB) error {
			err := imp.write(ctx, conn, tx)
			written = err == nil
			return err
		})
	})
	return imp.settled(ctx, err, written)
}

// write is all that an import stores, in the order in which locks are taken.
func (imp *importing) write(ctx context.Context, conn, tx *gorm.DB) error {
	if err := imp.lock(tx); err != nil {
		return err
	}
	generation := imp.base.Generation + 1
	imp.report.Generation, imp.report.mark = generation, imp.mark
	for _, step := range []func() error{
		func() error { return imp.storeGeneration(tx, generation) },
		func() error { return imp.storeEntities(ctx, conn, tx, generation) },
		func() error { return imp.Turnover.Store(tx, generation) },
		func() error { return imp.storeOutside(tx) },
		func() error { return imp.storeEqual(tx) },
		func() error { return imp.sound.Store(tx, generation) },
		func() error { return imp.storeRefusals(tx) },
		func() error { return imp.dateGeneration(ctx, tx, generation) },
		func() error { return imp.committing(tx) },
		func() error { return imp.storeKeys(tx) },
		func() error { return revision.MoveGeneration(tx, imp.mark) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (imp *importing) storeEntities(ctx context.Context, conn, tx *gorm.DB, generation int64) error {
	for _, s := range imp.stages {
		if err := imp.storeEntity(ctx, s, conn, tx, generation); err != nil {
			return fmt.Errorf("store the %s: %w", s.layout.Entity.Plural, err)
		}
	}
	return nil
}

// committing lets others keep a record of the import.
func (imp *importing) committing(tx *gorm.DB) error {
	if imp.Committing == nil {
		return nil
	}
	return imp.Committing(tx, imp.report)
}

// lock makes sure that the roster is still the one that the package was
// compared with, and stays so.
func (imp *importing) lock(tx *gorm.DB) error {
	now, err := imp.lockGeneration(tx)
	if err != nil {
		return err
	}
	if now != imp.base.State() {
		return fault.New(fault.Conflict, "another import was stored while this one was read; run it again")
	}
	return nil
}

// lockGeneration reads which roster there is and keeps others from making another.
func (imp *importing) lockGeneration(tx *gorm.DB) (revision.State, error) {
	if imp.importer.DB.Dialect == database.Postgres {
		if err := tx.Exec("SELECT 1 FROM numbers WHERE name = 'generation' FOR UPDATE").Error; err != nil {
			return revision.State{}, fmt.Errorf("lock the roster: %w", err)
		}
	}
	now, err := revision.Read(tx)
	if err != nil {
		return revision.State{}, fmt.Errorf("lock the roster: %w", err)
	}
	return now.State(), nil
}

// storeGeneration writes what the import did, in counts.
func (imp *importing) storeGeneration(tx *gorm.DB, generation int64) error {
	row := struct {
		Generation  int64
		CommittedAt moment.Moment
		Summary     string
		Mark        int64
	}{generation, imp.date, codec.JSON(imp.report.Files), imp.mark}
	if err := tx.Table("generations").Create(&row).Error; err != nil {
		return fmt.Errorf("store the generation: %w", err)
	}
	return nil
}

// dateGeneration dates the import now, when nearly all of it is done: who looks
// for what changed since the last answer must not find it dated before that.
func (imp *importing) dateGeneration(ctx context.Context, tx *gorm.DB, generation int64) error {
	now, err := imp.importer.nextTime(ctx)
	if err != nil {
		return err
	}
	imp.report.CommittedAt = max(imp.date, now)
	err = tx.Table("generations").Where("generation = ?", generation).Update("committed_at", imp.report.CommittedAt).Error
	if err != nil {
		return fmt.Errorf("date the generation: %w", err)
	}
	return nil
}

// storeEntity writes one entity: its rows, the ids it gave and what changed.
func (imp *importing) storeEntity(ctx context.Context, s *stage, conn, tx *gorm.DB, generation int64) error {
	plural := s.layout.Entity.Plural
	gone := imp.removed[plural]
	total := int64(s.fresh.Rows+s.changed.Rows) + int64(gone.GetCardinality())
	w := writer.Writer{Dialect: s.table.DB.Dialect, Entity: s.layout.Entity, Fresh: s.fresh, Changed: s.changed, Gone: gone, Date: s.date}
	w.Tell = func(done int64) error {
		if total == 0 {
			return nil
		}
		return imp.tell(ctx, Step{File: s.file, Storing: true, Done: done, Total: total})
	}
	for _, step := range []func() error{
		func() error { return w.Write(conn, tx) },
		func() error { return s.changes.Store(tx, generation, plural) },
		func() error { return roster.StoreLastID(tx, plural, imp.last[plural]) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}
