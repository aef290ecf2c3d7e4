package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/migrations"
	"github.com/rostergate/rostergate/optouts"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/notice"
	"github.com/rostergate/rostergate/roster/view"
	"github.com/rostergate/rostergate/secret"
	"github.com/rostergate/rostergate/settings"
)

// house is everything that commands work with, opened and put together.
type house struct {
	store, ledgerStore *database.Database
	key, workKey       secret.Key
	people             *people.Registry
	apps               *apps.Registry
	optouts            *optouts.Registry
	roster             *roster.Roster
	views              *view.Memory
	horizons           *notice.Horizons
	intake             *intake.Importer
	shelf              *intake.Shelf // of the pages, nil without them
	ledger             *audit.Ledger
	engine             *policy.Engine // nil until compile

	ledgerLost bool                        // somebody knows that the ledger lost entries, and is about to say so
	look       func(context.Context) error // looks at the stores before they are changed, if set
	sealed     bool                        // stays so: the command finds the key by itself
	makes      bool                        // a store where there is none
}

// inHouse opens the house for a command and closes it behind the command.
func inHouse(run func(cmd *cobra.Command, s settings.Settings, h *house, args []string) error) func(*cobra.Command, []string) error {
	return inHouseOf(&house{}, run)
}

// inHouseOf is inHouse for a house that is opened in a way of its own.
func inHouseOf(h *house, run func(cmd *cobra.Command, s settings.Settings, h *house, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		s, err := read(cmd)
		if err != nil {
			return err
		}
		if err := h.open(cmd.Context(), s); err != nil {
			return err
		}
		defer h.close()
		if err := run(cmd, s, h, args); err != nil {
			return err
		}
		// What the command changed goes into the ledger now, whether or not a
		// server is there to do it.
		_, err = h.ledger.Sequence(context.WithoutCancel(cmd.Context()))
		return err
	}
}

// open opens the store and the ledger, and brings their schema up to date.
func (h *house) open(ctx context.Context, s settings.Settings) (err error) {
	if !h.makes {
		if err := storeFile(s); err != nil {
			return err
		}
	}
	there := audit.There
	if h.ledgerLost {
		there = func(context.Context, *database.Database, string) error { return nil }
	}
	if h.store, h.ledgerStore, err = openBoth(ctx, s, there); err != nil {
		return err
	}
	if err := h.furnish(ctx, s); err != nil {
		h.close()
		return err
	}
	return nil
}

func (h *house) furnish(ctx context.Context, s settings.Settings) error {
	if !h.makes {
		if err := h.made(ctx); err != nil {
			return err
		}
	}
	if h.look != nil {
		if err := h.look(ctx); err != nil {
			return err
		}
	}
	if _, err := h.migrate(ctx); err != nil {
		return err
	}
	h.apps = &apps.Registry{DB: h.store, Clock: time.Now, Rand: rand.Reader, Engine: h.compiled}
	h.optouts = &optouts.Registry{DB: h.store, Apps: h.apps, Clock: time.Now}
	if !h.sealed {
		if err := h.unlock(ctx, s); err != nil {
			return err
		}
		h.people = people.New(h.store, h.workKey, time.Now, rand.Reader)
	}
	h.roster, h.views, h.intake = roster.New(h.store), view.NewMemory(h.store), intake.New(h.store, time.Now)
	h.horizons = notice.NewHorizons(h.views, h.store, h.ledgerStore, time.Now)
	h.ledger = audit.Open(h.ledgerStore, h.store, time.Now)
	return nil
}

// compile makes the engine ready, which takes longer than most commands do in all: those
// that ask the policy nothing go without.
func (h *house) compile() (err error) {
	if h.engine == nil {
		h.engine, err = policy.New()
	}
	return err
}

// compiled is the engine, made ready where it is not yet.
func (h *house) compiled() (*policy.Engine, error) {
	err := h.compile()
	return h.engine, err
}

// openStores opens the store and where the ledger lives. On SQLite that is a file
// beside the store's, so that a long import never keeps an answer waiting; on
// PostgreSQL it is the same database, by connections of its own.
func openStores(ctx context.Context, s settings.Settings) (store, ledger *database.Database, err error) {
	return openBoth(ctx, s, audit.There)
}

// openBoth is openStores, which asks of the ledger's file whether it is there before
// opening makes one.
func openBoth(ctx context.Context, s settings.Settings, there func(ctx context.Context, store *database.Database, path string) error) (store, ledger *database.Database, err error) {
	url := s.StoreURL()
	if store, err = database.Open(ctx, url, database.Options{Connections: s.Pool}); err != nil {
		return nil, nil, err
	}
	if store.Dialect == database.SQLite {
		path := ledgerPath(store.Path)
		url, err = "sqlite:"+path, there(ctx, store, path)
	}
	if err == nil {
		ledger, err = database.Open(ctx, url, database.Options{Connections: s.LedgerPool})
	}
	if err != nil {
		_ = store.Close()
		return nil, nil, err
	}
	return store, ledger, nil
}

// ledgerPath is the file of the ledger beside the file of a store.
func ledgerPath(store string) string {
	return strings.TrimSuffix(store, filepath.Ext(store)) + "-ledger.db"
}

// part is a set of tables and the database that it is in.
type part struct {
	db  *database.Database
	set migrations.Set
}

func (h *house) parts() []part {
	return []part{{h.store, migrations.Store}, {h.ledgerStore, migrations.Ledger}}
}

// checkSchemas refuses a store of which a part is newer than this build.
func (h *house) checkSchemas(ctx context.Context) error {
	for _, part := range h.parts() {
		schema, err := part.db.Schema(ctx, part.set)
		if err == nil {
			err = schema.Check()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// migrate brings both schemas up to date, or neither where one is newer than this
// build; of a ledger only if it is the store's and whole: the wrong one is left as it
// was found.
func (h *house) migrate(ctx context.Context) ([]string, error) {
	if err := h.checkSchemas(ctx); err != nil {
		return nil, err
	}
	applied, err := h.store.Migrate(ctx, migrations.Store)
	fits := audit.Whole
	if h.ledgerLost {
		fits = audit.Own
	}
	if err == nil {
		err = fits(ctx, h.ledgerStore, h.store)
	}
	if err != nil {
		return applied, err
	}
	more, err := h.ledgerStore.Migrate(ctx, migrations.Ledger)
	if err == nil && !h.ledgerLost {
		err = audit.Join(ctx, h.ledgerStore, h.store)
	}
	if err == nil {
		err = h.mark(ctx)
	}
	return append(applied, more...), err
}

// mark gives marks to the numbers of a store that has none yet.
func (h *house) mark(ctx context.Context) error {
	now, err := revision.Read(h.store.Read.WithContext(ctx))
	if err != nil || now.Marks.Permission != 0 && now.Marks.Generation != 0 {
		return err
	}
	return h.store.Write.WithContext(ctx).Transaction(revision.Begin)
}

func (h *house) close() {
	if h.shelf != nil {
		h.shelf.Close()
	}
	if h.ledger != nil {
		h.ledger.Close()
	}
	_ = h.ledgerStore.Close()
	_ = h.store.Close()
}

// unlock finds the encryption key, which must be the store's.
func (h *house) unlock(ctx context.Context, s settings.Settings) error {
	sealed, err := apps.SealedWith(h.store.Read.WithContext(ctx))
	if err != nil {
		return err
	}
	if h.key, err = findKey(s, sealed); err != nil {
		return err
	}
	h.apps.Key = h.key
	if err := h.apps.CheckKey(ctx); err != nil {
		return err
	}
	h.workKey, err = h.apps.WorkKey(ctx)
	return err
}

// findKey finds the encryption key: in the environment, in the named file, or in the data
// folder, where it is made when there is none. For a store that is sealed none is made: it
// would open nothing, and lie in the way of the store's own.
func findKey(s settings.Settings, sealed string) (secret.Key, error) {
	if s.Key.ID() != "" {
		return s.Key, nil
	}
	path := s.KeyPath()
	key, err := secret.LoadFileFor(path, sealed)
	switch {
	case !errors.Is(err, fs.ErrNotExist):
		return key, err
	case sealed != "":
		return key, fault.New(fault.Invalid, "the store is sealed with the encryption key %s, and there is no key file %s: put a copy of the key there, or name it by --key-file or %s; if it is lost for good, rostergate rekey --lost gives every app a new secret", sealed, path, settings.Variable("key"))
	case s.KeyFile != "":
		return key, err
	}
	if err := os.MkdirAll(s.Data, 0o700); err != nil {
		return key, fmt.Errorf("make the data folder: %w", err)
	}
	return makeKey(path)
}

// byMe is the person at the command line.
func byMe(reason string) apps.By {
	name := "unknown"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	return apps.By{Actor: "cli:" + name, Reason: reason}
}
