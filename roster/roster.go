package roster

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Roster is a district's records in a database. It is safe for concurrent use.
type Roster struct {
	DB *database.Database

	fills *fills
}

// New gives access to the roster in db.
func New(db *database.Database) *Roster { return &Roster{DB: db, fills: &fills{}} }

// At is the same roster, read through another handle of its database.
func (r *Roster) At(db *database.Database) *Roster { return &Roster{DB: db, fills: r.fills} }

// stored are the fields of e that have a column of their own.
func stored(e catalog.Entity) []catalog.Field { return e.Stored(catalog.Both) }

// Contents are the stored fields behind sourcedId, status and dateLastModified.
func Contents(e catalog.Entity) []catalog.Field { return stored(e)[3:] }

// Columns are the names of every column of e's table, in the order in which
// rows are staged.
func Columns(e catalog.Entity) []string {
	names := []string{"id", "hash"}
	for _, f := range stored(e) {
		names = append(names, Quoted(f))
	}
	if e.Metadata {
		names = append(names, string(catalog.Metadata))
	}
	return names
}

// Where columns stand among Columns: status, dateLastModified and the first one behind.
const (
	StatusAt  = 3
	DateAt    = 4
	ContentAt = 5
)

// Places are the positions of fields in Columns.
func Places(e catalog.Entity, fields ...string) []int {
	var at []int
	columns := Columns(e)
	for _, name := range fields {
		f, _ := e.Field(name)
		at = append(at, slices.Index(columns, Quoted(f)))
	}
	return at
}

// Quoted is a field's column as SQL writes it: some are reserved words.
func Quoted(f catalog.Field) string { return `"` + f.Column() + `"` }

// lastID is the highest id ever given to a record of an entity.
type lastID struct {
	Entity string `gorm:"primaryKey"`
	LastID uint32
}

// TableName is the table of the ids given so far.
func (lastID) TableName() string { return "entity_ids" }

// StoreLastID raises the highest id given, which never falls, whoever raised it
// meanwhile.
func StoreLastID(tx *gorm.DB, entity string, id uint32) error {
	higher := clause.OnConflict{
		Columns: []clause.Column{{Name: "entity"}}, DoUpdates: clause.AssignmentColumns([]string{"last_id"}),
		Where: clause.Where{Exprs: []clause.Expression{gorm.Expr("entity_ids.last_id < excluded.last_id")}},
	}
	return tx.Clauses(higher).Create(&lastID{entity, id}).Error
}

// LastIDs reads the highest id ever given per entity.
func LastIDs(tx *gorm.DB) (map[string]uint32, error) {
	var rows []lastID
	if err := tx.Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read the ids given so far: %w", err)
	}
	last := map[string]uint32{}
	for _, r := range rows {
		last[r.Entity] = r.LastID
	}
	return last, nil
}

// IDList writes ids as the database's array parameter takes them.
func IDList(dialect database.Dialect, ids []uint32) string {
	opening, closing := byte('['), byte(']')
	if dialect == database.Postgres {
		opening, closing = '{', '}'
	}
	list := append(make([]byte, 0, 8*len(ids)+2), opening)
	for i, id := range ids {
		if i > 0 {
			list = append(list, ',')
		}
		list = strconv.AppendUint(list, uint64(id), 10)
	}
	return string(append(list, closing))
}

// IDIn is the condition that a row's id is in the idList that ? is bound to.
func IDIn(dialect database.Dialect) string {
	if dialect == database.Postgres {
		return "id = ANY(?::bigint[])"
	}
	return "id IN (SELECT value FROM json_each(?))"
}
