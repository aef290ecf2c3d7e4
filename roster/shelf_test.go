package roster_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"testing"
	"time"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/shelf"
)

// shelved is a shelf with a package on it.
func shelved(t *testing.T, s dbtest.Store) (*shelf.Shelf, string) {
	t.Helper()
	shelf := &shelf.Shelf{Importer: intake.New(s.DB, time.Now), Folder: dbtest.Folder(t)}
	shelf.Trouble = func(what string, _ intake.Attempt, err error) { t.Logf("%s: %v", what, err) }
	folder, err := shelf.NewFolder()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(base(t).Folder(t), shelf.Place(folder)); err != nil {
		t.Fatal(err)
	}
	return shelf, folder
}

// A server that is stopped waits for what it carries out, and leaves no import that
// seems to run.
func TestAShelfThatIsClosedEndsItsImportsAndPutsThatOnRecord(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		shelf, folder := shelved(t, s)
		inTheMiddle := make(chan struct{})
		shelf.Committing = func(intake.Attempt) func(*gorm.DB, *intake.Report) error {
			return func(tx *gorm.DB, _ *intake.Report) error {
				close(inTheMiddle)
				<-tx.Statement.Context.Done()
				return nil
			}
		}
		began, err := shelf.Start(t.Context(), intake.Attempt{Actor: "ada@example.org", Package: folder})
		if err != nil {
			t.Fatal(err)
		}
		<-inTheMiddle
		shelf.Close()
		if ended, err := shelf.Importer.Attempt(t.Context(), began.ID); err != nil || ended.State != intake.Failed || ended.EndedAt == "" {
			t.Errorf("the attempt is %q, ended at %q, %v", ended.State, ended.EndedAt, err)
		}
		if now, err := revision.Read(s.DB.Read); err != nil || now.Generation != 0 {
			t.Errorf("the generation is %d, %v", now.Generation, err)
		}
		if _, err := os.Stat(shelf.Place(folder)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("the package is still there: %v", err)
		}
	})
}

func TestAShelfThatIsClosedBeginsNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		shelf, folder := shelved(t, s)
		shelf.Close()
		refused, err := shelf.Start(context.Background(), intake.Attempt{Actor: "ada@example.org", Package: folder})
		if !fault.Is(err, fault.Unavailable) {
			t.Errorf("a closed shelf says %v", err)
		}
		if ended, err := shelf.Importer.Attempt(t.Context(), refused.ID); err != nil || ended.State != intake.Failed {
			t.Errorf("the attempt is %q, %v", ended.State, err)
		}
	})
}
