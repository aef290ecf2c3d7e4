package gateway_test

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/sample"
)

// askers ask again and again, several at a time, until they are told to stop.
type askers struct {
	ask  func()
	stop chan struct{}
	all  sync.WaitGroup
}

// gather starts some. Each call of ask is one request.
func gather(ask func()) *askers {
	a := &askers{ask: ask, stop: make(chan struct{})}
	for range 3 {
		a.all.Go(func() {
			for {
				select {
				case <-a.stop:
					return
				default:
					ask()
				}
			}
		})
	}
	return a
}

// join asks as well, a few times, and so lets time go by.
func (a *askers) join() {
	for range 4 {
		a.ask()
	}
}

func (a *askers) end() {
	close(a.stop)
	a.all.Wait()
}

func TestNoAnswerThatStartsAfterASaveIsOfThePermissionBefore(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		elsewhere, client := d.Replica(), d.As("amplify")
		var saves atomic.Int64 // two for each: when it begins and when it has ended
		people := gather(func() {
			before := saves.Load()
			answer := client.Get("/users?limit=30")
			if answer.Status != http.StatusOK {
				t.Errorf("%d %s", answer.Status, answer.Raw)
			} else if before%2 == 0 && saves.Load() == before {
				if shown := slices.Contains(found(answer.Records()).members, "email"); shown != (before%4 == 0) {
					t.Errorf("after save %d, email shown is %t", before/2, shown)
				}
			}
		})
		for i := range 12 {
			people.join()
			edit := apps.Edit{Hide: []string{"users.email"}}
			if i%2 == 1 {
				edit = apps.Edit{Share: []string{"users.email"}}
			}
			saves.Add(1)
			elsewhere.Edit("amplify", edit)
			saves.Add(1)
		}
		people.end()
	})
}

// twoStates are packages of one district at two times: with fewer students and
// other names in the second.
func twoStates(t *testing.T) [2]string {
	t.Helper()
	var dirs [2]string
	for i, students := range []int{gatewaytest.Students, gatewaytest.Students - 8} {
		dirs[i] = t.TempDir()
		if err := (sample.District{Students: students, Seed: 1}).WriteDir(dirs[i]); err != nil {
			t.Fatal(err)
		}
		rewrite(t, filepath.Join(dirs[i], "users.csv"), "givenName", func(int, string) string { return fmt.Sprint("Name", i) })
	}
	return dirs
}

func TestAnAnswerIsOfOneGenerationWhateverIsImportedMeanwhile(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		states := twoStates(t)
		elsewhere, client := d.Replica(), d.As("eduready360")
		d.Import(states[0])
		people := gather(func() { checkState(t, d, client.Get("/students?limit=10000")) })
		for i := range 10 {
			people.join()
			report, err := elsewhere.Intake.Import(context.Background(), states[(i+1)%2], intake.Options{AcceptHold: true})
			if err != nil || report.Verdict != intake.Stored {
				t.Errorf("import %d: %v, %+v", i, err, report)
			}
		}
		people.end()
	})
}

// checkState wants an answer that is wholly of one of the two states: of even
// generations the first, as the made-up district itself was the first one.
func checkState(t *testing.T, d *gatewaytest.District, a gatewaytest.Answer) {
	t.Helper()
	if a.Status != http.StatusOK {
		t.Errorf("%d %s", a.Status, a.Raw)
		return
	}
	students := map[any]int{}
	for _, u := range a.Records() {
		students[u["givenName"]]++
	}
	e := entry(t, d, a, audit.KindDisclosure)
	name, size := "Name0", gatewaytest.Students
	if e.Generation%2 == 1 {
		name, size = "Name1", gatewaytest.Students-8
	}
	if len(students) != 1 || students[name] != size || e.Count != int64(size) || a.Header.Get("X-Total-Count") != fmt.Sprint(size) {
		t.Errorf("in generation %d there are %v, the ledger has %d, the header %s", e.Generation, students, e.Count, a.Header.Get("X-Total-Count"))
	}
}
