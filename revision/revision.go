// Package revision keeps the three numbers that tell whether what a process
// knows still holds: the permission revision, one more with every saved change
// of what some app may get; the generation, one more with every import that
// changed something; and the epoch, a random number that a restored backup
// replaces.
//
//	err := revision.MovePermission(tx) // last, before the transaction commits
//
// Its main type is Stamp. A statement that reads roster data reads the stamp in
// the same breath, by Columns; if it is not the stamp that the answer was
// computed under, the answer is computed again.
package revision

import (
	"crypto/rand"
	"fmt"
	"io"
	"math/big"

	"gorm.io/gorm"
)

// Stamp is one reading of the numbers. Two equal stamps of one database mean
// that neither a permission nor the roster changed in between.
type Stamp struct {
	Permission int64
	Generation int64
	Epoch      int64
}

// Columns is a SELECT list that yields the stamp's numbers in the order
// permission, generation, epoch, for a statement to carry along.
const Columns = "(SELECT value FROM numbers WHERE name = 'permission') AS stamp_permission, " +
	"(SELECT value FROM numbers WHERE name = 'generation') AS stamp_generation, " +
	"(SELECT value FROM numbers WHERE name = 'epoch') AS stamp_epoch"

// Read reads the stamp as tx sees it.
func Read(tx *gorm.DB) (Stamp, error) {
	var s Stamp
	err := tx.Raw("SELECT "+Columns).Row().Scan(&s.Permission, &s.Generation, &s.Epoch)
	if err != nil {
		return Stamp{}, fmt.Errorf("read the revision: %w", err)
	}
	return s, nil
}

// MovePermission raises the permission revision. It is the last statement of
// the transaction, for until the commit it keeps other savers waiting.
func MovePermission(tx *gorm.DB) error { return move(tx, "permission") }

// MoveGeneration raises the generation, likewise last.
func MoveGeneration(tx *gorm.DB) error { return move(tx, "generation") }

// Renew begins an epoch: nothing that a process knows holds any more, and every app
// is to see everything anew. It is for a database that was put back from a backup,
// whose numbers will be given a second time.
func Renew(tx *gorm.DB, random io.Reader) error {
	epoch, err := rand.Int(random, big.NewInt(1<<53))
	if err != nil {
		return fmt.Errorf("begin an epoch: %w", err)
	}
	if err := tx.Exec("UPDATE numbers SET value = ? WHERE name = 'epoch'", epoch.Int64()).Error; err != nil {
		return fmt.Errorf("begin an epoch: %w", err)
	}
	return nil
}

func move(tx *gorm.DB, name string) error {
	done := tx.Exec("UPDATE numbers SET value = value + 1 WHERE name = ?", name)
	if done.Error != nil {
		return fmt.Errorf("raise the %s number: %w", name, done.Error)
	}
	if done.RowsAffected != 1 {
		return fmt.Errorf("raise the %s number: %d rows where one belongs", name, done.RowsAffected)
	}
	return nil
}
