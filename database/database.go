package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/rostergate/rostergate/fault"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// Dialect is the SQL that a database speaks.
type Dialect string

// The dialects, as the migrations' folders are called.
const (
	Postgres Dialect = "postgres"
	SQLite   Dialect = "sqlite"
)

// Database is an open database.
type Database struct {
	Dialect Dialect

	// Write is for transactions that change something. On SQLite it has one
	// connection, and its transactions take the write lock when they begin.
	Write *gorm.DB

	// Read is for everything else. On SQLite it is a pool of connections that
	// cannot write and that no writer keeps waiting.
	Read *gorm.DB

	// Path is the SQLite file, empty on PostgreSQL.
	Path string

	// Address says where the database is, without a password: the URL of a file, or of
	// the servers.
	Address string

	file   os.FileInfo // of Path, when it was opened
	pinned *sql.Conn   // of a Database that Pinned lends

	watching *watch // on PostgreSQL
}

// Renew closes each connection before its next use, so that new ones find the server
// to talk to. Statements under way end as they would have.
func (db *Database) Renew() {
	if db.watching != nil {
		db.watching.renew()
	}
}

// ErrReadOnly is a server that takes no writes.
var ErrReadOnly = fault.New(fault.Unavailable, "the database server takes no writes: it is a standby, or was put aside, or default_transaction_read_only is on. Name the one that takes them, or let it")

// Options are the settings of Open that have a usable zero value.
type Options struct {
	// Trace, where set, is told of every statement and its arguments. Arguments
	// may hold roster values, so it is for tests only.
	Trace func(statement string, args []any)

	// Connections is how many connections the pool may hold; 0 means 16.
	Connections int
}

// Open opens the database that url names, postgres://... or sqlite:PATH. A url
// of another form is a fault.Invalid; a server that does not answer is
// fault.Unavailable.
func Open(ctx context.Context, url string, o Options) (*Database, error) {
	if o.Connections == 0 {
		o.Connections = 16
	}
	if err := CheckURL(url); err != nil {
		return nil, err
	}
	if isPostgres(url) {
		return openPostgres(ctx, url, o)
	}
	return openSQLite(ctx, strings.TrimPrefix(url, "sqlite:"), o)
}

// lookup is how long it may take to look up a row or two, a connection included.
const lookup = 10 * time.Second

// Lookup gives a statement that looks up a row or two, and waits for nobody's lock, the
// time that it may take. A database that does not answer keeps nobody longer.
func Lookup(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, lookup)
}

// Close closes every connection.
func (db *Database) Close() error {
	var all []error
	for _, handle := range []*gorm.DB{db.Write, db.Read} {
		pool, err := handle.DB()
		if err == nil {
			err = pool.Close()
		}
		all = append(all, err)
	}
	return errors.Join(all...)
}

// Snapshot runs fn in a transaction that reads one state of the whole database,
// whatever others commit meanwhile.
func (db *Database) Snapshot(ctx context.Context, fn func(tx *gorm.DB) error) error {
	return db.Pinned(ctx, func(still *Database) error { return fn(still.Read) })
}

// Pinned is Snapshot for those who read through a Database: fn gets one whose
// Read is that transaction. It cannot write.
func (db *Database) Pinned(ctx context.Context, fn func(still *Database) error) error {
	if db.pinned != nil {
		return fn(db)
	}
	o := &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	if db.Dialect == SQLite {
		o = &sql.TxOptions{ReadOnly: true} // a SQLite transaction always reads one state
	}
	return db.Read.WithContext(ctx).Connection(func(conn *gorm.DB) error {
		pinned, ok := conn.Statement.ConnPool.(*sql.Conn)
		if !ok {
			return errors.New("read a snapshot: the connection is not pinned")
		}
		return conn.Transaction(func(tx *gorm.DB) error {
			return fn(&Database{Dialect: db.Dialect, Path: db.Path, Read: tx, pinned: pinned})
		}, o)
	})
}

// Within is the database for those who own their transactions, inside one that somebody
// else began: theirs are savepoints of it, and they read what it has written.
func (db *Database) Within(tx *gorm.DB) *Database {
	inside := *db
	inside.Write, inside.Read = tx, tx
	return &inside
}

// Connections is how many connections Read has at the most.
func (db *Database) Connections() int {
	pool, err := db.Read.DB()
	if err != nil { // a transaction has one
		return 1
	}
	return pool.Stats().MaxOpenConnections
}

// Conn lends a reading connection for those who go below GORM. The caller calls
// release when done.
func (db *Database) Conn(ctx context.Context) (conn *sql.Conn, release func(), err error) {
	if db.pinned != nil {
		return db.pinned, func() {}, nil
	}
	pool, err := db.Read.DB()
	if err != nil {
		return nil, nil, fmt.Errorf("reach the connection pool: %w", err)
	}
	if conn, err = pool.Conn(ctx); err != nil {
		return nil, nil, fault.New(fault.Unavailable, "the database does not answer: %w", err)
	}
	return conn, func() { _ = conn.Close() }, nil
}

// Row reads one row below GORM, which writes a statement out letter by letter: too much
// for what every request asks. A ? in the query stands for each argument.
func (db *Database) Row(ctx context.Context, query string, args ...any) *sql.Row {
	if db.Dialect == Postgres {
		for i := range args {
			query = strings.Replace(query, "?", "$"+strconv.Itoa(i+1), 1)
		}
	}
	return db.Read.Statement.ConnPool.QueryRowContext(ctx, query, args...)
}

// config keeps GORM from writing row values anywhere: its own logger prints
// them on an error.
func config() *gorm.Config {
	return &gorm.Config{
		Logger:                 logger.Discard,
		SkipDefaultTransaction: true,
		NowFunc:                func() time.Time { return time.Now().UTC().Truncate(time.Millisecond) },
	}
}

func unavailable(what string, err error) error {
	return fault.New(fault.Unavailable, "the database (%s) cannot be opened: %w", what, err)
}

func pool(db *gorm.DB, connections int) error {
	p, err := db.DB()
	if err != nil {
		return fmt.Errorf("reach the connection pool: %w", err)
	}
	p.SetMaxOpenConns(connections)
	p.SetMaxIdleConns(connections)
	return nil
}
