package roster

import (
	"context"
	"fmt"

	"github.com/rostergate/rostergate/fault"
)

// Take takes the package of an attempt that waits, so that nobody else decides
// over it. One that does not wait is a fault.Conflict.
func (r *Roster) Take(ctx context.Context, id int64) (pack string, err error) {
	a, err := r.Attempt(ctx, id)
	if err != nil {
		return "", err
	}
	taken := fault.New(fault.Conflict, "This package does not wait for anybody. Upload it again.")
	if !a.Waits() {
		return "", taken
	}
	done := r.DB.Write.WithContext(ctx).Model(&Attempt{}).Where("id = ? AND package = ?", id, a.Package).Update("package", "")
	if done.Error != nil {
		return "", fmt.Errorf("take the package of import %d: %w", id, done.Error)
	}
	if done.RowsAffected == 0 {
		return "", taken
	}
	return a.Package, nil
}

// Return gives back what Take took.
func (r *Roster) Return(ctx context.Context, id int64, pack string) error {
	if err := r.DB.Write.WithContext(ctx).Model(&Attempt{}).Where("id = ?", id).Update("package", pack).Error; err != nil {
		return fmt.Errorf("return the package of import %d: %w", id, err)
	}
	return nil
}

// Waiting lists the attempts that have packages, without their reports: those that
// wait, and those that run or are lost.
func (r *Roster) Waiting(ctx context.Context) ([]Attempt, error) {
	var all []Attempt
	if err := r.DB.Read.WithContext(ctx).Omit("report").Where("package <> ''").Order("id").Find(&all).Error; err != nil {
		return nil, fmt.Errorf("list the packages that wait: %w", err)
	}
	return all, nil
}
