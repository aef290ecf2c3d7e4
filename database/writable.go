package database

import (
	"errors"
	"fmt"
	"os"
)

// Writable reports why a SQLite file should not be written, although connections
// that are open could: somebody made it read-only, or it is no longer the file at
// its path, so that what is written would be lost with the last connection. It
// opens nothing, for to close a file again would drop the locks of the
// connections. On PostgreSQL it is always nil.
func (db *Database) Writable() error {
	if db.file == nil {
		return nil
	}
	now, err := os.Stat(db.Path)
	switch {
	case err != nil:
		return fmt.Errorf("look at the file: %w", err)
	case !os.SameFile(now, db.file):
		return errors.New("another file has taken its place since it was opened")
	}
	return mayWrite(db.Path)
}
