package gateway

import (
	"context"
	"math"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// maxScans is how many lists are filtered or sorted at one time for one app. Such
// a scan keeps a connection and a processor busy; what an app asks beyond that
// waits its turn, and others are served meanwhile.
const maxScans = 2

// rates limit how often each app may ask, and how much of the server it takes at
// one time. They go by the app and never by an address, which a client can choose;
// a request whose credentials do not hold counts for nobody.
type rates struct {
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

// newRates allows perSecond requests of each app, and for a moment twice as many;
// 0 is no limit.
func newRates(perSecond float64) *rates {
	r := &rates{perApp: map[string]share{}, perSec: rate.Limit(perSecond), inABurst: int(math.Ceil(2 * perSecond))}
	if perSecond == 0 {
		r.perSec = rate.Inf
	}
	return r
}

func (r *rates) share(app string) share {
	r.mu.Lock()
	defer r.mu.Unlock()
	s, ok := r.perApp[app]
	if !ok {
		s = share{rate.NewLimiter(r.perSec, r.inABurst), make(chan struct{}, maxScans)}
		r.perApp[app] = s
	}
	return s
}

// take counts a request of a known app, and refuses it where there were too many.
func (r *rates) take(app string, now time.Time) error {
	booked := r.share(app).requests.ReserveN(now, 1)
	wait := booked.DelayFrom(now)
	if wait == 0 {
		return nil
	}
	booked.CancelAt(now)
	return problem{
		status: http.StatusTooManyRequests, minor: serverBusy, retry: int(math.Ceil(wait.Seconds())),
		description: "The app asks too often. Retry-After says in how many seconds to go on.",
	}
}

// scan waits until the app may have a list scanned. The caller calls done when it
// is.
func (r *rates) scan(ctx context.Context, app string) (done func(), err error) {
	scans := r.share(app).scans
	select {
	case scans <- struct{}{}:
		return func() { <-scans }, nil
	case <-ctx.Done():
		return nil, unavailable()
	}
}
