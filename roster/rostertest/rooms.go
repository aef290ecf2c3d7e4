package rostertest

import (
	"time"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/roster"
)

// Rooms are everything that works on one roster, with the methods of all of it.
type Rooms struct {
	*roster.Roster
	*roster.Importer
	*roster.Memory
	*roster.Horizons
}

// Open puts the rooms of a roster together. What readers saw is kept in the ledger's
// database, which may be nil where nobody reads.
func Open(db, ledger *database.Database, clock func() time.Time) *Rooms {
	views := roster.NewMemory(db)
	return &Rooms{roster.New(db), roster.NewImporter(db, clock), views, roster.NewHorizons(views, db, ledger, clock)}
}
