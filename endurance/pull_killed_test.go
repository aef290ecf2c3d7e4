package endurance_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"
)

// journal is what clients received, as they wrote it down.
type journal struct {
	mu       sync.Mutex
	receipts []receipt
	begun    chan struct{} // gets one for each answer, while somebody listens
}

func (j *journal) add(r receipt) {
	j.mu.Lock()
	j.receipts = append(j.receipts, r)
	j.mu.Unlock()
	select {
	case j.begun <- struct{}{}:
	default: // enough have begun
	}
}

func TestWhatAKilledServerSentIsInTheLedger(t *testing.T) {
	place := district(t, 1000, 1)
	eachOnDisk(t, func(t *testing.T, h *house) {
		h.imports(place)
		h.register("eduready360")
		all := &journal{}
		for range *rounds {
			all.begun = make(chan struct{}, 100)
			s := h.serve()
			s.killWhilePulling(all)
		}
		all.check(t, h.ledger())
		h.serve().refusesReplays(all)
	})
}

// killWhilePulling lets clients pull, two of them slowly, and kills the server at
// a random moment.
func (s *server) killWhilePulling(j *journal) {
	var clients sync.WaitGroup
	killed, slowly := make(chan struct{}), make(chan struct{}, 2)
	pulling := func(c *client) { clients.Go(func() { c.pullOn(j, killed) }) }
	for range 3 {
		pulling(s.bearer())
		pulling(s.signing())
	}
	for _, slow := range []*client{s.bearer(), s.signing()} {
		clients.Go(func() {
			if r, ok := slow.pull(base+"/enrollments?limit=10000", func() { slowly <- struct{}{}; <-killed }); ok {
				j.add(r)
			}
		})
	}
	s.sees(j.begun, 20, "answers")
	s.sees(slowly, 2, "answers to slow clients")
	<-time.After(rand.N(300 * time.Millisecond))
	s.kill()
	close(killed)
	clients.Wait()
}

// sees waits until n of something have begun.
func (s *server) sees(begun <-chan struct{}, n int, what string) {
	s.t.Helper()
	deadline := time.After(time.Minute)
	for i := range n {
		select {
		case <-begun:
		case <-s.ended:
			s.t.Fatalf("the server ended before %d %s had begun:\n%s", n, what, &s.messages)
		case <-deadline:
			s.t.Fatalf("of %d %s only %d had begun within a minute", n, what, i)
		}
	}
}

// pullOn pulls random pages until the server is gone.
func (c *client) pullOn(j *journal, killed <-chan struct{}) {
	for {
		list := []string{"users", "enrollments", "classes", "students"}[rand.N(4)]
		r, ok := c.pull(fmt.Sprintf("%s/%s?limit=%d&offset=%d", base, list, 1+rand.N(500), rand.N(200)), nil)
		if ok {
			j.add(r)
			continue
		}
		<-killed
		return
	}
}

// check compares what was received with what the ledger has.
func (j *journal) check(t *testing.T, ledger map[string][]recorded) {
	t.Helper()
	var torn, records int
	for _, r := range j.receipts {
		if r.status != http.StatusOK {
			t.Errorf("%s was answered with %d", r.address, r.status)
			continue
		}
		entries := ledger[r.id]
		if len(entries) != 1 {
			t.Errorf("%s: %d bytes of %s were received, and the ledger has it %d times", r.id, r.bytes, r.address, len(entries))
			continue
		}
		if entries[0].Count != r.count {
			t.Errorf("%s: %d records in the header, %d in the ledger", r.id, r.count, entries[0].Count)
		}
		if !r.whole {
			torn++
		} else if n := len(r.records(t)); n != r.count {
			t.Errorf("%s: %d records in the body, %d in the header", r.id, n, r.count)
		}
		records += r.count
	}
	t.Logf("%d answers with %d records were received, %d of them in part", len(j.receipts), records, torn)
	if torn == 0 {
		t.Error("no answer was cut off, so that nothing was tried")
	}
}

// isWhole checks that the ledger has every answer that was received, once, and no
// other.
func (j *journal) isWhole(t *testing.T, ledger map[string][]recorded) {
	t.Helper()
	if len(ledger) != len(j.receipts) {
		t.Errorf("the ledger has %d disclosures, %d were sent", len(ledger), len(j.receipts))
	}
	for _, r := range j.receipts {
		if entries := ledger[r.id]; len(entries) != 1 || entries[0].Count != r.count {
			t.Errorf("%s is in the ledger as %+v", r.id, entries)
		}
	}
}

// refusesReplays sends again what was signed and answered before the kills.
func (s *server) refusesReplays(j *journal) {
	s.t.Helper()
	c := s.signing()
	tried := 0
	for _, r := range j.receipts {
		if r.signed == "" || tried == 30 {
			continue
		}
		tried++
		answer, err := c.replay(r.address, r.signed)
		if err != nil {
			s.t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusUnauthorized {
			s.t.Errorf("a nonce that was used before the kill was taken again: %s", answer.Status)
		}
	}
	if fresh, ok := c.pull(base+"/users?limit=1", nil); tried == 0 || !ok || fresh.status != http.StatusOK {
		s.t.Errorf("of %d replays; a fresh request is answered with %d", tried, fresh.status)
	}
}
