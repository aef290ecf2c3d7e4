package database

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
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
	settings.DialFunc = dialer().DialContext
	settings.ConnectTimeout = cmp.Or(settings.ConnectTimeout, connectTime)
	if settings.ValidateConnect == nil && !strings.Contains(url, "target_session_attrs=") {
		// Where the URL does not say which server it wants, it is the one that takes writes.
		settings.ValidateConnect = writable
	}
	watching := &watch{trace: o.Trace}
	settings.Tracer = watching
	conns := stdlib.OpenDB(*settings, stdlib.OptionAfterConnect(watching.connected), stdlib.OptionResetSession(watching.lend))
	if err := conns.PingContext(ctx); err != nil {
		_ = conns.Close()
		return nil, unavailable(settings.Host, err)
	}
	db, err := handlePostgres(conns, watching, o)
	if err == nil {
		db.Address = addressOf(settings)
	}
	return db, err
}

// addressOf is where the servers of a URL are, and nothing of how one gets in but the
// user's name.
func addressOf(settings *pgx.ConnConfig) string {
	hosts := []string{}
	add := func(host string, port uint16) {
		one := net.JoinHostPort(host, strconv.Itoa(int(port)))
		if !slices.Contains(hosts, one) { // each stands there twice, with TLS and without
			hosts = append(hosts, one)
		}
	}
	add(settings.Host, settings.Port)
	for _, other := range settings.Fallbacks {
		add(other.Host, other.Port)
	}
	return "postgres://" + settings.User + "@" + strings.Join(hosts, ",") + "/" + settings.Database
}

// writable refuses a connection to a server that takes no writes.
func writable(ctx context.Context, conn *pgconn.PgConn) error {
	err := pgconn.ValidateConnectTargetSessionAttrsReadWrite(ctx, conn)
	var refused *pgconn.PgError
	if err != nil && ctx.Err() == nil && !errors.As(err, &refused) && !conn.IsClosed() {
		return ErrReadOnly // the server answered, and the check has no other complaint
	}
	return err
}

// parsePostgres reads a URL. The parser's own error quotes it, and with it a password.
func parsePostgres(url string) (*pgx.ConnConfig, error) {
	if err := plain(url); err != nil {
		return nil, err
	}
	settings, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fault.New(fault.Invalid, "this is not a valid postgres:// URL")
	}
	return settings, nil
}

func handlePostgres(conns *sql.DB, watching *watch, o Options) (*Database, error) {
	db, err := gorm.Open(postgres.New(postgres.Config{Conn: conns}), config())
	if err != nil {
		return nil, unavailable("postgres", err)
	}
	return &Database{Dialect: Postgres, Write: db, Read: db, watching: watching}, pool(db, o.Connections)
}
