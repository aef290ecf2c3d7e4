package shares

import (
	"context"
	"runtime"
	"slices"
	"sync"

	"github.com/rostergate/rostergate/fault"
)

// Turns share the server out among apps: only so many answers are computed at one
// time, only so many of those for one app, and whose turn is next goes round the apps
// that wait. So while one app asks as fast as it can, an answer of another begins at
// once; while several do, it begins after at most one answer of each of them. Nobody
// waits for a turn who holds a connection to the database or anything else that
// somebody with a turn could wait for.
type Turns struct {
	total, own int // how many at one time, of all and of one app

	mu      sync.Mutex
	taken   int
	byApp   map[string]*line
	waiting []*line // those in which somebody stands, whose turn is next first
}

// line is one app's.
type line struct {
	taken   int
	tickets []chan struct{} // of those who wait; closed when it is their turn
}

// NewTurns shares out what the processors can do and the connections allow. An answer
// waits for the database some of the time, so there are more turns than processors;
// half of them are never one app's.
func NewTurns(connections int) *Turns {
	total := max(2, min(turnsAProcessor*runtime.GOMAXPROCS(0), connections*3/4))
	return &Turns{total: total, own: (total + 1) / 2, byApp: map[string]*line{}}
}

const turnsAProcessor = 2

// Begin waits for a turn of the app, as long as ctx lasts, and says whether it had to.
// The caller ends it with End. One that did not come is a fault.Unavailable.
func (t *Turns) Begin(ctx context.Context, app string) (waited bool, err error) {
	ticket := t.ask(app)
	if ticket == nil {
		return false, nil
	}
	select {
	case <-ticket:
		return true, nil
	case <-ctx.Done():
		t.leave(app, ticket)
		return true, fault.New(fault.Unavailable, "no turn of %s came in time", app)
	}
}

// Held is how many turns are taken, and how many answers wait for one.
func (t *Turns) Held() (taken, waiting int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, l := range t.waiting {
		waiting += len(l.tickets)
	}
	return t.taken, waiting
}

// ask takes a turn or, where there is none, a ticket for one.
func (t *Turns) ask(app string) (ticket chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.byApp[app]
	if l == nil {
		l = &line{}
		t.byApp[app] = l
	}
	if len(l.tickets) == 0 && l.taken < t.own && t.taken < t.total {
		t.give(l)
		return nil
	}
	if len(l.tickets) == 0 {
		t.waiting = append(t.waiting, l)
	}
	ticket = make(chan struct{})
	l.tickets = append(l.tickets, ticket)
	return ticket
}

func (t *Turns) give(l *line) { t.taken, l.taken = t.taken+1, l.taken+1 }

// leave gives a ticket back, or the turn that it became meanwhile.
func (t *Turns) leave(app string, ticket chan struct{}) {
	t.mu.Lock()
	l := t.byApp[app]
	at := slices.Index(l.tickets, ticket)
	if at >= 0 {
		l.tickets = slices.Delete(l.tickets, at, at+1)
		t.tidy(app, l)
	}
	t.mu.Unlock()
	if at < 0 {
		t.End(app)
	}
}

// End ends a turn of the app, and gives it to whoever is next.
func (t *Turns) End(app string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.byApp[app]
	t.taken, l.taken = t.taken-1, l.taken-1
	t.next()
	t.tidy(app, l)
}

// next gives the turns that are free to those who wait, one to an app before any gets
// another.
func (t *Turns) next() {
	for t.taken < t.total {
		at := slices.IndexFunc(t.waiting, func(l *line) bool { return l.taken < t.own })
		if at < 0 {
			return
		}
		l := t.waiting[at]
		t.waiting = slices.Delete(t.waiting, at, at+1)
		close(l.tickets[0])
		t.give(l)
		if l.tickets = l.tickets[1:]; len(l.tickets) > 0 {
			t.waiting = append(t.waiting, l)
		}
	}
}

// tidy forgets a line in which nobody stands any more.
func (t *Turns) tidy(app string, l *line) {
	if len(l.tickets) > 0 {
		return
	}
	t.waiting = slices.DeleteFunc(t.waiting, func(other *line) bool { return other == l })
	if l.taken == 0 {
		delete(t.byApp, app)
	}
}
