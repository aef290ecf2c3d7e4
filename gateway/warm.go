package gateway

import (
	"context"
	"errors"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/revision"
)

// Warm gets ready for the first request after each import: it looks at every
// tick whether there is a new generation, and then reads its links and grows the
// views of the enabled apps. It lets go of walks that nobody goes on with, too. It ends
// with ctx. What cannot be read now is left to the requests.
func (g *Gateway) Warm(ctx context.Context, tick <-chan time.Time) {
	var known revision.Stamp
	for {
		now, err := g.warmed(ctx, known)
		if errors.Is(err, revision.ErrReadOnly) {
			g.DB.Renew() // a new connection may find the server that took over
		}
		if err != nil && ctx.Err() == nil {
			g.Log.Error("not ready for the new generation", "error", err)
		}
		known = now
		select {
		case <-ctx.Done():
			return
		case at := <-tick:
			g.walks.LetGo(at)
		}
	}
}

// warmed is warm, with a panic for an error: what crashed is left to the requests, and
// tried no more before the next import.
func (g *Gateway) warmed(ctx context.Context, known revision.Stamp) (now revision.Stamp, err error) {
	defer func() {
		if crash := recover(); crash != nil {
			err = g.Panics.Caught(crash)
		}
	}()
	if now, err = revision.Read(g.DB.Read.WithContext(ctx)); err != nil {
		return known, err
	}
	return g.warm(ctx, known, now)
}

// warm grows the views of a generation that is not the known one.
func (g *Gateway) warm(ctx context.Context, known, now revision.Stamp) (revision.Stamp, error) {
	if now.State() == known.State() {
		return now, nil
	}
	all, err := g.Apps.List(ctx)
	if err != nil {
		return known, err
	}
	var failed []error // of one app, which keeps no other waiting
	for _, app := range all {
		if app.State != apps.Enabled {
			continue
		}
		who := identity{Caller: apps.Caller{App: app.ID, State: app.State, Stamp: now}}
		plan, err := g.decide(ctx, who)
		if err == nil {
			_, err = g.see(ctx, who, plan)
		}
		if errors.Is(err, errMoved) {
			return known, nil // the next look is at what is new then
		}
		failed = append(failed, err)
	}
	return now, errors.Join(failed...)
}
