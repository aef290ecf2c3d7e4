package database

import (
	"context"
	"database/sql/driver"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
)

// watch sees how the statements of a pool's connections end. When one says that the
// server is no longer the one to talk to, none of the connections that there are is
// lent again: each is closed before its next use, and a new one looks for the server
// that takes writes.
type watch struct {
	trace func(statement string, args []any)
	era   atomic.Int64 // of the connections that may be lent
}

// eraOf is the key of a connection's era in its own data.
const eraOf = "rostergate era"

func (w *watch) renew() { w.era.Add(1) }

// connected notes when a connection was made.
func (w *watch) connected(_ context.Context, conn *pgx.Conn) error {
	conn.PgConn().CustomData()[eraOf] = w.era.Load()
	return nil
}

// lend refuses a connection from before the last change of servers.
func (w *watch) lend(_ context.Context, conn *pgx.Conn) error {
	if era, known := conn.PgConn().CustomData()[eraOf].(int64); known && era != w.era.Load() {
		return driver.ErrBadConn
	}
	return nil
}

// TraceQueryStart is called by pgx before a statement runs.
func (w *watch) TraceQueryStart(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryStartData) context.Context {
	if w.trace != nil {
		w.trace(q.SQL, q.Args)
	}
	return ctx
}

// TraceQueryEnd is called by pgx after a statement ran.
func (w *watch) TraceQueryEnd(_ context.Context, conn *pgx.Conn, q pgx.TraceQueryEndData) {
	if era, known := conn.PgConn().CustomData()[eraOf].(int64); elsewhere(q.Err) && known {
		w.era.CompareAndSwap(era, era+1) // once for all of the connections that meet it
	}
}
