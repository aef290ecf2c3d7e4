package intake

import (
	"context"
	"fmt"

	"github.com/rostergate/rostergate/fault"
)

// Take takes the package of an attempt that waits, so that nobody else decides
// over it, and notes the decision as how the attempt ended: Accepted, Discarded or
// Expired. One that does not wait is a fault.Conflict.
func (in *Importer) Take(ctx context.Context, id int64, decision Verdict) (pack string, err error) {
	a, err := in.Attempt(ctx, id)
	if err != nil {
		return "", err
	}
	taken := fault.New(fault.Conflict, "Someone decided over this package already, or it waited too long. Upload it again if it is still needed.")
	if !a.Waits() {
		return "", taken
	}
	done := in.DB.Write.WithContext(ctx).Model(&Attempt{}).Where("id = ? AND package = ?", id, a.Package).
		Updates(map[string]any{"package": "", "verdict": decision})
	if done.Error != nil {
		return "", fmt.Errorf("take the package of import %d: %w", id, done.Error)
	}
	if done.RowsAffected == 0 {
		return "", taken
	}
	return a.Package, nil
}

// Return gives back what Take took: the attempt waits again.
func (in *Importer) Return(ctx context.Context, id int64, pack string) error {
	waits := map[string]any{"package": pack, "verdict": Held}
	if err := in.DB.Write.WithContext(ctx).Model(&Attempt{}).Where("id = ?", id).Updates(waits).Error; err != nil {
		return fmt.Errorf("return the package of import %d: %w", id, err)
	}
	return nil
}

// Waiting lists the attempts that have packages, without their reports: those that
// wait, and those that run or are lost.
func (in *Importer) Waiting(ctx context.Context) ([]Attempt, error) {
	var all []Attempt
	if err := in.DB.Read.WithContext(ctx).Omit("report").Where("package <> ''").Order("id").Find(&all).Error; err != nil {
		return nil, fmt.Errorf("list the packages that wait: %w", err)
	}
	return all, nil
}
