// Package writer writes the rows of an entity that an import found to be new, changed or
// gone, in the way that each database does fastest.
//
// Its main type is Writer.
//
//	w := writer.Writer{Dialect: db.Dialect, Entity: users, Fresh: fresh, Changed: changed, Gone: gone, Date: date, Tell: tell}
//	err := w.Write(conn, tx)
//
// It judges nothing, and begins and ends no transaction.
package writer
