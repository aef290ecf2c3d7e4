package endurance_test

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

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
	onlooker, release := h.holdTable("ledger_entries")
	var all sync.WaitGroup
	for range clients {
		all.Go(func() {
			if r, ok := c.pull(base+"/users?limit=10", nil); !ok || r.status != http.StatusOK {
				t.Errorf("the answer is %d", r.status)
			}
		})
	}
	h.quiet(onlooker)
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

// quiet waits until somebody waits for a lock and has been doing so for a while in
// which nobody else did anything: then whoever has read waits, too.
func (h *house) quiet(onlooker *pgx.Conn) {
	h.t.Helper()
	const long, looks = 300 * time.Millisecond, 30
	since, seen := time.Now(), 0
	within(h.t, "all wait for the ledger", func() bool {
		var waiting, busy int
		err := onlooker.QueryRow(context.Background(), `SELECT count(*) FILTER (WHERE wait_event_type = 'Lock'),
				count(*) FILTER (WHERE state = 'active' AND wait_event_type IS DISTINCT FROM 'Lock')
			FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`).Scan(&waiting, &busy)
		if seen++; err != nil || waiting == 0 || busy > 0 {
			since, seen = time.Now(), 0
		}
		return seen > looks && time.Since(since) > long
	})
}
