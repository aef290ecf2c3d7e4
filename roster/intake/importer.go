package intake

import (
	"context"
	"fmt"
	"time"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/moment"
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

// nextTime is the commit time of the next generation: now, but later than that
// of the last one, whatever the clock says.
func (in *Importer) nextTime(ctx context.Context) (moment.Moment, error) {
	var last moment.Moment
	err := in.DB.Read.WithContext(ctx).Raw("SELECT COALESCE(MAX(committed_at), '') FROM generations").Row().Scan(&last)
	if err != nil {
		return "", fmt.Errorf("read the last commit time: %w", err)
	}
	return moment.After(in.Clock(), last), nil
}
