package revision_test

import (
	"testing"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/revision"
	"gorm.io/gorm"
)

func TestANumberThatIsGivenTwiceHasAnotherMark(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		standby := s.Standby(t)
		move := func() revision.Stamp {
			t.Helper()
			err := s.DB.Write.Transaction(func(tx *gorm.DB) error {
				if err := revision.MoveGeneration(tx, revision.NewMark()); err != nil {
					return err
				}
				return revision.MovePermission(tx)
			})
			if err != nil {
				t.Fatal(err)
			}
			return read(t, s)
		}
		read(t, s)
		first := move()
		standby.TakeOver(t)
		read(t, s)
		second := move()
		if first.Permission != second.Permission || first.Generation != second.Generation || first.Epoch != second.Epoch {
			t.Fatalf("the numbers of %+v and %+v are to be the same", first, second)
		}
		if first == second || first.State() == second.State() || first.Marks.Permission == second.Marks.Permission {
			t.Errorf("two states are taken for one: %+v", first)
		}
	})
}

// read reads the stamp; the first to ask may meet a connection that is gone.
func read(t *testing.T, s dbtest.Store) revision.Stamp {
	t.Helper()
	now, err := revision.Read(s.DB.Read)
	if database.Passing(err) {
		now, err = revision.Read(s.DB.Read)
	}
	if err != nil {
		t.Fatal(err)
	}
	return now
}

func TestEveryMoveDrawsAMark(t *testing.T) {
	seen := map[int64]bool{0: true}
	for range 1000 {
		mark := revision.NewMark()
		if seen[mark] || mark < 0 {
			t.Fatalf("%d was drawn before, or is no mark", mark)
		}
		seen[mark] = true
	}
}

func TestACommitOfAMoveWaitsForTheDiskAndForNoLessThanWasSet(t *testing.T) {
	s := dbtest.New(t, database.Postgres)
	for set, holds := range map[string]string{"off": "on", "local": "on", "on": "on", "remote_write": "remote_write", "remote_apply": "remote_apply"} {
		err := s.DB.Write.Connection(func(conn *gorm.DB) error {
			if err := conn.Exec("SELECT set_config('synchronous_commit', ?, false)", set).Error; err != nil {
				return err
			}
			for name, move := range map[string]func(*gorm.DB) error{
				"permission": revision.MovePermission,
				"generation": func(tx *gorm.DB) error { return revision.MoveGeneration(tx, revision.NewMark()) },
			} {
				err := conn.Transaction(func(tx *gorm.DB) error {
					if err := move(tx); err != nil {
						return err
					}
					if now := setting(t, tx); now != holds {
						t.Errorf("%s, set to %s: the commit is %s, wanted %s", name, set, now, holds)
					}
					return nil
				})
				if err != nil {
					return err
				}
			}
			if now := setting(t, conn); now != set {
				t.Errorf("the connection was left with %s in place of %s", now, set)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func setting(t *testing.T, tx *gorm.DB) (now string) {
	t.Helper()
	if err := tx.Raw("SELECT current_setting('synchronous_commit')").Row().Scan(&now); err != nil {
		t.Fatal(err)
	}
	return now
}
