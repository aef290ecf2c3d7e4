package stores

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/migrations"
	"github.com/rostergate/rostergate/settings"
)

// Stores are the store and the ledger, open.
type Stores struct {
	Store, LedgerStore *database.Database

	ledgerLost bool
}

// Way is how stores are opened. The zero Way opens those that are there and whole.
type Way struct {
	Makes      bool // a store where there is none
	LedgerLost bool // somebody knows that the ledger lost entries, and is about to say so
}

// Open opens the stores that the settings name. Without Makes, a store that is not there is
// a fault.NotFound, and nothing is made.
func Open(ctx context.Context, s settings.Settings, way Way) (*Stores, error) {
	if !way.Makes {
		if err := fileThere(s); err != nil {
			return nil, err
		}
	}
	both, err := open(ctx, s, way)
	if err != nil || way.Makes {
		return both, err
	}
	if err := both.made(ctx); err != nil {
		return nil, errors.Join(err, both.Close())
	}
	return both, nil
}

func open(ctx context.Context, s settings.Settings, way Way) (*Stores, error) {
	url := s.StoreURL()
	store, err := database.Open(ctx, url, database.Options{Connections: s.Pool})
	if err != nil {
		return nil, err
	}
	if store.Dialect == database.SQLite {
		path := LedgerPath(store.Path)
		url = "sqlite:" + path
		if !way.LedgerLost { // before opening makes the file
			err = audit.There(ctx, store, path)
		}
	}
	var ledger *database.Database
	if err == nil {
		ledger, err = database.Open(ctx, url, database.Options{Connections: s.LedgerPool})
	}
	if err != nil {
		_ = store.Close()
		return nil, err
	}
	return &Stores{Store: store, LedgerStore: ledger, ledgerLost: way.LedgerLost}, nil
}

// OpenFiles opens a store and a ledger by the paths of their files, wherever these are.
func OpenFiles(ctx context.Context, store, ledger string) (*Stores, error) {
	var both Stores
	var err error
	few := database.Options{Connections: 4}
	if both.Store, err = database.Open(ctx, "sqlite:"+store, few); err != nil {
		return nil, err
	}
	if both.LedgerStore, err = database.Open(ctx, "sqlite:"+ledger, few); err != nil {
		return nil, errors.Join(err, both.Store.Close())
	}
	return &both, nil
}

// Close closes both.
func (s *Stores) Close() error { return errors.Join(s.LedgerStore.Close(), s.Store.Close()) }

// LedgerPath is the file of the ledger beside the file of a store.
func LedgerPath(store string) string {
	return strings.TrimSuffix(store, filepath.Ext(store)) + "-ledger.db"
}

// fileThere refuses a SQLite store that is not there: to open it would make one.
func fileThere(s settings.Settings) error {
	path, embedded := strings.CutPrefix(s.StoreURL(), "sqlite:")
	if !embedded {
		return nil
	}
	_, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return noStore("at "+path, "--data or --database")
	}
	if err != nil {
		return fmt.Errorf("look for the store: %w", err)
	}
	return nil
}

// noStore is the error of a question to a store that nobody has made.
func noStore(where, flags string) error {
	return fault.New(fault.NotFound, "there is no store %s: name another by %s, or make one, by rostergate serve, import, migrate or restore", where, flags)
}

// made refuses a database in which there is no store.
func (s *Stores) made(ctx context.Context) error {
	schema, err := s.Store.Schema(ctx, migrations.Store)
	if err == nil && schema.Has == 0 {
		err = noStore("in the database", "--database")
	}
	return err
}
