package intake

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/revision"
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
	LinesOf        int64    // the attempt that has all lines of the report, 0 where the report has
	Print          string   // of the package, where the roster is, or was, as the package says
}

// TableName is the table of the attempts.
func (Attempt) TableName() string { return "imports" }

// longestSilence is how long a running attempt may give no sign of life. On SQLite one
// that is being stored can give none, but neither can anybody else begin one.
const longestSilence = time.Minute

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
	return moment.Of(now.Add(-longestSilence)), moment.Of(now.Add(longestSilence))
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

// Attempts lists attempts, the newest first, at most limit, without their
// reports; from before the one with the id before, if that is not 0.
func (in *Importer) Attempts(ctx context.Context, before int64, limit int) ([]Attempt, error) {
	tx := in.DB.Read.WithContext(ctx).Omit("report").Order("id DESC").Limit(limit)
	if before > 0 {
		tx = tx.Where("id < ?", before)
	}
	var attempts []Attempt
	if err := tx.Find(&attempts).Error; err != nil {
		return nil, fmt.Errorf("list the imports: %w", err)
	}
	return attempts, nil
}

// AttemptQuery narrows and orders a list of attempts. The zero query is all of them, the
// newest first.
type AttemptQuery struct {
	Verdict Verdict // how they ended; any if empty
	Unended bool    // those without a verdict: that run, or failed
	Origin  Origin  // any if empty
	By      AttemptOrder
	Rising  bool // the oldest, the smallest, the first of the alphabet first
	Skip    int
	AtMost  int
}

// AttemptOrder is what a list of attempts goes by, and then by their ids, the newest first.
type AttemptOrder string

// The orders of attempts. Counts are of all entities together; gone is removed.
const (
	ByStart      AttemptOrder = ""
	ByEnding     AttemptOrder = "ending"
	ByGeneration AttemptOrder = "generation"
	ByNew        AttemptOrder = "new"
	ByChanged    AttemptOrder = "changed"
	ByGone       AttemptOrder = "gone"
	ByRefused    AttemptOrder = "refused"
)

// MostSorted is how many attempts can be in another order than ByStart: the newest.
const MostSorted = 10_000

// AttemptPage lists the attempts of a query without their reports, and counts all that
// match it.
func (in *Importer) AttemptPage(ctx context.Context, q AttemptQuery) (attempts []Attempt, total int64, err error) {
	tx := in.DB.Read.WithContext(ctx).Model(&Attempt{})
	if q.Verdict != "" {
		tx = tx.Where("verdict = ?", q.Verdict)
	}
	if q.Unended {
		tx = tx.Where("state <> ?", Ended)
	}
	if q.Origin != "" {
		tx = tx.Where("origin = ?", q.Origin)
	}
	tx = tx.Session(&gorm.Session{}) // counted and listed alike
	if err := tx.Count(&total).Error; err != nil {
		return nil, 0, fmt.Errorf("count the imports: %w", err)
	}
	way := map[bool]string{true: "", false: " DESC"}[q.Rising]
	listed := tx.Order("id" + way)
	if q.By != ByStart {
		newest := tx.Select("id").Order("id DESC").Limit(MostSorted)
		listed = tx.Where("id IN (SELECT id FROM (?) AS newest)", newest).Order(q.By.sql(in.DB.Dialect) + way + ", id DESC")
	}
	if err := listed.Omit("report").Offset(q.Skip).Limit(q.AtMost).Find(&attempts).Error; err != nil {
		return nil, 0, fmt.Errorf("list the imports: %w", err)
	}
	return attempts, total, nil
}

func (o AttemptOrder) sql(d database.Dialect) string {
	switch o {
	case ByEnding:
		return "CAST(dry_run AS text) || state || verdict"
	case ByGeneration:
		return "CASE WHEN verdict = 'stored' THEN generation ELSE 0 END"
	case ByGone:
		return database.SumInJSON(d, "counts", "removed")
	}
	return database.SumInJSON(d, "counts", string(o)) // the others are called as in JSON
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

// Take takes the package of an attempt that waits, so that nobody else decides
// over it, and notes the decision as how the attempt ended: Accepted, Discarded or
// Expired. One that does not wait is a fault.Conflict.
func (in *Importer) Take(ctx context.Context, id int64, decision Verdict) (pack string, err error) {
	a, err := in.Attempt(ctx, id)
	if err != nil {
		return "", err
	}
	taken := fault.New(fault.Conflict, "Someone decided over this package already, or it waited too long. Upload it again if it is still needed.")
	if !a.Waits() {
		return "", taken
	}
	done := in.DB.Write.WithContext(ctx).Model(&Attempt{}).Where("id = ? AND package = ?", id, a.Package).
		Updates(map[string]any{"package": "", "verdict": decision})
	if done.Error != nil {
		return "", fmt.Errorf("take the package of import %d: %w", id, done.Error)
	}
	if done.RowsAffected == 0 {
		return "", taken
	}
	return a.Package, nil
}

// Return gives back what Take took: the attempt waits again.
func (in *Importer) Return(ctx context.Context, id int64, pack string) error {
	waits := map[string]any{"package": pack, "verdict": Held}
	if err := in.DB.Write.WithContext(ctx).Model(&Attempt{}).Where("id = ?", id).Updates(waits).Error; err != nil {
		return fmt.Errorf("return the package of import %d: %w", id, err)
	}
	return nil
}

// Waiting lists the attempts that have packages, without their reports: those that
// wait, and those that run or are lost.
func (in *Importer) Waiting(ctx context.Context) ([]Attempt, error) {
	var attempts []Attempt
	if err := in.DB.Read.WithContext(ctx).Omit("report").Where("package <> ''").Order("id").Find(&attempts).Error; err != nil {
		return nil, fmt.Errorf("list the packages that wait: %w", err)
	}
	return attempts, nil
}

// Latest is the newest attempt to import, dry runs apart, and the newest of those that
// left the roster as the package says: Stored, or Unchanged. Each is the zero Attempt
// where there is none.
func (in *Importer) Latest(ctx context.Context) (newest, good Attempt, err error) {
	tried := func() *gorm.DB {
		return in.DB.Read.WithContext(ctx).Omit("report", "counts").Where("NOT dry_run").Order("id DESC").Limit(1)
	}
	err = tried().Find(&newest).Error
	if err == nil {
		err = tried().Where("state = ? AND verdict IN ?", Ended, []Verdict{Stored, Unchanged}).Find(&good).Error
	}
	if err != nil {
		err = fmt.Errorf("look for the newest imports: %w", err)
	}
	return newest, good, err
}
