package people

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/rostergate/rostergate/audit"
)

// errUnchanged ends a change that changes nothing: nobody is told of it.
var errUnchanged = errors.New("nothing changes")

// change runs do in a transaction that holds every admin's row and the person's,
// so that of two admins who remove each other one remains. What do returns is
// recorded.
func (r *Registry) change(ctx context.Context, id string, do func(*gorm.DB, *account) (audit.Change, error)) error {
	err := r.db.Write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		a, err := holdWithAdmins(tx, id)
		if err != nil {
			return err
		}
		change, err := do(tx, &a)
		if err != nil {
			return err
		}
		return audit.Record(tx, change)
	})
	if errors.Is(err, errUnchanged) {
		return nil
	}
	return err
}

// holdWithAdmins holds the rows of all admins and of a person, and reads the person.
// They are held in one order whoever of them is an admin now, so that two who hold
// them never wait for each other.
func holdWithAdmins(tx *gorm.DB, id string) (account, error) {
	if uuid.Validate(id) != nil {
		return account{}, nobody()
	}
	var held []account
	if err := tx.Clauses(hold()).Where("role = ? OR id = ?", Admin, id).Order("id").Find(&held).Error; err != nil {
		return account{}, fmt.Errorf("hold the admins: %w", err)
	}
	return find(tx, id)
}

// hold keeps the rows that a statement reads as they are until the transaction ends.
func hold() clause.Locking { return clause.Locking{Strength: "UPDATE"} }

// write writes the columns of a person that change, and no other: what somebody else
// wrote meanwhile stays.
func write(tx *gorm.DB, id string, columns map[string]any) error {
	done := tx.Model(&account{}).Where("id = ?", id).Updates(columns)
	if done.Error != nil {
		return fmt.Errorf("write what changed of a person: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		return nobody()
	}
	return nil
}
