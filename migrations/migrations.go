// Package migrations holds the schema: numbered SQL files, one folder per set
// and dialect, embedded in the binary. History never moves: a file that has
// been released is not edited again.
//
// There are two sets. The store set holds the roster, the apps and everything
// else that a permission or an import changes. The ledger set holds the record
// of disclosures; on SQLite it lives in a file of its own, so that a long import
// never keeps an answer waiting.
package migrations

import (
	"embed"
	"fmt"
	"io/fs"
)

// Set names a group of migrations that live in one database.
type Set string

// The sets.
const (
	Store  Set = "store"
	Ledger Set = "ledger"
)

//go:embed store ledger
var files embed.FS

// Files is the folder of a set's migrations for a dialect ("postgres" or
// "sqlite").
func Files(set Set, dialect string) (fs.FS, error) {
	sub, err := fs.Sub(files, string(set)+"/"+dialect)
	if err != nil {
		return nil, fmt.Errorf("open %s migrations for %s: %w", set, dialect, err)
	}
	return sub, nil
}
