package intake

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

// feed is a computed field that the rows of an entity make up: the record that
// the column of refers to shows what the column member refers to, or the row
// itself where member is 0.
type feed struct {
	history.Site
	of, member int

	came, went *roaring64.Bitmap // pairs that rows now make, and no longer make
	moved      *roaring.Bitmap   // rows that make another pair than before
}

// feeds are the computed fields that the rows of e make up.
func feeds(e catalog.Entity) []feed {
	column := func(name string) int {
		f, ok := e.Field(name)
		if !ok {
			return 0
		}
		return slices.Index(roster.Columns(e), roster.Quoted(f))
	}
	var all []feed
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

// feed notes what a row that came makes others show.
func (s *stage) feed(id uint32, cells []string) {
	for _, f := range s.feeds {
		f.add(f.came, id, cells)
	}
}

// refeed is feed for a row that changed.
func (s *stage) refeed(id uint32, old, now []string) {
	for _, f := range s.feeds {
		if old[f.of] != now[f.of] || old[f.member] != now[f.member] {
			f.add(f.went, id, old)
			f.add(f.came, id, now)
			f.moved.Add(id)
		}
	}
}

// unfeed is feed for rows that are gone.
func (s *stage) unfeed(ctx context.Context, gone *roaring.Bitmap) error {
	return s.eachGone(ctx, gone, func(cells []string) {
		for _, f := range s.feeds {
			f.add(f.went, codec.ID(cells[0]), cells)
		}
	})
}

// eachGone reads the rows of records that are gone.
func (s *stage) eachGone(ctx context.Context, gone *roaring.Bitmap, each func(cells []string)) error {
	for ids := range slices.Chunk(gone.ToArray(), stored.AtOnce) {
		rows, err := s.table.Rows(ctx, ids)
		if err != nil {
			return fmt.Errorf("read what is gone of %s: %w", s.layout.Entity.Plural, err)
		}
		for _, cells := range rows {
			each(cells)
		}
	}
	return nil
}

// settleFeeds notes what others show now and did not, or no longer show. A pair
// that one row made and another makes is as it was, and so is one that some row
// made and makes, whatever the others do.
func (s *stage) settleFeeds(ctx context.Context, gone *roaring.Bitmap, stay bool) error {
	if len(s.feeds) == 0 {
		return nil
	}
	if err := s.unfeed(ctx, gone); err != nil {
		return err
	}
	for _, f := range s.feeds {
		both := roaring64.And(f.came, f.went)
		f.came.AndNot(both)
		f.went.AndNot(both)
		// No two rows are one member, so a row that is one makes its pair alone.
		if f.member > 0 && stay && !(f.came.IsEmpty() && f.went.IsEmpty()) {
			if err := s.strike(ctx, f, gone); err != nil {
				return fmt.Errorf("read what stays of %s: %w", s.layout.Entity.Plural, err)
			}
		}
		s.turnover.Pairs[f.Noted(history.Arrived)] = f.came
		s.turnover.Pairs[f.Noted(history.Left)] = f.went
	}
	return nil
}

// strike takes out of the pairs of a feed those that a row makes before and after.
func (s *stage) strike(ctx context.Context, f feed, gone *roaring.Bitmap) error {
	return s.table.Links(ctx, s.table.Names[f.of], s.table.Names[f.member], func(id, owner, to uint32) {
		if !gone.Contains(id) && !f.moved.Contains(id) {
			f.came.Remove(history.Pair(owner, to))
			f.went.Remove(history.Pair(owner, to))
		}
	})
}
