package gatewaytest

import (
	"sync/atomic"
	"time"
)

// Clock is the machine's clock, or one that stands still, ahead by as much as the
// test has passed.
type Clock struct {
	still time.Time // zero for the machine's clock
	ahead atomic.Int64
}

// Now is the time.
func (c *Clock) Now() time.Time {
	now := c.still
	if now.IsZero() {
		now = time.Now()
	}
	return now.Add(time.Duration(c.ahead.Load()))
}

// Pass lets time go by at once.
func (c *Clock) Pass(d time.Duration) { c.ahead.Add(int64(d)) }
