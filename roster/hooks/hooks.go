package hooks

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/stored"
)

// Hook is a required reference: a record without it is none, unless that is one to spare.
type Hook struct {
	Column, Target, Header string
	Spare                  bool
}

// Of are those of the records of an entity. Spare says of which required fields a record is one
// without a value, too.
func Of(e catalog.Entity, spare func(catalog.Field) bool) []Hook {
	var all []Hook
	if e.Describes != "" {
		all = append(all, Hook{"id", e.Describes, e.Fields[0].Header(), false})
	}
	for _, f := range roster.Contents(e) {
		if f.Kind.Refers() && f.Required && f.Target != e.Plural {
			all = append(all, Hook{roster.Quoted(f), f.Target, f.Header(), spare(f)})
		}
	}
	return all
}

// Each calls fn for every active record of a table, with the ids that it refers to, as the
// column has them; they are gone once fn returns.
func (h Hook) Each(ctx context.Context, t stored.Table, fn func(id uint32, cell sql.RawBytes)) error {
	rows, err := t.DB.Read.WithContext(ctx).Raw("SELECT id, " + h.Column + " FROM " + t.Entity.Table() + " WHERE status = 'active'").Rows()
	if err != nil {
		return fmt.Errorf("read what hangs on %s that are gone: %w", h.Target, err)
	}
	defer rows.Close()
	var id uint32
	var cell sql.RawBytes
	for rows.Next() {
		if err := rows.Scan(&id, &cell); err != nil {
			return fmt.Errorf("read what hangs on %s that are gone: %w", h.Target, err)
		}
		fn(id, cell)
	}
	return rows.Err()
}
