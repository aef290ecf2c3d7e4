package intake

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
)

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

// AttemptOrder is what a list of attempts goes by. Those that are equal by it go by their
// ids, the newest first.
type AttemptOrder string

// The orders of attempts: by when they began, how they ended, who tried, the generation they
// made, and the records of all entities together that they counted.
const (
	ByStart      AttemptOrder = ""
	ByEnding     AttemptOrder = "ending"
	ByActor      AttemptOrder = "actor"
	ByGeneration AttemptOrder = "generation"
	ByNew        AttemptOrder = "new"
	ByChanged    AttemptOrder = "changed"
	ByGone       AttemptOrder = "gone" // removed, or deleted by a row that says so
	ByRefused    AttemptOrder = "refused"
)

// MostSorted is how many attempts AttemptPage sorts by anything else than when they began:
// the newest.
const MostSorted = 10_000

// AttemptPage lists the attempts of a query without their reports, and counts all that
// match it; in another order than ByStart it leads through the newest MostSorted of them.
// An order that there is not is fault.Invalid.
func (in *Importer) AttemptPage(ctx context.Context, q AttemptQuery) (attempts []Attempt, total int64, err error) {
	order, known := q.By.columns(in.DB.Dialect)
	if !known {
		return nil, 0, fault.New(fault.Invalid, "imports cannot be sorted by %q", q.By)
	}
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
	listed := tx.Omit("report")
	way := " DESC"
	if q.Rising {
		way = ""
	}
	for _, column := range order {
		listed = listed.Order(column + way)
	}
	if q.By == ByStart {
		listed = listed.Order("id" + way)
	} else {
		newest := tx.Select("id").Order("id DESC").Limit(MostSorted)
		listed = listed.Where("id IN (SELECT id FROM (?) AS newest)", newest).Order("id DESC")
	}
	if err := listed.Offset(q.Skip).Limit(q.AtMost).Find(&attempts).Error; err != nil {
		return nil, 0, fmt.Errorf("list the imports: %w", err)
	}
	return attempts, total, nil
}

// columns are what the order goes by, as SQL says it, and whether there is such an order.
func (o AttemptOrder) columns(d database.Dialect) (by []string, known bool) {
	switch o {
	case ByStart:
		return nil, true
	case ByEnding:
		return []string{"dry_run", "state", "verdict"}, true
	case ByActor:
		return []string{"actor"}, true
	case ByGeneration:
		return []string{"CASE WHEN verdict = 'stored' THEN generation ELSE 0 END"}, true
	case ByNew, ByChanged, ByRefused:
		return []string{counted(d, string(o))}, true
	case ByGone:
		return []string{counted(d, "removed") + " + " + counted(d, "deleted")}, true
	}
	return nil, false
}

// counted adds up one of the Counts of an attempt, by its name in JSON.
func counted(d database.Dialect, name string) string {
	if d == database.SQLite {
		return "(SELECT coalesce(sum(value ->> '" + name + "'), 0) FROM json_each(counts))"
	}
	return "(SELECT coalesce(sum((one ->> '" + name + "')::bigint), 0) FROM json_array_elements(counts::json) AS one)"
}
