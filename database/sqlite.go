package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"net/url"
	"os"
	"path/filepath"

	"github.com/libtnb/sqlite"
	"gorm.io/gorm"
	moderncsqlite "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// openSQLite opens a file twice: once to write, once to read.
func openSQLite(ctx context.Context, path string, o Options) (*Database, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, unavailable(filepath.Base(path), err)
	}
	// SQLite gives the files beside it the same mode.
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, unavailable(filepath.Base(path), err)
	}
	db := &Database{Dialect: SQLite, Path: path, Address: "sqlite:" + path}
	if db.file, err = file.Stat(); err != nil {
		return nil, unavailable(filepath.Base(path), errors.Join(err, file.Close()))
	}
	if err := file.Close(); err != nil {
		return nil, unavailable(filepath.Base(path), err)
	}
	if db.Write, err = openFile(ctx, path, o, 1, url.Values{"_txlock": {"immediate"}}); err != nil {
		return nil, err
	}
	db.Read, err = openFile(ctx, path, o, o.Connections, url.Values{"_pragma": {"query_only(1)"}})
	return db, err
}

func openFile(ctx context.Context, path string, o Options, connections int, extra url.Values) (*gorm.DB, error) {
	// busy_timeout comes first: switching to WAL may itself have to wait.
	dsn := url.Values{"_pragma": append([]string{
		"busy_timeout(20000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "temp_store(MEMORY)",
	}, extra["_pragma"]...)}
	if lock := extra.Get("_txlock"); lock != "" {
		dsn.Set("_txlock", lock)
	}
	escaped := (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: dsn.Encode()}).String()
	conns := sql.OpenDB(connector{dsn: escaped, trace: o.Trace})
	if err := conns.PingContext(ctx); err != nil {
		_ = conns.Close()
		return nil, unavailable(filepath.Base(path), err)
	}
	db, err := gorm.Open(sqlite.Dialector{Conn: conns}, config())
	if err != nil {
		return nil, unavailable(filepath.Base(path), err)
	}
	return db, pool(db, connections)
}

// connector opens connections of the pure Go driver, traced where somebody
// listens.
type connector struct {
	dsn   string
	trace func(string, []any)
}

// Driver is the driver of the connections.
func (connector) Driver() driver.Driver { return &moderncsqlite.Driver{} }

// Connect opens a connection.
func (c connector) Connect(context.Context) (driver.Conn, error) {
	conn, err := c.Driver().Open(c.dsn)
	if err != nil || c.trace == nil {
		return conn, err
	}
	return traced{fullConn: conn.(fullConn), trace: c.trace}, nil
}

// fullConn is what the driver's connections can do.
type fullConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
}

// traced tells of each statement before it runs.
type traced struct {
	fullConn
	trace func(string, []any)
}

// PrepareContext traces and prepares.
func (t traced) PrepareContext(ctx context.Context, statement string) (driver.Stmt, error) {
	t.trace(statement, nil)
	return t.fullConn.PrepareContext(ctx, statement)
}

// ExecContext traces and executes.
func (t traced) ExecContext(ctx context.Context, statement string, args []driver.NamedValue) (driver.Result, error) {
	t.trace(statement, values(args))
	return t.fullConn.ExecContext(ctx, statement, args)
}

// QueryContext traces and queries.
func (t traced) QueryContext(ctx context.Context, statement string, args []driver.NamedValue) (driver.Rows, error) {
	t.trace(statement, values(args))
	return t.fullConn.QueryContext(ctx, statement, args)
}

func values(named []driver.NamedValue) []any {
	plain := make([]any, len(named))
	for i, n := range named {
		plain[i] = n.Value
	}
	return plain
}

// passingFile reports whether an error of SQLite passes: somebody else writes, the
// disk is full or does not answer, or the file may not be written now.
func passingFile(err error) bool {
	switch fileCode(err) {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_INTERRUPT,
		sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN:
		return true
	}
	return false
}

// fileCode is the primary code of an error of SQLite, 0 for any other error.
func fileCode(err error) int {
	var failed *moderncsqlite.Error
	if !errors.As(err, &failed) {
		return 0
	}
	return failed.Code() & 0xff
}
