package audit

import (
	"errors"
	"fmt"
	"strings"

	"github.com/rostergate/rostergate/database"
	"gorm.io/gorm"
)

// numbered runs what gives numbers to entries. A PostgreSQL that crashed may have
// forgotten which it gave (seen with databases made from a template), and refuses the
// ones that it gives a second time. Nothing was written then, so that it is safe to
// pass over those and to write again.
func (l *Ledger) numbered(ledger *gorm.DB, write func() error) error {
	err := write()
	if l.ledger.Dialect != database.Postgres || !givenBefore(err) {
		return err
	}
	newest, err := newestEntry(ledger)
	if err == nil {
		err = passNumbers(ledger, database.Postgres, newest)
	}
	if err != nil {
		return fmt.Errorf("the database gives numbers of entries a second time: %w", err)
	}
	return write()
}

// givenBefore reports whether the number of an entry is that of another.
func givenBefore(err error) bool {
	var refused interface{ SQLState() string }
	return errors.As(err, &refused) && refused.SQLState() == "23505" && strings.Contains(err.Error(), "ledger_entries_pkey")
}
