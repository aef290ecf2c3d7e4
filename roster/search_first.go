package roster

import (
	"context"
	"fmt"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
)

// FirstWith is the id of the first of some records that has a value of anything
// that the selection names, 0 where none has.
func (r *Roster) FirstWith(ctx context.Context, s Selection, among *roaring.Bitmap) (uint32, error) {
	conditions, args := s.filled(r.DB.Dialect)
	if among.IsEmpty() || len(conditions) == 0 {
		return 0, nil
	}
	rows, err := r.DB.Read.WithContext(ctx).Table(s.Entity.Table()).Select("id").
		Where("id BETWEEN ? AND ?", among.Minimum(), among.Maximum()).
		Where("("+strings.Join(conditions, " OR ")+")", args...).Order("id").Rows()
	if err != nil {
		return 0, fmt.Errorf("find one of the %s with a value: %w", s.Entity.Plural, database.Redact(err))
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id uint32
		if err := rows.Scan(&id); err != nil {
			return 0, fmt.Errorf("find one of the %s with a value: %w", s.Entity.Plural, database.Redact(err))
		}
		if among.Contains(id) {
			return id, nil
		}
	}
	return 0, database.Redact(rows.Err())
}

// filled are the conditions that a cell of the selection has a value.
func (s Selection) filled(dialect database.Dialect) (conditions []string, args []any) {
	for _, f := range s.Fields {
		conditions = append(conditions, Quoted(f)+" IS NOT NULL")
	}
	member := func(bag catalog.Bag, name string) {
		column := "user_ids"
		if bag == catalog.Metadata {
			column = string(bag)
		}
		if dialect == database.SQLite {
			conditions = append(conditions, column+" ->> ? IS NOT NULL")
			args = append(args, `$."`+name+`"`)
			return
		}
		conditions = append(conditions, column+" ->> ?::text IS NOT NULL")
		args = append(args, name)
	}
	for _, kind := range s.Types {
		member(catalog.UserIDs, kind)
	}
	for _, key := range s.Keys {
		member(catalog.Metadata, key)
	}
	return conditions, args
}
