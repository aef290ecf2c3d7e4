package audit_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/revision"
	"gorm.io/gorm"
)

func statement(t testing.TB, db *database.Database, text string, args ...any) {
	t.Helper()
	if err := db.Write.Exec(text, args...).Error; err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

// refused wants an error that a person can act on, with some words.
func refused(t testing.TB, err error, words ...string) {
	t.Helper()
	if !fault.Is(err, fault.Conflict) {
		t.Errorf("%v; want a conflict", err)
		return
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("%q does not say %q", err, word)
		}
	}
}

func whole(s dbtest.Store) error { return audit.Whole(context.Background(), s.Ledger, s.DB) }

// forgo acknowledges a loss.
func forgo(s dbtest.Store) (audit.Loss, error) {
	return audit.Forgo(context.Background(), s.Ledger, s.DB)
}

func TestALedgerThatLostItsNewestEntriesIsRefusedAndGoesOnBehindThem(t *testing.T) {
	for _, lost := range []struct {
		statement string
		loss      audit.Loss
	}{
		{"DELETE FROM ledger_entries WHERE id > 3", audit.Loss{From: 4, To: 5}},
		{"DELETE FROM ledger_entries", audit.Loss{From: 1, To: 5}},
	} {
		dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
			join(t, s)
			l := audit.Open(s.Ledger, s.DB, noon)
			disclose(t, l, users("1", 1), users("2", 1), users("3", 1), users("4", 1), users("5", 1))
			l.Close()
			if err := whole(s); err != nil {
				t.Error(err)
			}
			if _, err := forgo(s); !fault.Is(err, fault.Conflict) {
				t.Errorf("of a whole ledger a loss is acknowledged: %v", err)
			}
			statement(t, s.Ledger, lost.statement)
			// As in an older copy, or a database that was filled by hand.
			if s.Ledger.Dialect == database.SQLite {
				statement(t, s.Ledger, "DELETE FROM sqlite_sequence WHERE name = 'ledger_entries'")
			} else {
				forget(t, s)
			}
			refused(t, whole(s), "the store knows of entry 5", "put back", "restored --ledger-lost")
			loss, err := forgo(s)
			if err != nil || loss != lost.loss {
				t.Errorf("lost are %+v, %v; want %+v", loss, err, lost.loss)
			}
			refused(t, whole(s), "entry 5") // until it is on record
			record(t, s.DB, numbered("lost", 1)...)
			sequence(t, open(t, s, noon))
			if err := whole(s); err != nil {
				t.Error(err)
			}
			if found := ask(t, open(t, s, noon).Changes, audit.Question{}); len(found) != 1 || found[0].ID != 6 {
				t.Errorf("the ledger goes on with %+v; want entry 6", found)
			}
		})
	}
}

func TestAStoreOfABuildThatKnewNothingTakesItsLedgerAsItIs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		l := audit.Open(s.Ledger, s.DB, noon)
		disclose(t, l, users("1", 1), users("2", 1))
		record(t, s.DB, numbered("c", 1)...)
		if err := s.DB.Write.Transaction(revision.MovePermission); err != nil {
			t.Fatal(err)
		}
		sequence(t, l)
		l.Close()
		join(t, s)
		if head(t, s) != 3 {
			t.Errorf("the store knows of entry %d; want 3", head(t, s))
		}
		statement(t, s.Ledger, "DELETE FROM ledger_entries WHERE id = 3")
		refused(t, whole(s), "ends with entry 2", "entry 3")
	})
}

func TestAStoreOfABuildThatKnewNothingMissesALedgerThatHasNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		err := s.DB.Write.Transaction(func(tx *gorm.DB) error {
			if err := audit.Record(tx, numbered("c", 1)[0]); err != nil {
				return err
			}
			return revision.MovePermission(tx)
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := whole(s); err != nil {
			t.Errorf("a change that waits in the outbox is missed: %v", err)
		}
		sequence(t, open(t, s, noon))
		if err := whole(s); err != nil {
			t.Error(err)
		}
		statement(t, s.Ledger, "DELETE FROM ledger_entries")
		refused(t, whole(s), "changes that it must have")
		if loss, err := forgo(s); err != nil || loss != (audit.Loss{From: 1}) {
			t.Errorf("lost are %+v, %v", loss, err)
		}
	})
}

func TestAnotherStoresLedgerIsRefusedHoweverLongItIs(t *testing.T) {
	mine, other := dbtest.New(t, database.SQLite), dbtest.New(t, database.SQLite)
	join(t, mine)
	join(t, other)
	crossed := dbtest.Store{DB: mine.DB, Ledger: other.Ledger}
	refused(t, whole(crossed), "another store", "put back")
	disclose(t, open(t, mine, noon), users("1", 1))
	disclose(t, open(t, other, noon), users("1", 1), users("2", 1))
	refused(t, whole(crossed), "another store")
	_, err := forgo(crossed)
	refused(t, err, "another store")
	// One of a build that gave no names is no better.
	statement(t, other.Ledger, "DELETE FROM ledger_identity")
	refused(t, whole(crossed), "another store")
	// A store from before both met knows nothing against it.
	statement(t, mine.DB, "DELETE FROM ledger_head")
	if err := whole(crossed); err != nil {
		t.Error(err)
	}
}

func TestAMissingLedgerIsNotedBeforeOpeningWouldMakeOne(t *testing.T) {
	s := dbtest.New(t, database.SQLite)
	there := func(path string) error { return audit.There(context.Background(), s.DB, path) }
	missing := filepath.Join(t.TempDir(), "missing.db")
	empty := filepath.Join(t.TempDir(), "empty.db")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	join(t, s)
	for _, path := range []string{missing, empty, s.Ledger.Path} {
		if err := there(path); err != nil {
			t.Errorf("a store that knows of no entry misses %s: %v", path, err)
		}
	}
	l := audit.Open(s.Ledger, s.DB, noon)
	disclose(t, l, users("1", 1))
	l.Close()
	refused(t, there(missing), missing, "missing or empty", "entry 1", "restored --ledger-lost")
	refused(t, there(empty), empty, "missing or empty")
	if err := there(s.Ledger.Path); err != nil {
		t.Error(err)
	}
	// Before the store is migrated it has no table to know anything by.
	statement(t, s.DB, "DROP TABLE ledger_head")
	if err := there(missing); err != nil {
		t.Error(err)
	}
	if err := s.DB.Write.Transaction(func(tx *gorm.DB) error { return revision.MoveGeneration(tx, revision.NewMark()) }); err != nil {
		t.Fatal(err)
	}
	refused(t, there(missing), "changes that it must have")
}
