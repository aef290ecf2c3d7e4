package roster

import (
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
)

// redact keeps a database's error from quoting the row it fell over: only the
// code, the table and the column pass.
func redact(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return errors.New("PostgreSQL error " + pg.Code + " at " + pg.TableName + "." + pg.ColumnName)
	}
	return err
}
