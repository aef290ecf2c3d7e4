package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/codec"
	"gorm.io/gorm"
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

// storing writes the rows of an entity, and tells how many it has written.
type storing struct {
	*stage
	gone *roaring.Bitmap
	tell func(done int64) error
}

// storeEntity writes one entity: its rows, the ids it gave and what changed.
func (imp *importing) storeEntity(ctx context.Context, s *stage, conn, tx *gorm.DB, generation int64) error {
	plural := s.layout.Entity.Plural
	gone := imp.removed[plural]
	total := int64(s.fresh.rows+s.changed.rows) + int64(gone.GetCardinality())
	w := storing{s, gone, func(done int64) error {
		if total == 0 {
			return nil
		}
		return imp.tell(ctx, Step{File: s.file, Storing: true, Done: done, Total: total})
	}}
	for _, step := range []func() error{
		func() error { return w.tell(0) },
		func() error { return w.write(conn, tx) },
		func() error { return w.remove(tx) },
		func() error { return s.changes.Store(tx, generation, plural) },
		func() error { return roster.StoreLastID(tx, plural, imp.last[plural]) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// write stores the rows that are new or changed.
func (w storing) write(conn, tx *gorm.DB) error {
	if w.table.db.Dialect == database.Postgres {
		return w.copyRows(conn, tx)
	}
	return w.insertRows(tx)
}

// reread reads a spool from its start.
func (w storing) reread(from *spool) (*storingRows, error) {
	in, err := from.reread()
	return &storingRows{rereading: in, tell: w.tell, done: w.stored}, err
}

// storingRows reads a spool for the database, and tells how many of its rows that
// has.
type storingRows struct {
	*rereading
	tell func(done int64) error
	done int64
	read int64
}

// next is the next row, io.EOF behind the last.
func (r *storingRows) next() (spooled, error) {
	const often = 512
	row, err := r.rereading.next()
	if errors.Is(err, io.EOF) && r.read > 0 || err == nil && r.read > 0 && r.read%often == 0 {
		if stopped := r.tell(r.done + r.read); stopped != nil {
			return spooled{}, stopped
		}
	}
	if err == nil {
		r.read++
	}
	return row, err
}

// remove empties the rows of records that are gone. Id, sourcedId and references
// stay: who a record was about must remain answerable.
func (w storing) remove(tx *gorm.DB) error {
	e, dialect := w.layout.Entity, w.table.db.Dialect
	set := []string{"status = 'tobedeleted'", "date_last_modified = ?", "hash = ?"}
	for _, f := range roster.Contents(e) {
		if !f.Kind.Refers() {
			set = append(set, roster.Quoted(f)+" = NULL")
		}
	}
	if e.Metadata {
		set = append(set, string(catalog.Metadata)+" = NULL")
	}
	statement := "UPDATE " + e.Table() + " SET " + strings.Join(set, ", ") + " WHERE " + roster.IDIn(dialect)
	const chunk = 10000
	for some := range slices.Chunk(w.gone.ToArray(), chunk) {
		none := digest{}
		done := tx.Exec(statement, w.date, none[:], roster.IDList(dialect, some))
		if done.Error != nil {
			return fmt.Errorf("remove: %w", done.Error)
		}
		if err := tookAll("remove", done.RowsAffected, int64(len(some))); err != nil {
			return err
		}
		w.stored += int64(len(some))
		if err := w.tell(w.stored); err != nil {
			return err
		}
	}
	return nil
}
