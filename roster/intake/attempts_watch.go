package intake

import (
	"context"
	"sync"
	"time"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/moment"
)

// beat is how often a running attempt says how far it is.
const beat = 2 * time.Second

// watch lets an attempt give signs of life until stop is called.
func (in *Importer) watch(ctx context.Context, a Attempt, o *Options) (stop func()) {
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
			now := map[string]any{"seen_at": moment.Of(in.Clock()), "file": file, "percent": percent}
			mu.Unlock()
			in.sign(ctx, a, now)
		}
	})
	return func() {
		cancel()
		watching.Wait()
	}
}

// sign gives a sign of life. One that is lost is followed by the next one, and neither
// an error nor a panic over it is worth an import, or the server that carries it out.
func (in *Importer) sign(ctx context.Context, a Attempt, now map[string]any) {
	defer func() {
		if crash := recover(); crash != nil {
			if caught := in.Panics.Caught(crash); in.Trouble != nil {
				in.Trouble(caught)
			}
		}
	}()
	brief, stop := database.Lookup(ctx)
	defer stop()
	_ = a.in(in.DB.Write.WithContext(brief)).Where("state = ?", Running).Updates(now).Error
}
