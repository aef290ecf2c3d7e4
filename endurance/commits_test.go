package endurance_test

import (
	"context"
	"net/http"
	"sync"
	"testing"

	"github.com/rostergate/rostergate/database"
)

func TestAnswersToManyClientsShareTheirCommits(t *testing.T) {
	const clients = 64
	h := newHouse(t, database.Postgres)
	h.imports(district(t, 60, 1))
	h.register("eduready360")
	s := h.serve()
	c := s.bearer()
	if r, ok := c.pull(base+"/users?limit=10", nil); !ok || r.status != http.StatusOK {
		t.Fatalf("the answer is %d", r.status)
	}
	conn, release := h.holdTable("ledger_entries")
	var all sync.WaitGroup
	for range clients {
		all.Go(func() {
			if r, ok := c.pull(base+"/users?limit=10", nil); !ok || r.status != http.StatusOK {
				t.Errorf("the answer is %d", r.status)
			}
		})
	}
	// Whoever has read its page waits for the ledger; for a while nobody reads.
	idle := 0
	within(t, "all wait for the ledger", func() bool {
		var waiting, busy int
		err := conn.QueryRow(context.Background(), `SELECT count(*) FILTER (WHERE wait_event_type = 'Lock'), count(*) FILTER (WHERE state = 'active' AND wait_event_type IS DISTINCT FROM 'Lock')
			FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`).Scan(&waiting, &busy)
		if idle++; err != nil || waiting == 0 || busy > 0 {
			idle = 0
		}
		return idle > 300
	})
	release()
	all.Wait()
	db := h.open()
	defer func() { _ = db.Close() }()
	var entries, commits int
	err := db.Read.Raw("SELECT count(*), count(DISTINCT xmin::text) FROM ledger_entries WHERE kind = 'disclosure'").Row().Scan(&entries, &commits)
	if err != nil || entries != clients+1 || commits > clients/4 {
		t.Errorf("%d answers took %d commits, %v; wanted %d answers and at most %d commits", entries, commits, err, clients+1, clients/4)
	}
	t.Logf("%d answers took %d commits", entries, commits)
}
