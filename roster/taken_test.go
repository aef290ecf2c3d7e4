package roster_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/rostertest"
)

// A trigger drops a row of each kind in turn without an error, as a database may that
// somebody meddled with.
func TestAnImportOfWhichTheDatabaseDropsARowStoresNothing(t *testing.T) {
	for _, c := range []struct{ name, when, drop string }{
		{"a new row", "INSERT", "NEW.sourced_id = 'cal'"},
		{"a changed row", "UPDATE", "NEW.sourced_id = 'ana'"},
		{"a removed row", "UPDATE", "NEW.sourced_id = 'ben'"},
	} {
		dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
			r := rostertest.Open(s.DB, s.Ledger, time.Now)
			restore(t, r, base(t))
			drop(t, s, c.when, c.drop)
			before := take(t, s.DB)
			report, err := r.Import(context.Background(), changedBase(t).Folder(t), intake.Options{AcceptHold: true})
			if err == nil || !strings.Contains(err.Error(), "store the users: ") || !strings.Contains(err.Error(), "trigger") {
				t.Errorf("%s: %+v, %v", c.name, report, err)
			}
			take(t, s.DB).succeeds(t, before, false)
		})
	}
}

// drop lets the database drop what is written of some users.
func drop(t *testing.T, s dbtest.Store, when, which string) {
	t.Helper()
	statements := []string{"CREATE TRIGGER dropping BEFORE " + when + " ON users WHEN " + which + " BEGIN SELECT RAISE(IGNORE); END"}
	if s.DB.Dialect == database.Postgres {
		statements = []string{
			"CREATE FUNCTION dropping() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
			"CREATE TRIGGER dropping BEFORE " + when + " ON users FOR EACH ROW WHEN (" + which + ") EXECUTE FUNCTION dropping()",
		}
	}
	for _, statement := range statements {
		if err := s.DB.Write.Exec(statement).Error; err != nil {
			t.Fatal(err)
		}
	}
}
