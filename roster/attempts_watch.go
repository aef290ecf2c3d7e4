package roster

import (
	"context"
	"sync"
	"time"

	"github.com/rostergate/rostergate/database"
)

// beat is how often a running attempt says how far it is.
const beat = 2 * time.Second

// watch lets an attempt give signs of life until stop is called.
func (r *Roster) watch(ctx context.Context, a Attempt, o *ImportOptions) (stop func()) {
	var mu sync.Mutex
	file, percent := "", 0
	tell := o.Progress
	o.Progress = func(s Step) error {
		mu.Lock()
		file, percent = s.File, int(100*min(s.Done, s.Total)/max(s.Total, 1))
		mu.Unlock()
		if tell == nil {
			return nil
		}
		return tell(s)
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
			brief, stop := database.Lookup(ctx)
			_ = a.in(r.DB.Write.WithContext(brief)).Where("state = ?", Running).Updates(now).Error
			stop()
		}
	})
	return func() {
		cancel()
		watching.Wait()
	}
}
