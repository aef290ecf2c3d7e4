// Package kept finds the records that meet the conditions of policies. What is found is
// kept beside the snapshot of the roster that it was found in, and becomes part of views.
package kept

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/codec"
	"github.com/rostergate/rostergate/roster/view"
)

// found are the records that meet conditions, by the condition: they are looked for once in
// a state of the roster, however many apps and requests ask.
type found struct {
	mu   sync.Mutex
	sets map[string]*roaring.Bitmap
}

// ErrMoved says that the store has another roster by now than the snapshot.
var ErrMoved = errors.New("the roster is another by now")

// By finds the records that meet each of the conditions in a snapshot. The error is
// ErrMoved where they could not be found there.
func By(ctx context.Context, store *roster.Roster, snapshot *view.Snapshot, conditions []policy.Condition) ([]view.Kept, error) {
	if len(conditions) == 0 {
		return nil, nil
	}
	var all []view.Kept
	known := view.Beside(snapshot, func() *found { return &found{sets: map[string]*roaring.Bitmap{}} })
	for _, c := range conditions {
		one := view.Kept{Entity: c.Of.Entity, Key: keyOf(c)}
		known.mu.Lock()
		one.Set = known.sets[one.Key]
		known.mu.Unlock()
		if one.Set == nil {
			var err error
			if one.Set, err = meeting(ctx, store, snapshot, c); err != nil {
				return nil, fmt.Errorf("find the %s that meet a policy: %w", c.Of.Entity, err)
			}
			known.remember(one.Key, one.Set)
		}
		all = append(all, one)
	}
	return all, nil
}

// mostFound are remembered: more than a district has conditions. Admins try many more.
const mostFound = 64

func (f *found) remember(key string, set *roaring.Bitmap) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.sets) >= mostFound {
		clear(f.sets)
	}
	f.sets[key] = set
}

// keyOf tells conditions apart.
func keyOf(c policy.Condition) string {
	return fmt.Sprintf("%t %q %s %q", c.Students, c.Of, c.Op, c.Values)
}

// meeting reads the cells that a condition looks at, of every active record.
func meeting(ctx context.Context, store *roster.Roster, snapshot *view.Snapshot, c policy.Condition) (*roaring.Bitmap, error) {
	entity, _ := catalog.Find(c.Of.Entity)
	selection, f := roster.Selection{Entity: entity}, catalog.Field{Kind: catalog.Text}
	if c.Of.Bag == catalog.Metadata {
		selection.Keys = []string{c.Of.Name}
	} else {
		f, _ = entity.Field(c.Of.Name)
		selection.Fields = []catalog.Field{f}
	}
	asked, met := snapshot.Live(entity.Plural), roaring.New()
	if c.Students {
		asked = snapshot.Subset(entity.Plural, students())
		met = roaring.AndNot(snapshot.Live(entity.Plural), asked)
	}
	stamp, err := store.Read(ctx, selection, asked.ToArray(), func(id uint32, cells [][]byte) error {
		if c.Meets(valuesOf(f.Kind, cells[0])) {
			met.Add(id)
		}
		return nil
	})
	if err == nil && stamp.State() != snapshot.State {
		err = ErrMoved
	}
	return met, err
}

// students are the users who are students.
func students() catalog.Subset {
	return catalog.Subset{Field: "role", Values: []string{catalog.Student}}
}

// valuesOf are the values in a cell: of a list its items, of anything else the one.
func valuesOf(kind catalog.Kind, cell []byte) []string {
	switch {
	case cell == nil:
		return nil
	case kind == catalog.List || kind == catalog.Tokens:
		return codec.Items(string(cell))
	}
	return []string{string(cell)}
}
