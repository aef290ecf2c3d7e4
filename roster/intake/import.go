package intake

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/checks"
	"github.com/rostergate/rostergate/roster/history"
	"github.com/rostergate/rostergate/roster/holds"
	"github.com/rostergate/rostergate/roster/keys"
	"github.com/rostergate/rostergate/roster/roles"
	"github.com/rostergate/rostergate/roster/sanity"
	"github.com/rostergate/rostergate/roster/spool"
	"github.com/rostergate/rostergate/roster/stored"
)

// importing is one import under way.
type importing struct {
	Options
	importer *Importer
	bundle   *bundle.Bundle
	report   *Report
	base     revision.Stamp
	mark     int64         // of the generation that it makes
	date     moment.Moment // when it began, the date of its rows
	day      string        // the district's, by which enrollments are current
	dir      string        // of the spools
	last     map[string]uint32
	keys     *keys.Turnover
	opened   map[string]*openFile // that were not walked yet, by entity
	indexes  map[string]*index
	spools   []*spool.Spool
	stages   []*stage
	removed  map[string]*roaring.Bitmap
	stays    map[string]*roaring.Bitmap // the records that the roster will have, where they were asked for
	version  catalog.Version            // of the package
	partial  bool                       // some file of it is a delta, or not there that a bulk set has
	users    *judged                    // what was found of the users, who wait for their roles
	book     *book
	renewed  roles.Renewed
	replaced bool // stored roles go, for users of 1.1 take their place
	known    *checks.Known
	sound    *sanity.Gathering
	accepted map[string]holds.Refusals    // by entity, by the last import that was accepted
	lines    map[string]map[uint32]uint32 // of orgs and sessions, by entity and id: where a person finds them
	history.Turnover
}

// openFile is a file of the package of which the header was read.
type openFile struct {
	*bundle.Sheet
	layout bundle.Layout
	delta  bool
}

func (imp *importing) run(ctx context.Context) error {
	var err error
	if imp.dir, err = os.MkdirTemp("", "rostergate-import-"); err != nil {
		return fmt.Errorf("%w: %w", spool.ErrStaging, err)
	}
	defer imp.cleanUp()
	if err := imp.begin(ctx); err != nil {
		return err
	}
	if err := imp.readPackage(ctx); err != nil {
		return err
	}
	err = imp.decide()
	settles := imp.settles()
	imp.report.unsettled = settles && imp.DryRun
	switch {
	case err != nil:
		return err
	case imp.report.Verdict != Stored && !settles, imp.report.unsettled:
		return nil
	case !imp.bundle.Kept():
		return fault.New(fault.Invalid, "the package changed while it was read, and nothing was stored: import it again when nobody writes it")
	case settles:
		return imp.settle(ctx)
	}
	return imp.apply(ctx)
}

// cleanUp leaves nothing of the package on disk.
func (imp *importing) cleanUp() {
	for _, f := range imp.opened {
		_ = f.Close()
	}
	for _, s := range imp.spools {
		s.Close()
	}
	_ = os.RemoveAll(imp.dir)
}

// begin notes the state that the package is compared with.
func (imp *importing) begin(ctx context.Context) error {
	read := imp.importer.DB.Read.WithContext(ctx)
	var err error
	if imp.base, err = revision.Read(read); err != nil {
		return err
	}
	imp.report.Generation, imp.report.mark = imp.base.Generation, imp.base.Marks.Generation
	if imp.last, err = roster.LastIDs(read); err != nil {
		return err
	}
	if imp.keys, err = keys.Read(read); err != nil {
		return err
	}
	if imp.accepted, err = holds.Accepted(read); err != nil {
		return err
	}
	if imp.date, err = imp.importer.nextTime(ctx); err != nil {
		return err
	}
	imp.day, err = districtDay(read, imp.date)
	return err
}

// readPackage judges the whole package before any of it is stored. Entities come
// in the order in which they refer to one another.
func (imp *importing) readPackage(ctx context.Context) error {
	chosen, err := bundle.ReadManifest(imp.bundle, imp.base.Generation == 0, &imp.report.Findings)
	if err != nil {
		return err
	}
	if imp.report.Has(bundle.Fatal) {
		return errRejected
	}
	if err := imp.readHeaders(chosen); err != nil {
		return err
	}
	for _, c := range chosen {
		imp.version, imp.partial = c.Version, c.Partial
	}
	for _, e := range catalog.Tables(catalog.Both) {
		if err := imp.readEntity(ctx, e); err != nil {
			return err
		}
	}
	imp.report.order()
	return nil
}

// readHeaders opens the files that are to be read. They stay open, for what is
// judged is one reading of each.
func (imp *importing) readHeaders(chosen []bundle.Chosen) error {
	sound, separators := true, bundle.NewSeparators(imp.bundle)
	for _, e := range chosen {
		s, err := bundle.OpenSheet(imp.bundle, e.File())
		if err != nil {
			return imp.spoiled(e.File(), 1, err)
		}
		if !separators.Agree(e.File(), s) {
			imp.opened[e.Plural], sound = &openFile{Sheet: s}, false
			continue
		}
		l, ok := bundle.ReadLayout(e, s.Header, &imp.report.Findings)
		for _, row := range s.Before {
			row.Tell(l, &imp.report.Findings)
		}
		imp.opened[e.Plural], sound = &openFile{s, l, e.Delta}, sound && ok
	}
	separators.Tell(&imp.report.Findings)
	if !sound {
		return errRejected
	}
	return nil
}

// readEntity indexes what is stored of an entity and judges what the package has of
// it, in two walks: one through its file, and one through what was taken of that.
func (imp *importing) readEntity(ctx context.Context, e catalog.Entity) error {
	x, err := loadIndex(ctx, imp.importer.DB.Read, e, imp.last[e.Plural])
	if err != nil {
		return err
	}
	imp.indexes[e.Plural] = x
	f, there := imp.opened[e.Plural]
	if x.absent = !there; x.absent {
		return imp.leave(ctx, x)
	}
	x.partial = f.delta
	found, err := imp.survey(ctx, f, x, stored.Of(imp.importer.DB, e))
	if err != nil {
		return err
	}
	if err := imp.hang(ctx, x, found); err != nil {
		return err
	}
	imp.last[e.Plural] = x.last
	return imp.compareEach(ctx, x, found)
}

// sampleRows is after how many rows of a file it is told how many it has about.
const sampleRows = 2000

// survey is the first walk.
func (imp *importing) survey(ctx context.Context, f *openFile, x *index, stored stored.Table) (*judged, error) {
	rows, err := imp.spool(x.entity.Plural + ".taken")
	if err != nil {
		return nil, err
	}
	s := newSurvey(f.layout, x, imp.indexes, imp.known, string(imp.date)[:len(time.DateOnly)], imp.report, rows)
	s.again = newRepeats(x.entity, imp.day, func() (*spool.Spool, error) { return imp.spool(x.entity.Plural + ".again") })
	for _, before := range f.Before {
		if before.Fate == bundle.Skipped {
			s.ignore(before)
		}
	}
	size := imp.bundle.Sizes[s.file]
	err = imp.walk(ctx, f, func(r readRow) error {
		if s.counts.Rows == sampleRows {
			x.expect(int(size / r.offset * sampleRows))
		}
		return s.row(r.Row)
	})
	if err != nil {
		return nil, err
	}
	delete(imp.opened, x.entity.Plural)
	_ = f.Close()
	return s.settle(ctx, stored)
}

// stage is the second walk.
func (imp *importing) stage(ctx context.Context, s *stage) error {
	plural := s.layout.Entity.Plural
	var err error
	if s.fresh, err = imp.spool(plural + ".new"); err != nil {
		return err
	}
	if s.changed, err = imp.spool(plural + ".changed"); err != nil {
		return err
	}
	size, rows := imp.bundle.Sizes[s.file], int64(s.rows.Rows)
	err = s.stageRows(ctx, func(done int) error {
		return imp.tell(ctx, Step{File: s.file, Done: int64(float64(size) * float64(done) / float64(max(rows, 1))), Total: size})
	})
	if err != nil {
		return err
	}
	return s.finish(ctx)
}

func (imp *importing) spool(name string) (*spool.Spool, error) {
	s, err := spool.New(imp.dir, name)
	if err == nil {
		imp.spools = append(imp.spools, s)
	}
	return s, err
}

// tell tells whoever wants to know, and ends an import that is interrupted.
func (imp *importing) tell(ctx context.Context, s Step) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if imp.Progress == nil {
		return nil
	}
	return imp.Progress(s)
}
