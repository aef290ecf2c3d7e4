package shares_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/rostergate/rostergate/gateway/shares"
)

// throng counts the turns of apps as they begin.
type throng struct {
	turns   *shares.Turns
	begun   map[string]int // turns that are taken
	waiting map[string][]<-chan struct{}
}

func newAsking(total, own int) *throng {
	return &throng{turns: shares.TurnsOf(total, own), begun: map[string]int{}, waiting: map[string][]<-chan struct{}{}}
}

func (c *throng) ask(app string) {
	if ticket := c.turns.Ask(app); ticket != nil {
		c.waiting[app] = append(c.waiting[app], ticket)
		return
	}
	c.begun[app]++
}

// end ends a turn and returns the apps of those that begin by it.
func (c *throng) end(app string) (begin []string) {
	c.begun[app]--
	c.turns.End(app)
	for other, tickets := range c.waiting {
		for len(tickets) > 0 && isClosed(tickets[0]) {
			tickets = tickets[1:]
			begin = append(begin, other)
			c.begun[other]++
		}
		c.waiting[other] = tickets
	}
	return begin
}

func isClosed(ticket <-chan struct{}) bool {
	select {
	case <-ticket:
		return true
	default:
		return false
	}
}

func TestBesideOneAppThatFloodsAnotherBeginsAtOnce(t *testing.T) {
	c := newAsking(4, 3)
	for range 100 {
		c.ask("loud")
	}
	if c.begun["loud"] != 3 || len(c.waiting["loud"]) != 97 {
		t.Errorf("of 100 answers %d are under way", c.begun["loud"])
	}
	for range 50 {
		c.ask("quiet")
		if c.begun["quiet"] != 1 {
			t.Fatal("the other app has to wait")
		}
		if begin := c.end("quiet"); len(begin) != 0 {
			t.Fatalf("its place went to %q", begin)
		}
		if begin := c.end("loud"); fmt.Sprint(begin) != "[loud]" {
			t.Fatalf("behind one of its own %q begin", begin)
		}
	}
}

func TestAnAppBeginsAfterAtMostOneAnswerOfEachOtherThatWaits(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	apps := []string{"amplify", "schoolinks", "alexandria", "eduready360", "fifth"}
	for range 200 {
		total := 2 + random.IntN(8)
		own := 1 + random.IntN(total-1)
		c := newAsking(total, own)
		for range total + random.IntN(200) {
			c.ask(apps[random.IntN(len(apps)-1)])
		}
		c.ask("fifth")
		others := 0
		for _, tickets := range c.waiting {
			if len(tickets) > 0 {
				others++
			}
		}
		before := map[string]int{}
		for c.begun["fifth"] == 0 {
			under := 0
			for app, n := range c.begun {
				if n > own {
					t.Fatalf("%d answers of %s are under way; %d are the most", n, app, own)
				}
				under += n
			}
			if under > total {
				t.Fatalf("%d answers are under way; %d are the most", under, total)
			}
			app := apps[random.IntN(len(apps)-1)]
			if c.begun[app] == 0 {
				continue
			}
			for _, next := range c.end(app) {
				before[next]++
			}
		}
		for app, n := range before {
			if n > 1 {
				t.Errorf("%d answers of %s began before the first of another app, with %d that wait", n, app, others)
			}
		}
	}
}

func TestWhoGivesUpWaitingTakesNoTurn(t *testing.T) {
	turns := shares.TurnsOf(2, 1)
	ctx, leave := context.WithCancel(context.Background())
	if _, err := turns.Begin(ctx, "amplify"); err != nil {
		t.Fatal(err)
	}
	gaveUp := make(chan error)
	go func() {
		_, err := turns.Begin(ctx, "amplify")
		gaveUp <- err
	}()
	leave()
	if err := <-gaveUp; err == nil || errors.Is(err, context.Canceled) {
		t.Errorf("who gave up got %v", err)
	}
	stays := turns.Ask("amplify")
	turns.End("amplify")
	if !isClosed(stays) {
		t.Error("the turn went to somebody who had left")
	}
	turns.End("amplify")
	if !turns.Idle() {
		t.Error("somebody is remembered who has left")
	}
}

// Many come and go at once, and some give up: at the end nothing is taken.
func TestTurnsAreGivenBackHoweverTheyEnd(t *testing.T) {
	turns := shares.TurnsOf(3, 2)
	var all sync.WaitGroup
	for i := range 400 {
		all.Go(func() {
			ctx, leave := context.WithCancel(context.Background())
			defer leave()
			if i%3 == 0 {
				go leave()
			}
			app := fmt.Sprint("app", i%5)
			if _, err := turns.Begin(ctx, app); err == nil {
				turns.End(app)
			}
		})
	}
	all.Wait()
	if !turns.Idle() {
		t.Error("turns are taken by nobody")
	}
}

func TestOneAppsTurnsLeaveConnectionsAndTurnsForOthers(t *testing.T) {
	for connections := 1; connections <= 64; connections++ {
		total, own := shares.NewTurns(connections).Bounds()
		if own < 1 || own >= total || connections > 2 && total > connections {
			t.Errorf("of %d connections %d turns are made, %d of one app", connections, total, own)
		}
	}
}
