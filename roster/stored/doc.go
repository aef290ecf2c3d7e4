// Package stored reads the rows of an entity as an import compares them: as text, in the
// order of roster.Columns.
//
// Its main type is Table.
//
//	users := stored.Of(db, entity)
//	rows, err := users.Rows(ctx, ids)
//
// It writes nothing.
package stored
