package database

import (
	"context"
	"database/sql"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/rostergate/rostergate/fault"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
)

func openPostgres(ctx context.Context, url string, o Options) (*Database, error) {
	settings, err := parsePostgres(url)
	if err != nil {
		return nil, err
	}
	// What is committed must be there after a crash, whatever the server's default.
	settings.RuntimeParams["synchronous_commit"] = "on"
	if o.Trace != nil {
		settings.Tracer = tracer(o.Trace)
	}
	conns := stdlib.OpenDB(*settings)
	if err := conns.PingContext(ctx); err != nil {
		_ = conns.Close()
		return nil, unavailable(settings.Host, err)
	}
	return handlePostgres(conns, o)
}

// parsePostgres reads a URL. The parser's own error quotes it, and with it a password.
func parsePostgres(url string) (*pgx.ConnConfig, error) {
	settings, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fault.New(fault.Invalid, "this is not a valid postgres:// URL")
	}
	return settings, nil
}

func handlePostgres(conns *sql.DB, o Options) (*Database, error) {
	db, err := gorm.Open(postgres.New(postgres.Config{Conn: conns}), config())
	if err != nil {
		return nil, unavailable("postgres", err)
	}
	return &Database{Dialect: Postgres, Write: db, Read: db}, pool(db, o.Connections)
}

// tracer hands each statement to a listener.
type tracer func(statement string, args []any)

// TraceQueryStart is called by pgx before a statement runs.
func (t tracer) TraceQueryStart(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryStartData) context.Context {
	t(q.SQL, q.Args)
	return ctx
}

// TraceQueryEnd is called by pgx after a statement ran.
func (tracer) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}
