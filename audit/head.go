package audit

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/rostergate/rostergate/database"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// headRow is what a store knows of its ledger: which it is, and the number of the
// newest entry that was seen to be durable there.
type headRow struct {
	One    int64 `gorm:"primaryKey"`
	Ledger string
	Newest int64
}

// TableName is the table of the store's knowledge, of one row.
func (headRow) TableName() string { return "ledger_head" }

// identityRow is a ledger's own name.
type identityRow struct {
	One    int64 `gorm:"primaryKey"`
	Ledger string
}

// TableName is the table of the name, of one row.
func (identityRow) TableName() string { return "ledger_identity" }

// Join makes a ledger and its store known to each other, where they are not yet: a
// new pair, or one of a build that kept no such names. It is called after Whole, and
// once both are migrated.
func Join(ctx context.Context, ledger, store *database.Database) error {
	known, err := knownHead(ctx, store)
	if err != nil {
		return err
	}
	name := known.Ledger
	if name == "" {
		name = rand.Text()
	}
	// The ledger first: a store that knows a ledger by a name that it does not have
	// would take it for another's.
	if name, err = nameLedger(ctx, ledger, name); err != nil || known.Ledger == name {
		return err
	}
	newest, err := newestEntry(ledger.Read.WithContext(ctx))
	if err != nil {
		return err
	}
	row := headRow{One: 1, Ledger: name, Newest: newest}
	if err := store.Write.WithContext(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
		return fmt.Errorf("keep which ledger is the store's: %w", err)
	}
	return Whole(ctx, ledger, store)
}

// nameLedger gives a ledger a name unless it has one, and returns what it has.
func nameLedger(ctx context.Context, ledger *database.Database, name string) (string, error) {
	has, err := identity(ctx, ledger)
	if err != nil || has != "" {
		return has, err
	}
	row := identityRow{One: 1, Ledger: name}
	if err := ledger.Write.WithContext(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
		return "", fmt.Errorf("name the ledger: %w", err)
	}
	return identity(ctx, ledger) // another process may have been faster
}

// identity is a ledger's name, empty where it has none.
func identity(ctx context.Context, ledger *database.Database) (string, error) {
	var row identityRow
	err := ledger.Read.WithContext(ctx).Take(&row).Error
	if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
		return "", fmt.Errorf("read the name of the ledger: %w", err)
	}
	return row.Ledger, nil
}

// knownHead is what a store knows of its ledger, the zero row where it met none.
func knownHead(ctx context.Context, store *database.Database) (headRow, error) {
	var row headRow
	err := store.Read.WithContext(ctx).Take(&row).Error
	if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
		return headRow{}, fmt.Errorf("read what the store knows of its ledger: %w", err)
	}
	return row, nil
}

// newestEntry is the highest number of an entry, 0 where there is none. What can be
// read is durable: SQLite shows a commit behind its fsync, and PostgreSQL writes the
// store's knowledge to its log behind the entry itself.
func newestEntry(ledger *gorm.DB) (newest int64, err error) {
	if err := ledger.Raw("SELECT coalesce(max(id), 0) FROM ledger_entries").Row().Scan(&newest); err != nil {
		return 0, fmt.Errorf("read the number of the newest entry: %w", err)
	}
	return newest, nil
}

// raiseHead lets the store know of an entry. Others may have told it of a later one.
func raiseHead(store *gorm.DB, newest int64) error {
	if err := store.Exec("UPDATE ledger_head SET newest = ? WHERE newest < ?", newest, newest).Error; err != nil {
		return fmt.Errorf("let the store know of entry %d: %w", newest, err)
	}
	return nil
}

// keepHead lets the store know of the newest entry, if this process wrote one since it
// did so last. Run calls it at every tick, and the writer when it ends. No disclosure
// waits for it: on SQLite the store has one writer, and an import may hold it for
// minutes. So long the store knows less.
func (l *Ledger) keepHead(ctx context.Context) error {
	if !l.untold.Swap(false) {
		return nil
	}
	newest, err := newestEntry(l.ledger.Read.WithContext(ctx))
	if err == nil {
		err = raiseHead(l.store.Write.WithContext(ctx), newest)
	}
	if err != nil {
		l.untold.Store(true)
	}
	return err
}

// keepLastHead is keepHead for the end of a process, which waits only so long.
func (l *Ledger) keepLastHead() {
	ctx, stop := context.WithTimeout(context.Background(), headLimit)
	defer stop()
	if err := l.keepHead(ctx); err != nil && l.Trouble != nil {
		l.Trouble(err)
	}
}
