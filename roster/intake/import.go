package intake

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/ceds"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/history"
	"gorm.io/gorm"
)

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

// The thresholds above which a person has to look first: a share of the rows of
// a file that are refused, and of the stored records that would be removed.
const (
	maxRefused = 0.01
	maxRemoved = 0.10
)

// importing is one import under way.
type importing struct {
	Options
	ctx      context.Context
	importer *Importer
	bundle   *bundle.Bundle
	report   *Report
	base     revision.Stamp
	mark     int64         // of the generation that it makes
	at       moment.Moment // when it began, the date of its rows
	dir      string        // of the spools
	last     map[string]uint32
	keys     []roster.Key
	indexes  map[string]*index
	stages   []*stage
	removed  map[string]*roaring.Bitmap
	known    *known
	history.Turnover
}

// Import reads a OneRoster 1.1 bulk set, a folder or a zip, and stores what
// differs from the roster: all of it or, where the report's verdict is not
// Stored, nothing. What is wrong with the package is in the report, not in the
// error; where there is an error there is no report, and nothing was stored. Two
// imports at once end in a fault.Conflict for one of them, and one that ctx ends
// in an error that wraps ctx's.
func (in *Importer) Import(ctx context.Context, place string, o Options) (*Report, error) {
	imp := &importing{
		Options: o, ctx: ctx, importer: in, report: newReport(), mark: revision.NewMark(), known: newKnown(ceds.Load()),
		indexes: map[string]*index{}, removed: map[string]*roaring.Bitmap{}, Turnover: history.NewTurnover(),
	}
	err := imp.ended(imp.advised(imp.run(place)))
	switch {
	case fault.Is(err, fault.Invalid) && imp.bundle == nil:
		imp.report.Add(bundle.Problem{Severity: bundle.Fatal, File: place, Problem: err.Error(), Remedy: "Give a folder or a zip of OneRoster CSV."})
		imp.report.Verdict = Rejected
	case errors.Is(err, errRejected):
		imp.report.Verdict = Rejected
	case err != nil:
		return nil, err
	}
	imp.report.Sort()
	return imp.report, nil
}

func (imp *importing) run(place string) error {
	var err error
	if imp.bundle, err = bundle.Open(place); err != nil {
		return err
	}
	defer imp.bundle.Close()
	if imp.dir, err = os.MkdirTemp("", "rostergate-import-"); err != nil {
		return fmt.Errorf("%w: %w", errStaging, err)
	}
	defer imp.cleanUp()
	if err := imp.begin(); err != nil {
		return err
	}
	if err := imp.readAll(); err != nil {
		return err
	}
	imp.decide()
	if imp.report.Verdict != Stored {
		return nil
	}
	return imp.apply()
}

// cleanUp leaves nothing of the package on disk.
func (imp *importing) cleanUp() {
	for _, s := range imp.stages {
		s.fresh.close()
		s.changed.close()
	}
	_ = os.RemoveAll(imp.dir)
}

// begin notes the state that the package is compared with.
func (imp *importing) begin() error {
	read := imp.importer.DB.Read.WithContext(imp.ctx)
	var err error
	if imp.base, err = revision.Read(read); err != nil {
		return err
	}
	imp.report.Generation, imp.report.mark = imp.base.Generation, imp.base.Marks.Generation
	if imp.last, err = roster.LastIDs(read); err != nil {
		return err
	}
	if imp.keys, err = roster.Keys(read); err != nil {
		return err
	}
	imp.at, err = imp.importer.nextTime(imp.ctx)
	return err
}

// readAll judges the whole package before any of it is stored. Entities come
// in the order in which they refer to one another.
func (imp *importing) readAll() error {
	chosen, err := bundle.ReadManifest(imp.bundle, &imp.report.Findings)
	if err != nil {
		return err
	}
	if imp.report.Has(bundle.Fatal) {
		return errRejected
	}
	layouts, err := imp.readHeaders(chosen)
	if err != nil {
		return err
	}
	for _, e := range catalog.Tables(catalog.V11) {
		layout, there := layouts[e.Plural]
		if err := imp.readEntity(e, layout, there); err != nil {
			return err
		}
	}
	return nil
}

func (imp *importing) readHeaders(chosen []catalog.Entity) (map[string]bundle.Layout, error) {
	layouts := map[string]bundle.Layout{}
	sound := true
	for _, e := range chosen {
		s, err := bundle.OpenSheet(imp.bundle.Files[e.File()])
		if err != nil {
			return nil, imp.spoiled(e, 1, err)
		}
		l, ok := bundle.ReadLayout(e, s.Header, &imp.report.Findings)
		layouts[e.Plural], sound = l, sound && ok
		_ = s.Close()
	}
	if !sound {
		return nil, errRejected
	}
	return layouts, nil
}

// readEntity indexes what is stored of an entity and walks through its file
// twice.
func (imp *importing) readEntity(e catalog.Entity, l bundle.Layout, there bool) error {
	x, err := loadIndex(imp.ctx, imp.importer.DB.Read, e, imp.last[e.Plural])
	if err != nil {
		return err
	}
	imp.indexes[e.Plural] = x
	if x.absent = !there; x.absent {
		return nil
	}
	s := newStage(newSurvey(imp, l, x))
	imp.stages = append(imp.stages, s)
	if err := imp.walk(e, s.judge); err != nil {
		return err
	}
	if err := s.settle(); err != nil {
		return err
	}
	imp.last[e.Plural] = x.last
	if err := s.stageAll(); err != nil {
		return err
	}
	return imp.finishEntity(s)
}

// stageAll is the second walk.
func (s *stage) stageAll() error {
	var err error
	plural := s.layout.Entity.Plural
	if s.fresh, err = newSpool(s.imp.dir, plural+".new"); err != nil {
		return err
	}
	if s.changed, err = newSpool(s.imp.dir, plural+".changed"); err != nil {
		return err
	}
	s.inspection = s.survey.inspection()
	s.equal = newEquals(s.survey, int64(s.accepted.GetCardinality())+int64(len(s.kept)))
	err = s.imp.walk(s.layout.Entity, func(row uint32, line int, cells []string) error {
		if !s.accepted.Contains(row) {
			return nil
		}
		return s.row(line, cells)
	})
	if err != nil {
		return err
	}
	s.inspection.finish()
	if err := s.countKept(); err != nil {
		return err
	}
	if err := s.equalKept(); err != nil {
		return err
	}
	return s.compare()
}

// finishEntity notes which stored records the file no longer has, and lets go
// of an index that nothing refers to.
func (imp *importing) finishEntity(s *stage) error {
	if !s.counts.balanced() {
		return fmt.Errorf("import %s: the rows do not add up: %+v", s.file, *s.counts)
	}
	gone := roaring.New()
	stored := 0
	for _, e := range s.index.entries {
		if e.live {
			stored++
			if !e.seen {
				gone.Add(e.id)
				s.changes.Add("", e.id)
			}
		}
	}
	e := s.layout.Entity
	s.counts.Removed = int(gone.GetCardinality())
	imp.removed[e.Plural] = gone
	imp.report.Files = append(imp.report.Files, *s.counts)
	if c := s.counts; float64(c.Refused) > maxRefused*float64(c.Rows) {
		imp.report.Holds = append(imp.report.Holds, fmt.Sprintf("%d of %d rows of %s are refused", c.Refused, c.Rows, e.File()))
	}
	if c := s.counts; float64(c.Removed) > maxRemoved*float64(stored) {
		imp.report.Holds = append(imp.report.Holds, fmt.Sprintf("%d of %d stored %s would be removed", c.Removed, stored, e.Plural))
	}
	if !catalog.ReferredTo(e.Plural, catalog.V11) {
		s.index.entries = nil
	}
	return s.settleFeeds(gone, stored > s.counts.Removed)
}

// decide gives the verdict.
func (imp *importing) decide() {
	imp.compareKeys()
	something := len(imp.report.NewKeys)+len(imp.report.VanishedKeys) > 0
	for _, s := range imp.stages {
		something = something || len(s.changes) > 0 || s.fresh.rows+s.changed.rows > 0
	}
	switch {
	case len(imp.report.Holds) > 0 && !imp.AcceptHold:
		imp.report.Verdict = Held
	case !something:
		imp.report.Verdict = Unchanged
	case imp.DryRun:
		imp.report.Verdict = Checked
	default:
		imp.report.Verdict = Stored
	}
	imp.report.Sort()
}
