package gateway

import (
	"math"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// rates limit how often each app may ask. They go by the app and never by an
// address, which a client can choose.
type rates struct {
	mu       sync.Mutex
	perApp   map[string]*rate.Limiter
	perSec   rate.Limit
	inABurst int
}

// newRates allows perSecond requests of each app, and for a moment twice as many;
// 0 is no limit.
func newRates(perSecond float64) *rates {
	r := &rates{perApp: map[string]*rate.Limiter{}, perSec: rate.Limit(perSecond), inABurst: int(math.Ceil(2 * perSecond))}
	if perSecond == 0 {
		r.perSec = rate.Inf
	}
	return r
}

// take counts a request of a known app, and refuses it where there were too many.
func (r *rates) take(app string, now time.Time) error {
	r.mu.Lock()
	limiter, ok := r.perApp[app]
	if !ok {
		limiter = rate.NewLimiter(r.perSec, r.inABurst)
		r.perApp[app] = limiter
	}
	r.mu.Unlock()
	booked := limiter.ReserveN(now, 1)
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
