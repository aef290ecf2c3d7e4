// Package lines keeps all lines of what is wrong with a package beside the report of its
// import, which shows the first ones only: deflated, in chunks, of the newest attempts.
//
//	err := lines.Store(tx, attempt, packed)
//	all := lines.Of(ctx, db, attempt)
//
// It knows nothing of what a line says.
package lines
