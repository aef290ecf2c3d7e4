package feeds

import (
	"context"
	"fmt"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/RoaringBitmap/roaring/v2/roaring64"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/codec"
	"github.com/rostergate/rostergate/roster/history"
	"github.com/rostergate/rostergate/roster/stored"
)

// Feeds are the computed fields that the rows of an entity make up, and what an import
// changes of them.
type Feeds []feed

// feed is one of them: the record that the column of refers to shows what the column member
// refers to, or the row itself where member is 0.
type feed struct {
	history.Site
	of, member int

	came, went *roaring64.Bitmap // pairs that rows now make, and no longer make
	moved      *roaring.Bitmap   // rows that make another pair than before
}

// Of are those of the rows of e.
func Of(e catalog.Entity) Feeds {
	column := func(name string) int {
		f, ok := e.Field(name)
		if !ok {
			return 0
		}
		return slices.Index(roster.Columns(e), roster.Quoted(f))
	}
	var all Feeds
	for _, owner := range catalog.Tables(catalog.Both) {
		for _, f := range owner.Fields {
			if f.Through != nil && f.Through.Entity == e.Plural {
				all = append(all, feed{
					history.Site{Entity: owner.Plural, Field: f.Name},
					column(f.Through.Field), column(f.Through.Member),
					roaring64.New(), roaring64.New(), roaring.New(),
				})
			}
		}
	}
	return all
}

// add notes what a row, whose cells stand as columns lists them, makes its owner
// show.
func (f feed) add(pairs *roaring64.Bitmap, id uint32, cells []string) {
	member := id
	if f.member > 0 {
		member = codec.ID(cells[f.member])
	}
	if owner := codec.ID(cells[f.of]); owner > 0 && member > 0 {
		pairs.Add(history.Pair(owner, member))
	}
}

// Come notes what a row that came makes others show. Cells stand as roster.Columns lists them.
func (all Feeds) Come(id uint32, cells []string) {
	for _, f := range all {
		f.add(f.came, id, cells)
	}
}

// Change is Come for a row that changed.
func (all Feeds) Change(id uint32, old, now []string) {
	for _, f := range all {
		if old[f.of] != now[f.of] || old[f.member] != now[f.member] {
			f.add(f.went, id, old)
			f.add(f.came, id, now)
			f.moved.Add(id)
		}
	}
}

// Settle notes in a turnover what others show now and did not, or no longer show, once all
// rows of the table were seen, and those that are gone. A pair that one row made and another
// makes is as it was, and so is one that some row made and makes, whatever the others do. Stay
// is whether any stored row does.
func (all Feeds) Settle(ctx context.Context, t stored.Table, gone *roaring.Bitmap, stay bool, into history.Turnover) error {
	if len(all) == 0 {
		return nil
	}
	err := t.Each(ctx, gone.ToArray(), func(cells []string) {
		for _, f := range all {
			f.add(f.went, codec.ID(cells[0]), cells)
		}
	})
	if err != nil {
		return err
	}
	for _, f := range all {
		both := roaring64.And(f.came, f.went)
		f.came.AndNot(both)
		f.went.AndNot(both)
		// No two rows are one member, so a row that is one makes its pair alone.
		if f.member > 0 && stay && !(f.came.IsEmpty() && f.went.IsEmpty()) {
			if err := f.strike(ctx, t, gone); err != nil {
				return fmt.Errorf("read what stays of %s: %w", t.Entity.Plural, err)
			}
		}
		into.Pairs[f.Noted(history.Arrived)] = f.came
		into.Pairs[f.Noted(history.Left)] = f.went
	}
	return nil
}

// strike takes out of the pairs of a feed those that a row makes before and after.
func (f feed) strike(ctx context.Context, t stored.Table, gone *roaring.Bitmap) error {
	return t.Links(ctx, t.Names[f.of], t.Names[f.member], func(id, owner, to uint32) {
		if !gone.Contains(id) && !f.moved.Contains(id) {
			f.came.Remove(history.Pair(owner, to))
			f.went.Remove(history.Pair(owner, to))
		}
	})
}
