package credentials

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/moment"
)

// Uses remembers when credentials were last used, to the minute, and writes it down later, so
// that no answer waits for it. It may be used by several goroutines.
type Uses struct {
	DB *database.Database

	mu    sync.Mutex
	noted map[string]time.Time // by the ids of credentials, what is not written yet
}

// Note notes that a credential was used.
func (u *Uses) Note(id string, at time.Time) {
	u.keep(map[string]time.Time{id: at.Truncate(time.Minute)})
}

// keep keeps the later of what is noted and of some.
func (u *Uses) keep(some map[string]time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.noted == nil {
		u.noted = map[string]time.Time{}
	}
	for id, at := range some {
		if at.After(u.noted[id]) {
			u.noted[id] = at
		}
	}
}

// Write writes down what was noted, each in a transaction of its own: it holds no row while it
// waits for another. What cannot be written is kept for the next time.
func (u *Uses) Write(ctx context.Context) error {
	u.mu.Lock()
	noted := u.noted
	u.noted = nil
	u.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(noted)) {
		at := moment.Of(noted[id])
		err := u.DB.Write.WithContext(ctx).Model(&Credential{}).Where("id = ? AND used_at < ?", id, at).Update("used_at", at).Error
		if err != nil {
			u.keep(noted)
			return fmt.Errorf("write down when a credential was last used: %w", err)
		}
		delete(noted, id)
	}
	return nil
}

// lastWrite is how long a stop waits for what was noted.
const lastWrite = 5 * time.Second

// Run writes at every tick, and once more when ctx ends. Trouble is told of what could not be
// written, which the next tick does; a panic ends one write.
func (u *Uses) Run(ctx context.Context, tick <-chan time.Time, panics *fault.Panics, trouble func(error)) {
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-tick:
			if err := u.written(ctx, panics); err != nil && !errors.Is(err, context.Canceled) {
				trouble(err)
			}
		}
	}
	last, stop := context.WithTimeout(context.WithoutCancel(ctx), lastWrite)
	defer stop()
	if err := u.written(last, panics); err != nil {
		trouble(err)
	}
}

// written is Write, with a panic for an error.
func (u *Uses) written(ctx context.Context, panics *fault.Panics) (err error) {
	defer func() {
		if crash := recover(); crash != nil {
			err = panics.Caught(crash)
		}
	}()
	return u.Write(ctx)
}
