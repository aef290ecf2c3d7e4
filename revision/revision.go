// Package revision keeps the three numbers that tell whether what a process
// knows still holds: the permission revision, one more with every saved change
// of what some app may get; the generation, one more with every import that
// changed something; and the epoch, a random number that a restored backup
// replaces.
//
//	err := revision.MovePermission(tx) // last, before the transaction commits
//
// Its main type is Stamp. A statement that reads roster data reads the stamp in
// the same breath, by Table; if it is not the stamp that the answer was computed
// under, the answer is computed again.
//
// A number may be given a second time, for something else: a standby that is
// promoted does not have what its primary committed last. So each move draws a
// random mark as well, in the same row, and stamps are equal only with their marks.
package revision

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"io"
	"math/big"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
)

// Stamp is one reading of the numbers. Two equal stamps mean that neither a
// permission nor the roster changed in between, whichever server was read.
type Stamp struct {
	Permission int64
	Generation int64
	Epoch      int64
	Marks      Marks
}

// Marks tell numbers from others of the same value. The epoch needs none: it is
// random itself. Both are 0 where the number was last moved by a program that drew
// no marks.
type Marks struct {
	Permission int64
	Generation int64
}

// State is the stamp without the permissions: which roster it is.
func (s Stamp) State() State {
	return State{Generation: s.Generation, Epoch: s.Epoch, Mark: s.Marks.Generation}
}

// State tells one state of the roster from every other.
type State struct {
	Generation int64
	Epoch      int64
	Mark       int64
}

// Width is how many columns Table has.
const Width = 6

// Table is what a statement selects the stamp from, as a table of one row: the
// numbers, their marks, and whether the server takes no writes, in the order of
// Reading's columns.
func Table(d database.Dialect) string {
	readOnly := "0"
	if d == database.Postgres {
		// What a pooler sends elsewhere goes to a standby with this question in it;
		// a primary that was put aside has the other setting.
		readOnly = "CASE WHEN current_setting('in_hot_standby') = 'on' OR current_setting('default_transaction_read_only') = 'on' THEN 1 ELSE 0 END"
	}
	return "(SELECT p.value AS stamp_permission, g.value AS stamp_generation, e.value AS stamp_epoch," +
		" p.mark AS stamp_permission_mark, g.mark AS stamp_generation_mark, " + readOnly + " AS stamp_read_only" +
		" FROM numbers AS p, numbers AS g, numbers AS e" +
		" WHERE p.name = 'permission' AND g.name = 'generation' AND e.name = 'epoch')"
}

// Reading is what Table says, and who said it.
type Reading struct {
	stamp    Stamp
	readOnly int64
}

// Columns are where Table's columns go.
func (r *Reading) Columns() []any {
	s := &r.stamp
	return []any{&s.Permission, &s.Generation, &s.Epoch, &s.Marks.Permission, &s.Marks.Generation, &r.readOnly}
}

// Raw reads the columns as a database writes them in text.
func (r *Reading) Raw(cells [][]byte) {
	for i, to := range r.Columns() {
		*to.(*int64) = integer(cells[i])
	}
}

// Stamp is the stamp that was read. From a server that takes no writes it is
// ErrReadOnly: it may be behind, and what was saved elsewhere would not hold.
func (r *Reading) Stamp() (Stamp, error) {
	if r.readOnly != 0 {
		return r.stamp, ErrReadOnly
	}
	return r.stamp, nil
}

// ErrReadOnly is a fault.Unavailable: the server that answered is a standby, or a
// primary that was put aside.
var ErrReadOnly = fault.New(fault.Unavailable, "the database server that answered takes no writes, as a standby does: it may be behind, and nothing is answered from it")

// Read reads the stamp as tx sees it.
func Read(tx *gorm.DB) (Stamp, error) {
	var r Reading
	ctx, stop := database.Lookup(tx.Statement.Context)
	defer stop()
	query := "SELECT s.* FROM " + Table(database.Dialect(tx.Name())) + " AS s"
	if err := tx.WithContext(ctx).Raw(query).Row().Scan(r.Columns()...); err != nil {
		return Stamp{}, fmt.Errorf("read the revision: %w", err)
	}
	return r.Stamp()
}

// NewMark draws a mark, which is never 0.
func NewMark() int64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // it never fails: without randomness the program ends
	return int64(binary.BigEndian.Uint64(b[:])>>1 | 1)
}

// MovePermission raises the permission revision. It is the last statement of
// the transaction, for until the commit it keeps other savers waiting.
func MovePermission(tx *gorm.DB) error { return move(tx, "permission", NewMark()) }

// MoveGeneration raises the generation, likewise last, and gives it a mark that
// NewMark drew.
func MoveGeneration(tx *gorm.DB, mark int64) error { return move(tx, "generation", mark) }

// Begin draws marks for the numbers that a program without marks left behind.
func Begin(tx *gorm.DB) error {
	for _, name := range []string{"permission", "generation", "epoch"} {
		if err := tx.Exec("UPDATE numbers SET mark = ? WHERE name = ? AND mark = 0", NewMark(), name).Error; err != nil {
			return fmt.Errorf("mark the %s number: %w", name, err)
		}
	}
	return nil
}

// Renew begins an epoch: nothing that a process knows holds any more, and every app
// is to see everything anew. It is for a database that was put back from a backup,
// whose numbers will be given a second time.
func Renew(tx *gorm.DB, random io.Reader) error {
	epoch, err := rand.Int(random, big.NewInt(1<<53))
	if err != nil {
		return fmt.Errorf("begin an epoch: %w", err)
	}
	done := tx.Exec("UPDATE numbers SET value = ?, mark = ? WHERE name = 'epoch'"+database.DurableUpdate(tx), epoch.Int64(), NewMark())
	if err := done.Error; err != nil {
		return fmt.Errorf("begin an epoch: %w", err)
	}
	return nil
}

func move(tx *gorm.DB, name string, mark int64) error {
	done := tx.Exec("UPDATE numbers SET value = value + 1, mark = ? WHERE name = ?"+database.DurableUpdate(tx), mark, name)
	if done.Error != nil {
		return fmt.Errorf("raise the %s number: %w", name, done.Error)
	}
	if done.RowsAffected != 1 {
		return fmt.Errorf("raise the %s number: %d rows where one belongs", name, done.RowsAffected)
	}
	return nil
}

// integer reads decimal digits.
func integer(digits []byte) int64 {
	var n int64
	for _, d := range digits {
		n = n*10 + int64(d-'0')
	}
	return n
}
