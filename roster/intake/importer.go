package intake

import (
	"context"
	"fmt"
	"time"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/moment"
	"gorm.io/gorm"
)

// Importer imports packages into the roster of a database, and keeps the history of
// attempts. It is safe for concurrent use.
type Importer struct {
	DB    *database.Database
	Clock func() time.Time

	// Panics counts those of signs of life, which end nothing; nil counts nothing.
	Panics *fault.Panics

	// Trouble, where set, is told of what nobody waits for.
	Trouble func(error)
}

// New imports into db.
func New(db *database.Database, clock func() time.Time) *Importer {
	return &Importer{DB: db, Clock: clock}
}

// Options are the settings of Import that have a usable zero value.
type Options struct {
	// DryRun judges and compares, and stores nothing.
	DryRun bool

	// AcceptHold stores even what a person should look at first.
	AcceptHold bool

	// Progress, where set, is told how much of a file was read, and then stored. An
	// error ends the import.
	Progress func(Step) error

	// Committing, where set, runs last in the transaction that stores the
	// import, for those who keep a record of changes.
	Committing func(tx *gorm.DB, report *Report) error
}

// Step is how far an import is with a file of the package.
type Step struct {
	File    string
	Storing bool // its rows are stored, after every file was judged

	// Done and Total are bytes of the file while it is judged and then compared, from
	// 0 each time, and rows that are new, changed or gone while they are stored.
	Done, Total int64
}

// nextTime is the commit time of the next generation: now, but later than that
// of the last one, whatever the clock says.
func (in *Importer) nextTime(ctx context.Context) (string, error) {
	var last moment.Moment
	err := in.DB.Read.WithContext(ctx).Raw("SELECT COALESCE(MAX(committed_at), '') FROM generations").Row().Scan(&last)
	if err != nil {
		return "", fmt.Errorf("read the last commit time: %w", err)
	}
	return string(moment.After(in.Clock(), last)), nil
}
