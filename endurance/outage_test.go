package endurance_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/rostergate/rostergate/database"
)

func TestADatabaseThatGoesAwayIsMissedAndFoundAgain(t *testing.T) {
	h := newHouse(t, database.Postgres)
	h.imports(district(t, 60, 1))
	h.register("eduready360")
	s := h.serve()
	c, all := s.bearer(), &journal{begun: make(chan struct{})}
	ask := func(want int) {
		t.Helper()
		s.answers(c, all, want)
	}
	ask(http.StatusOK)
	comeBack := h.loseDatabase()
	for range 3 {
		ask(http.StatusServiceUnavailable)
	}
	if ready, alive := s.status("/readyz"), s.status("/healthz"); ready != http.StatusServiceUnavailable || alive != http.StatusOK {
		t.Errorf("without a database /readyz answers %d and /healthz %d", ready, alive)
	}
	comeBack()
	within(t, "the server is ready again", func() bool { return s.status("/readyz") == http.StatusOK })
	ask(http.StatusOK)
	all.isWhole(t, h.ledger())
	if log := s.String(); !strings.Contains(log, `"level":"ERROR"`) || strings.Contains(log, h.url) {
		t.Errorf("the log does not say what was wrong, or says too much:\n%s", log)
	}
}

// loseDatabase ends every connection to the house's database and takes no more
// until it comes back.
func (h *house) loseDatabase() (comeBack func()) {
	h.t.Helper()
	at, err := url.Parse(h.url)
	if err != nil {
		h.t.Fatal(err)
	}
	name := strings.TrimPrefix(at.Path, "/")
	at.Path = "/postgres"
	run := func(statement string) {
		h.t.Helper()
		ctx := context.Background()
		conn, err := pgx.Connect(ctx, at.String())
		if err == nil {
			_, err = conn.Exec(ctx, statement)
		}
		if err != nil {
			h.t.Fatal(err)
		}
		_ = conn.Close(ctx)
	}
	run("ALTER DATABASE " + name + " ALLOW_CONNECTIONS false")
	run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name + "'")
	return func() { run("ALTER DATABASE " + name + " ALLOW_CONNECTIONS true") }
}
