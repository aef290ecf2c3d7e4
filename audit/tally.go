package audit

import (
	"context"
	"sync"
	"time"
)

// The bounds of what refusals cost. A kind is written at once when it is first met,
// and then counted: once a minute what was counted becomes one entry. So each kind
// that there is room for makes an entry a minute at most, and one more.
const (
	StrangerKinds = 64   // kinds of refusals of those who could not say who they are, that are told apart
	AppKinds      = 256  // kinds of refusals of apps
	RefusalBytes  = 1024 // that an entry of a refusal takes with its indexes, on either database

	minutesADay = 24 * 60
)

// StrangersADay is how many bytes the refusals of strangers can add to the ledger in
// a day, for each server, however many there are. One kind is that of all for which
// there was no room.
func StrangersADay() int64 { return (StrangerKinds + 1) * (minutesADay + 1) * RefusalBytes }

// AppsADay is StrangersADay for the refusals of all apps together.
func AppsADay() int64 { return (AppKinds + 1) * (minutesADay + 1) * RefusalBytes }

// severalKinds stands in an entry for what its refusals do not have in common.
const severalKinds = "(several)"

// refusalKind is what refusals that are counted together have in common.
type refusalKind struct {
	app, address, door, route, entity, reason string
	status                                    int
	stranger                                  bool
}

func (r Refusal) kind() refusalKind {
	return refusalKind{r.App, r.Address, r.Door, r.Route, r.Entity, r.Reason, r.Status, r.Address != "" || r.App == ""}
}

// several is the kind of those that there is no room to tell apart.
func (k refusalKind) several() refusalKind {
	return refusalKind{door: severalKinds, route: severalKinds, reason: severalKinds, stranger: k.stranger}
}

func (k refusalKind) refusal(id string) Refusal {
	return Refusal{RequestID: id, App: k.app, Address: k.address, Door: k.door, Route: k.route, Entity: k.entity, Status: k.status, Reason: k.reason}
}

// tally counts the refusals of which the ledger has one of their kind already. It is
// memory alone: who is killed loses at most a minute's counts.
type tally struct {
	mu    sync.Mutex
	kinds map[refusalKind]*counted
	room  map[bool]int // that is taken by the kinds of strangers, and of apps
}

// counted are refusals of one kind of which the ledger has no entry yet.
type counted struct {
	known       bool // the first is in the ledger, or on its way
	number      int64
	first, last string // ids of requests
}

func (c *counted) add(id string) {
	if c.number++; c.number == 1 {
		c.first = id
	}
	c.last = id
}

// begin finds the kind that a refusal is counted under, and reports whether it is the
// first, which is the caller's to write.
func (t *tally) begin(kind refusalKind) (refusalKind, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	kind, c := t.find(kind)
	first := !c.known
	c.known = true
	return kind, first
}

// find is the kind itself or, where there is no room for it, the one of several.
func (t *tally) find(kind refusalKind) (refusalKind, *counted) {
	most := map[bool]int{true: StrangerKinds, false: AppKinds}[kind.stranger]
	if c, met := t.kinds[kind]; met {
		return kind, c
	}
	if t.room[kind.stranger] >= most {
		kind = kind.several()
	}
	if c, met := t.kinds[kind]; met {
		return kind, c
	}
	c := &counted{}
	t.put(kind, c)
	return kind, c
}

// put makes room for a kind. The one of several takes none.
func (t *tally) put(kind refusalKind, c *counted) {
	if t.kinds == nil {
		t.kinds, t.room = map[refusalKind]*counted{}, map[bool]int{}
	}
	if t.kinds[kind] = c; kind != kind.several() {
		t.room[kind.stranger]++
	}
}

// count counts one more of a kind whose first is in the ledger.
func (t *tally) count(kind refusalKind, id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, c := t.find(kind) // anew where the minute ended meanwhile
	c.known = true
	c.add(id)
}

// failed says that the first of a kind was not written, so that the next one is.
func (t *tally) failed(kind refusalKind) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if c, met := t.kinds[kind]; met {
		c.known = false
	}
}

// take ends a minute: it takes what was counted, and forgets the kinds of which
// nothing was.
func (t *tally) take() map[refusalKind]counted {
	t.mu.Lock()
	defer t.mu.Unlock()
	taken := map[refusalKind]counted{}
	for kind, c := range t.kinds {
		if c.number > 0 {
			taken[kind] = *c
			*c = counted{known: c.known}
			continue
		}
		delete(t.kinds, kind)
		if kind != kind.several() {
			t.room[kind.stranger]--
		}
	}
	return taken
}

// giveBack counts again what could not be written.
func (t *tally) giveBack(taken map[refusalKind]counted) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for kind, c := range taken {
		_, now := t.find(kind)
		now.known, now.first, now.number = true, c.first, now.number+c.number
		if now.last == "" {
			now.last = c.last
		}
	}
}

// Refuse puts a refusal on record. The first of its kind is durable when Refuse
// returns; those that follow it are counted, and each minute's are one entry, which
// has the ids of the first and the last of them. A refusal that a person was shown is
// an entry of its own. The nonce is used up durably in either case. The errors are
// those of Disclose.
func (l *Ledger) Refuse(ctx context.Context, r Refusal) error {
	e, err := r.entry()
	if err != nil {
		return err
	}
	if r.Actor != "" {
		return l.write(ctx, e, r.Nonce)
	}
	kind, first := l.tally.begin(r.kind())
	if first {
		if e, err = kind.refusal(r.RequestID).entry(); err != nil {
			return err
		}
		if err = l.write(ctx, e, r.Nonce); err != nil {
			l.tally.failed(kind)
		}
		return err
	}
	if r.Nonce != nil {
		if err := l.write(ctx, nil, r.Nonce); err != nil {
			return err
		}
	}
	l.entrance.RLock() // Close waits, so that what is counted here is written by it
	defer l.entrance.RUnlock()
	if l.closed {
		return closed()
	}
	l.tally.count(kind, r.RequestID)
	return nil
}

// Settle writes what was counted of refusals up to now, as the end of each minute
// and Close do by themselves.
func (l *Ledger) Settle(ctx context.Context) error {
	done := make(chan error, 1)
	select {
	case l.settling <- done:
	case <-l.finished:
		return closed()
	case <-ctx.Done():
		return impatient(ctx)
	}
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return impatient(ctx)
	}
}

// settle is Settle, by the writer. What cannot be written is counted on.
func (l *Ledger) settle() (err error) {
	taken := l.tally.take()
	defer func() { l.tally.giveBack(taken) }()
	for len(taken) > 0 && err == nil {
		err = l.settleSome(taken)
	}
	return err
}

// settleSome writes as many entries as a statement holds, and takes out what they say.
func (l *Ledger) settleSome(taken map[refusalKind]counted) error {
	var batch []*waiting
	var kinds []refusalKind
	for kind, c := range taken {
		e, err := kind.refusal(c.first).entry()
		if err != nil {
			return err
		}
		e.Count, e.LastRequestID = c.number, c.last
		batch, kinds = append(batch, &waiting{entry: e}), append(kinds, kind)
		if len(batch) == maxRows {
			break
		}
	}
	if _, err := l.commit(batch); err != nil {
		return err
	}
	for _, kind := range kinds {
		delete(taken, kind)
	}
	return nil
}

// minute is how long refusals are counted before they are written.
const minute = time.Minute
