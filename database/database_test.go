package database_test

import (
	"context"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/migrations"
	"github.com/rostergate/rostergate/revision"
	"gorm.io/gorm"
)

func TestMigratingTwiceDoesNothingTheSecondTime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		applied, err := s.DB.Migrate(context.Background(), migrations.Store)
		if err != nil || len(applied) != 0 {
			t.Errorf("applied %v, err %v; want nothing", applied, err)
		}
	})
}

func TestASnapshotDoesNotSeeWhatIsCommittedMeanwhile(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		err := s.DB.Snapshot(context.Background(), func(tx *gorm.DB) error {
			before, err := revision.Read(tx)
			if err != nil {
				return err
			}
			if err := s.DB.Write.Transaction(revision.MovePermission); err != nil {
				return err
			}
			after, err := revision.Read(tx)
			if before != after {
				t.Errorf("the snapshot moved from %+v to %+v", before, after)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		now, err := revision.Read(s.DB.Read)
		if err != nil || now.Permission != 1 {
			t.Errorf("revision %+v, err %v; want permission 1", now, err)
		}
	})
}

func TestAReaderOnSQLiteCannotWrite(t *testing.T) {
	s := dbtest.New(t, database.SQLite)
	if err := s.DB.Read.Exec("DELETE FROM numbers").Error; err == nil {
		t.Error("the reading handle deleted rows")
	}
}

func TestABadDatabaseSettingIsExplainedWithoutItsPassword(t *testing.T) {
	for _, url := range []string{"mysql://u:hunter2@h/d", "postgres://u:hunter2@h:port/d", "postgres://u:hunter2@127.0.0.1:1/d"} {
		_, err := database.Open(context.Background(), url, database.Options{})
		if k := fault.KindOf(err); k != fault.Invalid && k != fault.Unavailable {
			t.Errorf("%q: %v is no fault", url, err)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the error shows the password: %v", err)
		}
	}
}
