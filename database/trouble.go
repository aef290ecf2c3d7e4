package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"io/fs"
	"net"
	"slices"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	sqlite3 "modernc.org/sqlite/lib"
)

// readOnlyTransaction is PostgreSQL's code for a server that takes no writes.
const readOnlyTransaction = "25006"

// Passing reports whether an error says of a database that it cannot do now what it
// can do at another time: it does not answer, or not in time, is full, shuts down,
// was taken over from, or had to choose between two who wanted the same. Trying again
// is what can be done about it. A caller who left is no such thing.
func Passing(err error) bool {
	var pg *pgconn.PgError
	switch {
	case err == nil || errors.Is(err, context.Canceled):
		return false
	case errors.As(err, &pg):
		return passingCode(pg.Code)
	}
	return Lost(err) || passingFile(err)
}

// Interrupted reports whether an error says that whoever asked gave up asking.
func Interrupted(err error) bool {
	return errors.Is(err, context.Canceled) || fileCode(err) == sqlite3.SQLITE_INTERRUPT
}

// passingCode reports whether an SQLSTATE passes: connections (08), resources (53),
// the operator (57P), serialisation and deadlocks, and servers that take no writes.
func passingCode(code string) bool {
	if len(code) != 5 {
		return false
	}
	return slices.Contains([]string{"08", "53"}, code[:2]) || code[:3] == "57P" ||
		slices.Contains([]string{readOnlyTransaction, "40001", "40P01", "57014", "55P03"}, code)
}

// Lost reports whether an error says that a connection is gone, or never came about,
// or was given up because no answer came.
func Lost(err error) bool {
	var failed *pgconn.ConnectError
	var network net.Error
	var file *fs.PathError
	var here *net.OpError
	if errors.As(err, &file) || errors.As(err, &here) && here.Op == "listen" {
		return false // both are network errors by their methods, and no database's
	}
	if errors.As(err, &failed) || errors.As(err, &network) {
		return true
	}
	return slices.ContainsFunc([]error{
		context.DeadlineExceeded, driver.ErrBadConn, sql.ErrConnDone, io.ErrUnexpectedEOF, io.EOF, net.ErrClosed,
		syscall.ECONNRESET, syscall.ECONNREFUSED, syscall.EPIPE,
	}, func(one error) bool { return errors.Is(err, one) })
}

// elsewhere reports whether an error says that the server of a connection is not, or
// no longer, the one to talk to: others of its connections will meet the same.
func elsewhere(err error) bool {
	var pg *pgconn.PgError
	switch {
	case err == nil || errors.Is(err, context.Canceled):
		return false
	case errors.As(err, &pg):
		return pg.Code == readOnlyTransaction || pg.Code[:min(3, len(pg.Code))] == "57P" || pg.Code[:min(2, len(pg.Code))] == "08"
	}
	return Lost(err)
}
