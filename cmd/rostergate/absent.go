package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/migrations"
	"github.com/rostergate/rostergate/settings"
)

// storeFile refuses a SQLite store that is not there: to open it would make one.
func storeFile(s settings.Settings) error {
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
func (h *house) made(ctx context.Context) error {
	schema, err := h.store.Schema(ctx, migrations.Store)
	if err == nil && schema.Has == 0 {
		err = noStore("in the database", "--database")
	}
	return err
}
