package audit

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/plural"
	"gorm.io/gorm"
)

// remedy is what to do about a ledger that lost entries.
const remedy = "put back the newest copy of the ledger; if there is none, run `rostergate restored --ledger-lost`, which puts on record what is lost and goes on behind it"

// There checks that the file of a ledger is there, if its store knows of entries. It
// is for SQLite, where opening a file that is missing makes an empty one, and is called
// before the store is migrated. The error is a fault.Conflict that says what to do.
func There(ctx context.Context, store *database.Database, path string) error {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.Size() > 0:
		return nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("look at the ledger %s: %w", path, err)
	}
	expected, err := expect(ctx, store)
	if err != nil || !expected.some() {
		return err
	}
	return fault.New(fault.Conflict, "the ledger %s is missing or empty, and the store knows of %s: %s", path, expected, remedy)
}

// Whole checks that a ledger is the one that a migrated store knows, and that it has
// the entries that the store knows of. It changes nothing, and the ledger need not be
// migrated. The error is a fault.Conflict that says what to do.
func Whole(ctx context.Context, ledger, store *database.Database) error {
	expected, err := expect(ctx, store) // read first, for others may go on meanwhile
	if err != nil {
		return err
	}
	found, err := present(ctx, ledger)
	if err != nil {
		return err
	}
	if expected.another(found) {
		return anothers(ledger, found)
	}
	if expected.lacks(found) {
		return fault.New(fault.Conflict, "%s ends with entry %d, and the store knows of %s: %s", place(ledger), found.newest, expected, remedy)
	}
	return nil
}

// Own is Whole of a ledger that may lack entries: it need only be the store's.
func Own(ctx context.Context, ledger, store *database.Database) error {
	expected, err := expect(ctx, store)
	if err != nil {
		return err
	}
	found, err := present(ctx, ledger)
	if err == nil && expected.another(found) {
		err = anothers(ledger, found)
	}
	return err
}

func anothers(ledger *database.Database, found extent) error {
	return fault.New(fault.Conflict, "%s belongs to another store, and has %s: put back this store's own ledger; if it is lost, move the other one away and run `rostergate restored --ledger-lost`", place(ledger), plural.Of(int(found.newest), "entry", "entries"))
}

// Loss is what a ledger lacks of what its store knows.
type Loss struct {
	From int64 `json:"from"` // the first entry that is lost
	To   int64 `json:"to"`   // the last one that the store knows of; 0 where it knows no number
}

// String says which entries are lost.
func (l Loss) String() string {
	if l.To == 0 {
		return "all entries, up to a number that is not known,"
	}
	return fmt.Sprintf("entries %d to %d", l.From, l.To)
}

// Forgo lets a migrated ledger that lost entries go on behind them, so that no number
// is given twice, and returns what is lost, for the caller to record. A ledger that
// lost nothing, or that is another store's, is a fault.Conflict.
func Forgo(ctx context.Context, ledger, store *database.Database) (Loss, error) {
	expected, err := expect(ctx, store)
	if err != nil {
		return Loss{}, err
	}
	found, err := present(ctx, ledger)
	if err != nil {
		return Loss{}, err
	}
	if expected.another(found) {
		return Loss{}, anothers(ledger, found)
	}
	if !expected.lacks(found) {
		return Loss{}, fault.New(fault.Conflict, "%s has every entry that the store knows of: nothing is lost", place(ledger))
	}
	if err := passNumbers(ledger.Write.WithContext(ctx), ledger.Dialect, expected.newest); err != nil {
		return Loss{}, err
	}
	if expected.ledger != "" {
		_, err = nameLedger(ctx, ledger, expected.ledger)
	}
	return Loss{From: found.newest + 1, To: expected.newest}, err
}

// Extent is how far a migrated ledger goes, by its own word and by that of its store.
type Extent struct {
	Ledger string // the random name of the ledger
	Newest int64  // the highest number of an entry
}

// Reaches is the extent of a ledger.
func Reaches(ctx context.Context, ledger *database.Database) (Extent, error) {
	found, err := present(ctx, ledger)
	return Extent{Ledger: found.ledger, Newest: found.newest}, err
}

// Expected is what a store knows of its ledger.
func Expected(ctx context.Context, store *database.Database) (Extent, error) {
	expected, err := expect(ctx, store)
	return Extent{Ledger: expected.ledger, Newest: expected.newest}, err
}

// place names a ledger for people.
func place(ledger *database.Database) string {
	if ledger.Path == "" {
		return "the ledger (the table ledger_entries)"
	}
	return "the ledger " + ledger.Path
}

// extent is a ledger's name and its newest entry, as found or as expected.
type extent struct {
	ledger  string
	newest  int64
	changed bool // expected, without a number: the store has changes that a ledger must have
}

func (e extent) some() bool { return e.newest > 0 || e.changed }

// lacks reports whether a ledger that was found ends too early.
func (e extent) lacks(found extent) bool {
	return found.newest < e.newest || e.changed && found.newest == 0
}

// another reports whether a ledger that was found is not the one expected. One that
// has entries and no name is of a build that gave none, and this one was named since.
func (e extent) another(found extent) bool {
	if e.ledger == "" || found.ledger == e.ledger {
		return false
	}
	return found.ledger != "" || found.newest > 0 && found.newest >= e.newest
}

// String says what is expected.
func (e extent) String() string {
	if e.newest == 0 {
		return "changes that it must have"
	}
	return fmt.Sprintf("entry %d", e.newest)
}

// expect is what a store, migrated or not, knows of its ledger. One that never met it
// by name has nothing to go by but that each of its changes became an entry.
func expect(ctx context.Context, store *database.Database) (e extent, err error) {
	is, err := hasTable(ctx, store, "ledger_head")
	if err != nil {
		return e, err
	}
	if is {
		row, err := knownHead(ctx, store)
		if err != nil || row.Ledger != "" {
			return extent{ledger: row.Ledger, newest: row.Newest}, err
		}
	}
	if is, err = hasTable(ctx, store, "outbox"); err != nil || !is {
		return e, err
	}
	// A change that nobody has sequenced waits in the outbox.
	const changes = "SELECT EXISTS (SELECT 1 FROM numbers WHERE name IN ('permission', 'generation') AND value > 0) AND NOT EXISTS (SELECT 1 FROM outbox)"
	if err := store.Read.WithContext(ctx).Raw(changes).Row().Scan(&e.changed); err != nil {
		return e, fmt.Errorf("read whether the store was changed: %w", err)
	}
	return e, nil
}

// present is what there is of a ledger, migrated or not.
func present(ctx context.Context, ledger *database.Database) (e extent, err error) {
	is, err := hasTable(ctx, ledger, "ledger_identity")
	if err == nil && is {
		e.ledger, err = identity(ctx, ledger)
	}
	if err != nil {
		return e, err
	}
	if is, err = hasTable(ctx, ledger, "ledger_entries"); err == nil && is {
		e.newest, err = newestEntry(ledger.Read.WithContext(ctx))
	}
	return e, err
}

// hasTable reports whether a database has a table. GORM's own way takes an error for
// an answer.
func hasTable(ctx context.Context, db *database.Database, name string) (is bool, err error) {
	query := "SELECT to_regclass(?) IS NOT NULL"
	if db.Dialect == database.SQLite {
		query = "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?)"
	}
	if err := db.Read.WithContext(ctx).Raw(query, name).Row().Scan(&is); err != nil {
		return false, fmt.Errorf("look for the table %s: %w", name, err)
	}
	return is, nil
}

// passNumbers keeps numbers up to one from being given to entries. On PostgreSQL it
// takes them one by one, which goes beside other servers and never sets back.
func passNumbers(ledger *gorm.DB, dialect database.Dialect, upTo int64) error {
	var err error
	if dialect == database.Postgres {
		var passed int64
		err = ledger.Raw(`SELECT count(nextval(s)) FROM CAST(pg_get_serial_sequence('ledger_entries', 'id') AS regclass) AS s,
			LATERAL generate_series(coalesce(pg_sequence_last_value(s), 0) + 1, ?) AS number`, upTo).Row().Scan(&passed)
	} else {
		err = ledger.Transaction(func(tx *gorm.DB) error {
			if err := tx.Exec("INSERT INTO sqlite_sequence (name, seq) SELECT 'ledger_entries', 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'ledger_entries')").Error; err != nil {
				return err
			}
			return tx.Exec("UPDATE sqlite_sequence SET seq = ? WHERE name = 'ledger_entries' AND seq < ?", upTo, upTo).Error
		})
	}
	if err != nil {
		return fmt.Errorf("pass over the numbers up to %d: %w", upTo, err)
	}
	return nil
}
