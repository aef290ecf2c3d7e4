package intake

import (
	"fmt"
	"strings"

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
func (imp *importing) apply() error {
	written := false
	// One connection, for PostgreSQL's COPY goes to the driver's own.
	err := imp.importer.DB.Write.WithContext(imp.ctx).Connection(func(conn *gorm.DB) error {
		return conn.Transaction(func(tx *gorm.DB) error {
			err := imp.write(conn, tx)
			written = err == nil
			return err
		})
	})
	return imp.settled(err, written)
}

func (imp *importing) write(conn, tx *gorm.DB) error {
	if err := imp.lock(tx); err != nil {
		return err
	}
	generation := imp.base.Generation + 1
	imp.report.Generation, imp.report.mark = generation, imp.mark
	if err := imp.storeGeneration(tx, generation); err != nil {
		return err
	}
	for _, s := range imp.stages {
		if err := s.store(conn, tx, generation); err != nil {
			return fmt.Errorf("store the %s: %w", s.layout.Entity.Plural, err)
		}
	}
	if err := imp.Turnover.Store(tx, generation); err != nil {
		return err
	}
	if err := imp.storeOutside(tx); err != nil {
		return err
	}
	if err := imp.storeEqual(tx); err != nil {
		return err
	}
	if err := imp.dateGeneration(tx, generation); err != nil {
		return err
	}
	if imp.Committing != nil {
		if err := imp.Committing(tx, imp.report); err != nil {
			return err
		}
	}
	if err := imp.storeKeys(tx); err != nil {
		return err
	}
	return revision.MoveGeneration(tx, imp.mark)
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
	}{generation, imp.at, codec.JSON(imp.report.Files), imp.mark}
	if err := tx.Table("generations").Create(&row).Error; err != nil {
		return fmt.Errorf("store the generation: %w", err)
	}
	return nil
}

// dateGeneration dates the import now, when nearly all of it is done: who looks
// for what changed since the last answer must not find it dated before that.
func (imp *importing) dateGeneration(tx *gorm.DB, generation int64) error {
	now, err := imp.importer.nextTime(imp.ctx)
	if err != nil {
		return err
	}
	imp.report.CommittedAt = max(imp.at, now)
	err = tx.Table("generations").Where("generation = ?", generation).Update("committed_at", imp.report.CommittedAt).Error
	if err != nil {
		return fmt.Errorf("date the generation: %w", err)
	}
	return nil
}

// store writes one entity: its rows, the ids it gave and what changed.
func (s *stage) store(conn, tx *gorm.DB, generation int64) error {
	for _, spool := range []*spool{s.fresh, s.changed} {
		if err := spool.rewind(); err != nil {
			return err
		}
	}
	if err := s.tell(0); err != nil {
		return err
	}
	write := s.insertRows
	if s.imp.importer.DB.Dialect == database.Postgres {
		write = s.copyRows
	}
	if err := write(conn, tx); err != nil {
		return err
	}
	if err := s.remove(tx); err != nil {
		return err
	}
	plural := s.layout.Entity.Plural
	if err := s.changes.Store(tx, generation, plural); err != nil {
		return err
	}
	return roster.StoreLastID(tx, plural, s.imp.last[plural])
}

// remove empties the rows of records that are gone. Id, sourcedId and references
// stay: who a record was about must remain answerable.
func (s *stage) remove(tx *gorm.DB) error {
	e := s.layout.Entity
	set := []string{"status = 'tobedeleted'", "date_last_modified = ?", "hash = ?"}
	for _, f := range roster.Contents(e) {
		if !f.Kind.Refers() {
			set = append(set, roster.Quoted(f)+" = NULL")
		}
	}
	if e.Metadata {
		set = append(set, string(catalog.Metadata)+" = NULL")
	}
	statement := "UPDATE " + e.Table() + " SET " + strings.Join(set, ", ") + " WHERE " + roster.IDIn(s.imp.importer.DB.Dialect)
	const chunk = 10000
	ids := s.imp.removed[e.Plural].ToArray()
	for len(ids) > 0 {
		some := ids[:min(chunk, len(ids))]
		ids = ids[len(some):]
		none := digest{}
		done := tx.Exec(statement, s.imp.at, none[:], roster.IDList(s.imp.importer.DB.Dialect, some))
		if done.Error != nil {
			return fmt.Errorf("remove: %w", done.Error)
		}
		if err := taken("remove", done.RowsAffected, int64(len(some))); err != nil {
			return err
		}
		s.stored += int64(len(some))
		if err := s.tell(0); err != nil {
			return err
		}
	}
	return nil
}
