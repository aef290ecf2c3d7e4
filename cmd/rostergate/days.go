package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/revision"
)

// beginDays begins the district's days as they come. It looks at the clock again and
// again, for one that is set, or a machine that slept, ends no wait for midnight in time.
func (h *house) beginDays(ctx context.Context, panics *fault.Panics, log *slog.Logger) {
	look := time.NewTicker(time.Second)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
			h.beginDay(ctx, panics, log)
		}
	}
}

// beginDay begins the district's day where it is time to. What cannot be done now is done
// with the next look.
func (h *house) beginDay(ctx context.Context, panics *fault.Panics, log *slog.Logger) {
	err := h.dayBegun(ctx, panics)
	if errors.Is(err, revision.ErrReadOnly) {
		h.store.Renew() // a new connection may find the server that took over
	}
	if err != nil && ctx.Err() == nil {
		log.Error("the district's day could not begin", "error", err)
	}
}

// dayBegun is apps.Registry.BeginDay, with a panic for an error.
func (h *house) dayBegun(ctx context.Context, panics *fault.Panics) (err error) {
	defer func() {
		if crash := recover(); crash != nil {
			err = panics.Caught(crash)
		}
	}()
	return h.apps.BeginDay(ctx)
}
