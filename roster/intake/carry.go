package intake

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/roster/bundle"
)

// Carry is Import for an attempt that has begun: how it ends is on record, with
// what it stores in one transaction, and every process can see how far it is. A
// package that is, byte by byte, the one that was stored last is told from that at
// once, and reported as it was.
func (in *Importer) Carry(ctx context.Context, a Attempt, place string, o Options) (*Report, error) {
	defer in.watch(ctx, a, &o)()
	b, err := bundle.Open(place)
	if err != nil {
		report, err := unreadable(place, err)
		return report, in.onRecord(ctx, a, report, err, place)
	}
	defer func() { _ = b.Close() }()
	report, print, err := in.repeated(ctx, b)
	if err == nil && report == nil {
		report, err = in.carryOut(ctx, &a, b, place, o)
	}
	if report != nil {
		defer report.Close()
	}
	if err := in.onRecord(ctx, a, report, err, place); err != nil {
		return nil, err
	}
	// A print that is lost costs the next import a reading. What was stored is.
	_ = in.keepPrint(ctx, a, b, report, print)
	return report, nil
}

// onRecord puts on record how an attempt ended. What was stored is on record already.
func (in *Importer) onRecord(ctx context.Context, a Attempt, report *Report, err error, place string) error {
	brief, stop := context.WithTimeout(context.WithoutCancel(ctx), lastWords)
	defer stop()
	switch {
	case err != nil:
		return errors.Join(err, in.recordFailure(in.DB.Write.WithContext(brief), a, fault.Is(err, fault.Conflict)))
	case report.Verdict != Stored:
		return in.DB.Write.WithContext(brief).Transaction(func(tx *gorm.DB) error { return in.recordEnd(tx, a, report, place) })
	}
	return nil
}

// lastWords is how long it may take to put the end of an attempt on record.
const lastWords = time.Minute

// carryOut imports. What is stored ends the attempt, which says whether a hold was
// accepted on the way.
func (in *Importer) carryOut(ctx context.Context, a *Attempt, b *bundle.Bundle, place string, o Options) (*Report, error) {
	o.DryRun, o.AcceptHold = a.DryRun, a.AcceptHold
	if ask := o.Accepting; ask != nil {
		o.Accepting = func(held *Report) (accepted bool, err error) {
			accepted, err = ask(held)
			a.AcceptHold = a.AcceptHold || accepted
			return accepted, err
		}
	}
	before := o.Committing
	o.Committing = func(tx *gorm.DB, report *Report) error {
		if before != nil {
			if err := before(tx, report); err != nil {
				return err
			}
		}
		return in.recordEnd(tx, *a, report, place)
	}
	return in.importBundle(ctx, b, o)
}

// recordEnd puts a report on record.
func (in *Importer) recordEnd(tx *gorm.DB, a Attempt, report *Report, place string) error {
	a.State, a.EndedAt, a.Percent, a.File = Ended, moment.Of(in.Clock()), 100, ""
	a.SeenAt, a.Verdict, a.Generation, a.GenerationMark = a.EndedAt, report.Verdict, report.Generation, report.mark
	a.Counts, a.Report = report.Files, report.without(place)
	var err error
	if a.LinesOf, err = storeLines(tx, a, report); err != nil {
		return err
	}
	columns := []string{"state", "ended_at", "percent", "file", "seen_at", "verdict", "generation", "generation_mark", "counts", "report", "accept_hold", "lines_of"}
	if a.Verdict != Held || a.DryRun {
		a.Package, columns = "", append(columns, "package") // of one that is held it stays, unless it was given up meanwhile
	}
	done := a.in(tx).Select(columns).Updates(&a)
	if done.Error == nil && done.RowsAffected == 0 {
		done.Error = errForgotten
	}
	if done.Error != nil {
		return fmt.Errorf("put the end of import %d on record: %w", a.ID, done.Error)
	}
	return nil
}

// errForgotten is what becomes of an attempt that began on a primary whose standby
// did not know of it when it took over.
var errForgotten = errors.New("the database has no such attempt any more: another server took over meanwhile")

// in is the attempt's own row, and never that of another one with its id.
func (a Attempt) in(tx *gorm.DB) *gorm.DB {
	return tx.Model(&Attempt{}).Where("id = ? AND mark = ?", a.ID, a.Mark)
}

// Fail puts on record that an attempt ended without a report.
func (in *Importer) Fail(ctx context.Context, a Attempt) error {
	return in.recordFailure(in.DB.Write.WithContext(ctx), a, false)
}

// recordFailure leaves an attempt alone whose end was stored together with the import.
func (in *Importer) recordFailure(tx *gorm.DB, a Attempt, conflict bool) error {
	over := map[string]any{"state": Failed, "ended_at": moment.Of(in.Clock()), "conflict": conflict, "package": ""}
	if err := a.in(tx).Where("state = ?", Running).Updates(over).Error; err != nil {
		return fmt.Errorf("put the end of import %d on record: %w", a.ID, err)
	}
	return nil
}

// without is the report without a place of this machine, which only what is said of
// the package as a whole has.
func (r *Report) without(place string) *Report {
	hidden := func(p bundle.Problem) bundle.Problem {
		if p.File == place {
			p.File, p.Problem = "the package", strings.ReplaceAll(p.Problem, place, "the package")
		}
		return p
	}
	bare := *r
	bare.Problems, bare.Causes = nil, nil
	for _, p := range r.Problems {
		bare.Problems = append(bare.Problems, hidden(p))
	}
	for _, c := range r.Causes {
		c.Problem = hidden(c.Problem)
		bare.Causes = append(bare.Causes, c)
	}
	return &bare
}

// beat is how often a running attempt says how far it is.
const beat = 2 * time.Second

// watch lets an attempt give signs of life until stop is called.
func (in *Importer) watch(ctx context.Context, a Attempt, o *Options) (stop func()) {
	var mu sync.Mutex
	file, percent := "", 0
	tell := o.Progress
	o.Progress = func(s Step) error {
		mu.Lock()
		file, percent = s.File, int(100*min(s.Done, s.Total)/max(s.Total, 1))
		mu.Unlock()
		if tell == nil {
			return nil
		}
		return tell(s)
	}
	ctx, cancel := context.WithCancel(ctx)
	var watching sync.WaitGroup
	watching.Go(func() {
		tick := time.NewTicker(beat)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			mu.Lock()
			now := map[string]any{"seen_at": moment.Of(in.Clock()), "file": file, "percent": percent}
			mu.Unlock()
			in.sign(ctx, a, now)
		}
	})
	return func() {
		cancel()
		watching.Wait()
	}
}

// sign gives a sign of life. One that is lost is followed by the next one, and neither
// an error nor a panic over it is worth an import, or the server that carries it out.
func (in *Importer) sign(ctx context.Context, a Attempt, now map[string]any) {
	defer func() {
		if crash := recover(); crash != nil {
			if caught := in.Panics.Caught(crash); in.Trouble != nil {
				in.Trouble(caught)
			}
		}
	}()
	brief, stop := database.Lookup(ctx)
	defer stop()
	_ = a.in(in.DB.Write.WithContext(brief)).Where("state = ?", Running).Updates(now).Error
}
