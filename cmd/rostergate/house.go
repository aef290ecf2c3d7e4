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
	"github.com/rostergate/rostergate/migrations"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/secret"
)

// house is everything that commands work with, opened and put together.
type house struct {
	store, ledgerStore *database.Database
	key                secret.Key
	people             *people.Registry
	apps               *apps.Registry
	roster             *roster.Roster
	ledger             *audit.Ledger
	engine             *policy.Engine
}

// inHouse opens the house for a command and closes it behind the command.
func inHouse(run func(cmd *cobra.Command, s settings, h *house, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		s, err := read(cmd)
		if err != nil {
			return err
		}
		h, err := openHouse(cmd.Context(), s)
		if err != nil {
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

// openHouse opens the store and the ledger, and brings their schema up to date.
func openHouse(ctx context.Context, s settings) (*house, error) {
	h := &house{}
	var err error
	if h.store, h.ledgerStore, err = openStores(ctx, s); err != nil {
		return nil, err
	}
	if err := h.furnish(ctx, s); err != nil {
		h.close()
		return nil, err
	}
	return h, nil
}

func (h *house) furnish(ctx context.Context, s settings) error {
	if _, err := h.migrate(ctx); err != nil {
		return err
	}
	var err error
	if h.key, err = loadKey(s); err != nil {
		return err
	}
	h.apps = &apps.Registry{DB: h.store, Key: h.key, Clock: time.Now, Rand: rand.Reader}
	if err := h.apps.CheckKey(ctx); err != nil {
		return err
	}
	h.people = people.New(h.store, h.key, time.Now, rand.Reader)
	if h.engine, err = policy.New(); err != nil {
		return err
	}
	h.roster = roster.New(h.store, time.Now)
	h.roster.Horizons = h.ledgerStore
	h.ledger = audit.Open(h.ledgerStore, h.store, time.Now)
	return nil
}

// openStores opens the store and where the ledger lives. On SQLite that is a file
// beside the store's, so that a long import never keeps an answer waiting; on
// PostgreSQL it is the same database, by connections of its own.
func openStores(ctx context.Context, s settings) (store, ledger *database.Database, err error) {
	url := s.database()
	if store, err = database.Open(ctx, url, database.Options{}); err != nil {
		return nil, nil, err
	}
	if store.Dialect == database.SQLite {
		url = "sqlite:" + strings.TrimSuffix(store.Path, filepath.Ext(store.Path)) + "-ledger.db"
	}
	if ledger, err = database.Open(ctx, url, database.Options{Connections: 4}); err != nil {
		_ = store.Close()
		return nil, nil, err
	}
	return store, ledger, nil
}

func (h *house) migrate(ctx context.Context) ([]string, error) {
	applied, err := h.store.Migrate(ctx, migrations.Store)
	if err != nil {
		return nil, err
	}
	more, err := h.ledgerStore.Migrate(ctx, migrations.Ledger)
	return append(applied, more...), err
}

func (h *house) close() {
	if h.ledger != nil {
		h.ledger.Close()
	}
	_ = h.ledgerStore.Close()
	_ = h.store.Close()
}

// loadKey finds the encryption key: in the environment, in the named file, or in
// the data folder, where it is made when there is none.
func loadKey(s settings) (secret.Key, error) {
	if text := os.Getenv(keyVariable); text != "" {
		return secret.Parse(text)
	}
	if path := s.String("key-file"); path != "" {
		return secret.LoadFile(path)
	}
	if err := os.MkdirAll(s.String("data"), 0o700); err != nil {
		return secret.Key{}, fmt.Errorf("make the data folder: %w", err)
	}
	path := filepath.Join(s.String("data"), "key")
	key, err := secret.LoadFile(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if key, err = secret.New(rand.Reader); err != nil {
		return key, err
	}
	if err := key.CreateFile(path); !errors.Is(err, fs.ErrExist) {
		return key, err
	}
	return secret.LoadFile(path)
}

// byMe is the person at the command line.
func byMe(reason string) apps.By {
	name := "unknown"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	return apps.By{Actor: "cli:" + name, Reason: reason}
}
