package people

import (
	"hash/maphash"
	"net/netip"
	"sync"
	"time"

	"github.com/rostergate/rostergate/fault"
)

// ErrTooOften is the answer to somebody who tries passwords too often. It is the
// same whether or not the account exists.
var ErrTooOften = fault.New(fault.Unavailable, "Too many attempts. Wait a few minutes and try again.")

// allowance is how many wrong passwords are taken at once, and after which pause
// one more.
type allowance struct {
	burst float64
	pause time.Duration
}

func perAccount() allowance { return allowance{10, 30 * time.Second} }

func perClient() allowance { return allowance{30, 5 * time.Second} }

// buckets is how many counters there are. Keys share them by a hash that nobody
// outside can compute: memory is bounded whoever comes, and nothing that comes
// later can push a counter out.
const buckets = 1 << 14

// limits counts attempts, in this process alone. Each replica counts for itself.
type limits struct {
	clock func() time.Time
	seed  maphash.Seed
	mu    sync.Mutex
	spent map[uint64]spending // at most buckets
}

// spending is how many attempts were taken and not yet won back, as of a moment.
type spending struct {
	n  float64
	at time.Time
}

func newLimits(clock func() time.Time) *limits {
	return &limits{clock: clock, seed: maphash.MakeSeed(), spent: map[uint64]spending{}}
}

// take takes one attempt of the client and of the account, or fails with
// ErrTooOften. The empty client is the command line's and has no limit.
func (l *limits) take(email, client string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if client != "" && !l.spend("client "+network(client), perClient()) {
		return ErrTooOften
	}
	if !l.spend("account "+email, perAccount()) {
		return ErrTooOften
	}
	return nil
}

// forgive gives the account all of its attempts back and the client this one:
// the password was right.
func (l *limits) forgive(email, client string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.spent, l.key("account "+email))
	k := l.key("client " + network(client))
	if s, ok := l.spent[k]; ok {
		s.n = max(0, s.n-1)
		l.spent[k] = s
	}
}

func (l *limits) spend(key string, a allowance) bool {
	now, k := l.clock(), l.key(key)
	s := l.spent[k]
	s.n = max(0, s.n-float64(now.Sub(s.at))/float64(a.pause))
	s.at = now
	allowed := s.n+1 <= a.burst
	if allowed {
		s.n++
	}
	l.spent[k] = s
	return allowed
}

func (l *limits) key(text string) uint64 { return maphash.String(l.seed, text) % buckets }

// network is what one client has to itself: an IPv4 address, or the first 64
// bits of an IPv6 one.
func network(client string) string {
	ip, err := netip.ParseAddr(client)
	if err != nil || ip.Unmap().Is4() {
		return client
	}
	prefix, _ := ip.WithZone("").Prefix(64) // of 128 bits: never an error
	return prefix.String()
}
