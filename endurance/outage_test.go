package endurance_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/roster/intake"
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
	// A connection that was lost may be met once more.
	within(t, "the server answers again", func() bool {
		r, ok := c.pull(base+"/users?limit=10", nil)
		if ok = ok && r.status == http.StatusOK; ok {
			all.add(r)
		}
		return ok
	})
	all.isWhole(t, h.ledger())
	if log := s.String(); !strings.Contains(log, `"level":"ERROR"`) || strings.Contains(log, h.url) {
		t.Errorf("the log does not say what was wrong, or says too much:\n%s", log)
	}
}

// unstored is how an import ends that its database did not take.
const unstored = "; nothing was stored: see that the database answers, takes writes and has room, and import again\n"

func TestAnImportWhoseDatabaseGoesAwayStoresNothingAndSaysWhatToDo(t *testing.T) {
	first, second := district(t, small, 1), district(t, small, 2)
	h := newHouse(t, database.Postgres)
	h.imports(first)
	before := h.content()
	held, release := h.holdImport()
	comeBack := func() {}
	cmd := h.command("import", second, "--accept-hold")
	stderr, _ := during(t, cmd, func() {
		held()
		comeBack = h.loseDatabase()
	})
	release()
	comeBack()
	said, _, _ := strings.Cut(stderr, "\n") // that the end of the attempt is not on record comes behind it
	if code := cmd.ProcessState.ExitCode(); code != 1 || !strings.HasPrefix(said, "rostergate: ") || !strings.HasSuffix(said+"\n", unstored) || strings.Contains(stderr, h.url) {
		t.Errorf("the import ended with %d and %q", code, stderr)
	}
	same(t, "behind the loss", before, h.content())
	h.leavesNothingBehind()
	if next := h.imports(second); next.Verdict != intake.Stored {
		t.Errorf("the next import is %s", next.Verdict)
	}
}

func TestAnswersWaitForALedgerThatHasNoRoomOnPostgreSQL(t *testing.T) {
	h := newHouse(t, database.Postgres)
	h.imports(district(t, 60, 1))
	h.register("eduready360")
	s := h.serve()
	c, all := s.bearer(), &journal{begun: make(chan struct{})}
	s.answers(c, all, http.StatusOK)
	free := h.fills("ledger_entries")
	for range 3 {
		s.answers(c, all, http.StatusServiceUnavailable)
	}
	free()
	s.answers(c, all, http.StatusOK)
	all.isWhole(t, h.ledger())
	for _, text := range []string{"the ledger cannot be written", "No space left on device", "has room, and answers go on by themselves"} {
		if !strings.Contains(s.String(), text) {
			t.Errorf("the log does not say %q:\n%s", text, &s.messages)
		}
	}
}

// fills lets PostgreSQL say of a table what it would say if the disk were full.
func (h *house) fills(table string) (free func()) {
	h.t.Helper()
	h.alter(`CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN
			RAISE EXCEPTION ''could not extend file: No space left on device'' USING ERRCODE = ''disk_full'';
		END'`,
		"CREATE TRIGGER no_room AFTER INSERT ON "+table+" FOR EACH STATEMENT EXECUTE FUNCTION no_room()")
	return func() { h.alter("DROP TRIGGER no_room ON "+table, "DROP FUNCTION no_room") }
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
