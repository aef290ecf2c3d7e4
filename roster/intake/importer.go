package intake

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/rostergate/rostergate/ceds"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/checks"
	"github.com/rostergate/rostergate/roster/history"
	"github.com/rostergate/rostergate/roster/holds"
	"github.com/rostergate/rostergate/roster/roles"
	"github.com/rostergate/rostergate/roster/sanity"
	"gorm.io/gorm"
)

// Importer imports packages into the roster of a database, and keeps the history of
// attempts. It is safe for concurrent use.
type Importer struct {
	DB    *database.Database
	Clock func() time.Time

	// Refused and Removed are the limits above which a person has to look first.
	Refused, Removed holds.Limits

	// Panics counts those of signs of life, which end nothing; nil counts nothing.
	Panics *fault.Panics

	// Trouble, where set, is told of what nobody waits for.
	Trouble func(error)
}

// New imports into db, with the limits that hold where nobody says others.
func New(db *database.Database, clock func() time.Time) *Importer {
	return &Importer{DB: db, Clock: clock, Refused: holds.Refused(), Removed: holds.Removed()}
}

// Options are the settings of Import that have a usable zero value.
type Options struct {
	// DryRun judges and compares, and stores nothing.
	DryRun bool

	// AcceptHold stores even what a person should look at first.
	AcceptHold bool

	// Accepting, where set, is asked about a package that is held, before anything is
	// stored of it: true stores it, as AcceptHold does. Its report is held until then. An
	// error ends the import.
	Accepting func(held *Report) (bool, error)

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
func (in *Importer) nextTime(ctx context.Context) (moment.Moment, error) {
	var last moment.Moment
	err := in.DB.Read.WithContext(ctx).Raw("SELECT COALESCE(MAX(committed_at), '') FROM generations").Row().Scan(&last)
	if err != nil {
		return "", fmt.Errorf("read the last commit time: %w", err)
	}
	return moment.After(in.Clock(), last), nil
}

// Import reads a OneRoster package, a folder or a zip, bulk or delta, and stores what
// differs from the roster: all of it or, where the report's verdict is not
// Stored, nothing. What is wrong with the package is in the report, not in the
// error; where there is an error there is no report, and nothing was stored. Two
// imports at once end in a fault.Conflict for one of them, and one that ctx ends
// in an error that wraps ctx's.
func (in *Importer) Import(ctx context.Context, place string, o Options) (*Report, error) {
	b, err := bundle.Open(place)
	if err != nil {
		return unreadable(place, err)
	}
	defer b.Close()
	report, err := in.importBundle(ctx, b, o)
	if report != nil {
		report.Close()
	}
	return report, err
}

// unreadable is the report of what is no package.
func unreadable(place string, err error) (*Report, error) {
	if !fault.Is(err, fault.Invalid) {
		return nil, err
	}
	report := newReport()
	report.Add(bundle.Problem{Severity: bundle.Fatal, File: place, Problem: err.Error(), Remedy: "Give a folder or a zip of OneRoster CSV."})
	report.Verdict = Rejected
	report.Sort()
	return report, nil
}

func (in *Importer) importBundle(ctx context.Context, b *bundle.Bundle, o Options) (*Report, error) {
	imp := &importing{
		Options: o, importer: in, bundle: b, report: newReport(), mark: revision.NewMark(), known: checks.NewKnown(ceds.Load()), sound: sanity.NewGathering(),
		opened: map[string]*openFile{}, indexes: map[string]*index{}, removed: map[string]*roaring.Bitmap{}, lines: map[string]map[uint32]uint32{},
		stays: map[string]*roaring.Bitmap{}, book: newBook(), renewed: roles.Renewed{}, Turnover: history.NewTurnover(),
	}
	err := imp.ended(ctx, imp.advised(imp.run(ctx)))
	switch {
	case errors.Is(err, errRejected):
		imp.report.Verdict = Rejected
	case err != nil:
		imp.report.Close()
		return nil, err
	}
	imp.report.Sort()
	return imp.report, nil
}
