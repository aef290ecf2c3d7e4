package intake

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster/bundle"
)

// Origin is how an attempt to import was made.
type Origin string

// The origins.
const (
	Upload  Origin = "upload" // to the pages
	Command Origin = "command"
)

// AttemptState is how far an attempt has come.
type AttemptState string

// The states of an attempt.
const (
	Running AttemptState = "running"
	Ended   AttemptState = "ended"  // with a report
	Failed  AttemptState = "failed" // without one
)

// Attempt is one try to import a package, however it ended: a row of the history
// that every process on the store shares. It holds no names of files, for those
// may be personal, and nothing of what is in them: a report has places and counts.
type Attempt struct {
	ID             int64         `gorm:"primaryKey"`
	Mark           int64         // random: an id may be given a second time after a failover
	StartedAt      moment.Moment // UTC, like dateLastModified
	SeenAt         moment.Moment // when it last gave a sign of life
	EndedAt        moment.Moment
	Actor          string
	Origin         Origin
	DryRun         bool
	AcceptHold     bool
	State          AttemptState
	File           string // that is being read or stored
	Percent        int    // of it
	Verdict        Verdict
	Generation     int64 // the roster's after it
	GenerationMark int64
	Counts         []Counts `gorm:"serializer:json"` // by entity
	Report         *Report  `gorm:"serializer:json"` // nil without one, and in lists
	Conflict       bool     // it failed because another import was stored meanwhile
	Package        string   // of one that is held: where its package waits, as its taker calls it
	Print          string   // of the package, where the roster is, or was, as the package says
}

// TableName is the table of the attempts.
func (Attempt) TableName() string { return "imports" }

// patience is how long a running attempt may give no sign of life. On SQLite one
// that is being stored can give none, but neither can anybody else begin one.
const patience = time.Minute

// Lost reports whether an attempt seems to have ended without a word, as one does
// whose process was killed.
func (a Attempt) Lost(now time.Time) bool {
	from, to := living(now)
	return a.State == Running && (a.SeenAt < from || a.SeenAt > to)
}

// living is when an attempt that runs must have given its last sign of life. One from
// further in the future was given before a clock was set back: if the attempt still
// ran, a newer one would have followed.
func living(now time.Time) (from, to moment.Moment) {
	return moment.Of(now.Add(-patience)), moment.Of(now.Add(patience))
}

// Waits reports whether a person may still accept what the attempt would change.
func (a Attempt) Waits() bool { return a.State == Ended && a.Verdict == Held && a.Package != "" }

// Begin puts an attempt on record as running, and gives up those that are lost,
// their packages too. Of uploads one runs at a time; a second one is a
// fault.Conflict.
func (in *Importer) Begin(ctx context.Context, a Attempt) (Attempt, error) {
	a.Mark, a.State, a.StartedAt = revision.NewMark(), Running, moment.Of(in.Clock())
	a.SeenAt, a.Counts = a.StartedAt, []Counts{}
	err := in.DB.Write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		from, to := living(in.Clock())
		lost := tx.Model(&Attempt{}).Where("state = ? AND (seen_at < ? OR seen_at > ?)", Running, from, to)
		if err := lost.Updates(map[string]any{"state": Failed, "package": ""}).Error; err != nil {
			return err
		}
		done := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&a)
		if done.Error == nil && done.RowsAffected == 0 {
			return fault.New(fault.Conflict, "Another upload is being imported. Try again when it has ended.")
		}
		return done.Error
	})
	if err != nil && !fault.Is(err, fault.Conflict) {
		err = fmt.Errorf("put an import on record: %w", err)
	}
	return a, err
}

// Carry is Import for an attempt that has begun: how it ends is on record, with
// what it stores in one transaction, and every process can see how far it is. A
// package that is, byte by byte, the one that was stored last is told from that at
// once, and reported as it was.
func (in *Importer) Carry(ctx context.Context, a Attempt, place string, o Options) (*Report, error) {
	defer in.watch(ctx, a, &o)()
	print := fingerprint(ctx, place)
	report, err := in.repeated(ctx, print)
	if err == nil && report == nil {
		report, err = in.carry(ctx, a, place, o)
	}
	last := context.WithoutCancel(ctx)
	brief, stop := context.WithTimeout(last, lastWords)
	defer stop()
	switch {
	case err != nil:
		return nil, errors.Join(err, in.fail(in.DB.Write.WithContext(brief), a, fault.Is(err, fault.Conflict)))
	case report.Verdict != Stored:
		err = in.end(in.DB.Write.WithContext(brief), a, report, place)
	}
	if err == nil && (report.Verdict == Stored || report.Verdict == Unchanged) {
		// A print that is lost costs the next import a reading. What was stored is.
		_ = in.keepPrint(last, a, place, print)
	}
	return report, err
}

// lastWords is how long it may take to put the end of an attempt on record.
const lastWords = time.Minute

// carry imports. What is stored ends the attempt.
func (in *Importer) carry(ctx context.Context, a Attempt, place string, o Options) (*Report, error) {
	o.DryRun, o.AcceptHold = a.DryRun, a.AcceptHold
	before := o.Committing
	o.Committing = func(tx *gorm.DB, report *Report) error {
		if before != nil {
			if err := before(tx, report); err != nil {
				return err
			}
		}
		return in.end(tx, a, report, place)
	}
	return in.Import(ctx, place, o)
}

// end puts a report on record.
func (in *Importer) end(tx *gorm.DB, a Attempt, report *Report, place string) error {
	a.State, a.EndedAt, a.Percent, a.File = Ended, moment.Of(in.Clock()), 100, ""
	a.SeenAt, a.Verdict, a.Generation, a.GenerationMark = a.EndedAt, report.Verdict, report.Generation, report.mark
	a.Counts, a.Report = report.Files, report.without(place)
	columns := []string{"state", "ended_at", "percent", "file", "seen_at", "verdict", "generation", "generation_mark", "counts", "report"}
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
	return in.fail(in.DB.Write.WithContext(ctx), a, false)
}

// fail leaves an attempt alone whose end was stored together with the import.
func (in *Importer) fail(tx *gorm.DB, a Attempt, conflict bool) error {
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
		bare.Causes = append(bare.Causes, bundle.Cause{Problem: hidden(c.Problem), Count: c.Count})
	}
	return &bare
}

// Attempts lists attempts, the newest first, at most limit, without their
// reports; from before the one with the id before, if that is not 0.
func (in *Importer) Attempts(ctx context.Context, before int64, limit int) ([]Attempt, error) {
	tx := in.DB.Read.WithContext(ctx).Omit("report").Order("id DESC").Limit(limit)
	if before > 0 {
		tx = tx.Where("id < ?", before)
	}
	var all []Attempt
	if err := tx.Find(&all).Error; err != nil {
		return nil, fmt.Errorf("list the imports: %w", err)
	}
	return all, nil
}

// Attempt reads one attempt with its report. An unknown one is a fault.NotFound.
func (in *Importer) Attempt(ctx context.Context, id int64) (Attempt, error) {
	var a Attempt
	err := in.DB.Read.WithContext(ctx).Where("id = ?", id).Take(&a).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return a, fault.New(fault.NotFound, "There is no such import.")
	}
	if err != nil {
		return a, fmt.Errorf("read import %d: %w", id, err)
	}
	return a, nil
}
