package roster

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/revision"
	"gorm.io/gorm"
)

// Fill says how full the columns of an entity are.
type Fill struct {
	Records int64            // active ones
	Filled  map[string]int64 // by JSON name: in how many of them the field has a value

	// Outside counts, by JSON name or metadata.KEY, the records whose value was none
	// of the codes that CEDS lists for it. It has only those that have any.
	Outside map[string]int64

	// Same has, by name as Outside or as userIds.TYPE, the columns that told the same
	// at the last import. It has only those that have any.
	Same map[string][]Equal
}

// Percent is how full a field is, rounded so that only an empty one is 0 and only
// a full one 100. It is false where that cannot be told: of a field without a
// column, and of an entity without records.
func (f Fill) Percent(field string) (int, bool) {
	filled, counted := f.Filled[field]
	if !counted || f.Records == 0 {
		return 0, false
	}
	percent := int(filled * 100 / f.Records)
	if filled > 0 {
		percent = max(percent, 1)
	}
	return percent, true
}

// Fill counts the values of an entity's stored fields, in one statement per
// generation. An unknown entity is a fault.NotFound.
func (r *Roster) Fill(ctx context.Context, entity string) (Fill, error) {
	e, known := catalog.Find(entity)
	if !known {
		return Fill{}, fault.New(fault.NotFound, "the roster has no such entity")
	}
	tx := r.DB.Read.WithContext(ctx)
	now, err := revision.Read(tx)
	if err != nil {
		return Fill{}, err
	}
	return r.fills.of(now.State(), entity, func() (Fill, error) { return countFilled(tx, e) })
}

// fills are those of one state of the roster, by entity.
type fills struct {
	mu       sync.Mutex // held by whoever counts
	state    revision.State
	byEntity map[string]Fill
}

// of is the fill of an entity in a state, counted where it is not known.
func (k *fills) of(state revision.State, entity string, count func() (Fill, error)) (Fill, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.byEntity == nil || k.state != state {
		k.state, k.byEntity = state, map[string]Fill{}
	}
	if f, ok := k.byEntity[entity]; ok {
		return f, nil
	}
	f, err := count()
	if err == nil {
		k.byEntity[entity] = f
	}
	return f, err
}

func countFilled(tx *gorm.DB, e catalog.Entity) (Fill, error) {
	fields := stored(e)
	columns, counts := make([]string, len(fields)), make([]int64, len(fields))
	var records int64
	into := []any{&records}
	for i, field := range fields {
		columns[i] = "COUNT(" + Quoted(field) + ")"
		into = append(into, &counts[i])
	}
	query := "SELECT COUNT(*), " + strings.Join(columns, ", ") + " FROM " + e.Table() + " WHERE status = 'active'"
	if err := tx.Raw(query).Row().Scan(into...); err != nil {
		return Fill{}, fmt.Errorf("count the values of %s: %w", e.Plural, err)
	}
	f := Fill{Records: records, Filled: map[string]int64{}}
	for i, field := range fields {
		f.Filled[field.Name] = counts[i]
	}
	var err error
	if f.Outside, err = readOutside(tx, e); err != nil {
		return f, err
	}
	f.Same, err = readEqual(tx, e)
	return f, err
}
