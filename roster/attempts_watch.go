package roster

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/rostergate/rostergate/fault"
)

// beat is how often a running attempt says how far it is.
const beat = 2 * time.Second

// watch lets an attempt give signs of life until stop is called.
func (r *Roster) watch(ctx context.Context, a Attempt, o *ImportOptions) (stop func()) {
	var mu sync.Mutex
	file, percent := "", 0
	tell := o.Progress
	o.Progress = func(name string, done, total int64) error {
		mu.Lock()
		file, percent = name, int(100*min(done, total)/max(total, 1))
		mu.Unlock()
		if tell == nil {
			return nil
		}
		return tell(name, done, total)
	}
	ctx, cancel := context.WithCancel(ctx)
	var watching sync.WaitGroup
	watching.Go(func() {
		tick := time.NewTicker(beat)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			mu.Lock()
			now := map[string]any{"seen_at": r.Clock().UTC().Format(timeForm), "file": file, "percent": percent}
			mu.Unlock()
			// A sign of life that is lost is followed by the next one.
			_ = r.DB.Write.WithContext(ctx).Model(&Attempt{}).Where("id = ? AND state = ?", a.ID, Running).Updates(now).Error
		}
	})
	return func() {
		cancel()
		watching.Wait()
	}
}

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
