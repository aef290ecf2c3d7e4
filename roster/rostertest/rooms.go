package rostertest

import (
	"time"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/notice"
	"github.com/rostergate/rostergate/roster/view"
)

// Rooms are everything that works on one roster, with the methods of all of it.
type Rooms struct {
	*roster.Roster
	*intake.Importer
	*view.Memory
	*notice.Horizons
}

// Open puts the rooms of a roster together. Imports are held above a share alone, for the
// packages of stories are small. What readers saw is kept in the ledger's
// database, which may be nil where nobody reads.
func Open(db, ledger *database.Database, clock func() time.Time) *Rooms {
	views, importer := view.NewMemory(db), intake.New(db, clock)
	importer.Refused.All.Floor, importer.Removed.All.Floor = 0, 0
	return &Rooms{roster.New(db), importer, views, notice.NewHorizons(views, db, ledger, clock)}
}
