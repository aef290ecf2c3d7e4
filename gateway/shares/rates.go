package shares

import (
	"context"
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/rostergate/rostergate/fault"
)

// maxScans is how many lists are filtered or sorted at one time for one app. Such
// a scan keeps a connection and a processor busy; what an app asks beyond that
// waits its turn, and others are served meanwhile.
const maxScans = 2

// Rates limit how often each app may ask, and how much of the server it takes at
// one time. They go by the app and never by an address, which a client can choose;
// a request whose credentials do not hold counts for nobody.
type Rates struct {
	mu       sync.Mutex
	perApp   map[string]share
	perSec   rate.Limit
	inABurst int
}

// share is what there is of the server for one app.
type share struct {
	requests *rate.Limiter
	scans    chan struct{} // holds one for each that is under way
}

// NewRates allows perSecond requests of each app, and for a moment twice as many;
// 0 is no limit.
func NewRates(perSecond float64) *Rates {
	r := &Rates{perApp: map[string]share{}, perSec: rate.Limit(perSecond), inABurst: int(math.Ceil(2 * perSecond))}
	if perSecond == 0 {
		r.perSec = rate.Inf
	}
	return r
}

func (r *Rates) share(app string) share {
	r.mu.Lock()
	defer r.mu.Unlock()
	s, ok := r.perApp[app]
	if !ok {
		s = share{rate.NewLimiter(r.perSec, r.inABurst), make(chan struct{}, maxScans)}
		r.perApp[app] = s
	}
	return s
}

// Count counts a request of a known app, which may go on after a wait. Where that is
// longer than patience it is not counted, and may not. So no more of an app wait at a time
// than its rate lets through meanwhile.
func (r *Rates) Count(app string, now time.Time, patience time.Duration) (wait time.Duration, ok bool) {
	booked := r.share(app).requests.ReserveN(now, 1)
	if wait = booked.DelayFrom(now); wait > patience {
		booked.CancelAt(now)
		return wait, false
	}
	return wait, true
}

// Scan waits until the app may have a list scanned, as long as ctx lasts; longer is a
// fault.Unavailable. The caller calls done when it is scanned.
func (r *Rates) Scan(ctx context.Context, app string) (done func(), err error) {
	scans := r.share(app).scans
	select {
	case scans <- struct{}{}:
		return func() { <-scans }, nil
	case <-ctx.Done():
		return nil, fault.New(fault.Unavailable, "no scan for %s was possible in time", app)
	}
}
