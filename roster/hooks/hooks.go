package hooks

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/codec"
	"github.com/rostergate/rostergate/roster/stored"
)

// Hook is a column by which the records of an entity refer to others.
type Hook struct {
	Column, Target, Header string
	Must                   bool // a record that refers to nothing by it is none
}

// Of are those of an entity, first those by which its records must refer. Spare says of which
// required fields a record is one without a value, too.
func Of(e catalog.Entity, spare func(catalog.Field) bool) []Hook {
	var all []Hook
	if e.Describes != "" {
		all = append(all, Hook{"id", e.Describes, e.Fields[0].Header(), true})
	}
	for _, f := range roster.Contents(e) {
		if f.Kind.Refers() {
			all = append(all, Hook{roster.Quoted(f), f.Target, f.Header(), f.Required && !spare(f)})
		}
	}
	slices.SortStableFunc(all, func(a, b Hook) int {
		switch {
		case a.Must == b.Must:
			return 0
		case a.Must:
			return -1
		}
		return 1
	})
	return all
}

// Each calls fn for every active record of a table that refers to anything by the hook: with
// the ids as the column has them, which are gone once fn returns.
func (h Hook) Each(ctx context.Context, t stored.Table, fn func(id uint32, ids sql.RawBytes)) error {
	rows, err := t.DB.Read.WithContext(ctx).
		Raw("SELECT id, " + h.Column + " FROM " + t.Entity.Table() + " WHERE status = 'active' AND " + h.Column + " IS NOT NULL").Rows()
	if err != nil {
		return fmt.Errorf("read what refers to %s that are gone: %w", h.Target, err)
	}
	defer rows.Close()
	var id uint32
	var ids sql.RawBytes
	for rows.Next() {
		if err := rows.Scan(&id, &ids); err != nil {
			return fmt.Errorf("read what refers to %s that are gone: %w", h.Target, err)
		}
		fn(id, ids)
	}
	return rows.Err()
}

// First is the first of some ids, as a column has them, that is among some.
func First(ids string, among *roaring.Bitmap) (uint32, bool) {
	if among == nil || among.IsEmpty() {
		return 0, false
	}
	if !strings.Contains(ids, ",") {
		id := codec.ID(ids)
		return id, among.Contains(id)
	}
	all := codec.IDs(ids)
	at := slices.IndexFunc(all, among.Contains)
	if at < 0 {
		return 0, false
	}
	return all[at], true
}

// Without are the ids as a column has them, but for some that are gone.
func Without(ids string, gone *roaring.Bitmap) string {
	if _, any := First(ids, gone); !any {
		return ids
	}
	var left []string
	for id := range strings.SplitSeq(ids, ",") {
		if !gone.Contains(codec.ID(id)) {
			left = append(left, id)
		}
	}
	return strings.Join(left, ",")
}
