package endurance_test

import (
	"context"
	"io/fs"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/rostergate/rostergate/roster/intake"
)

const small = 400 // students of the districts of the tests that kill

func TestAnImportThatIsKilledStoresAllOrNothing(t *testing.T) {
	packages := []string{district(t, small, 1), district(t, small, 2)}
	each(t, func(t *testing.T, h *house) {
		h.imports(packages[0])
		began := time.Now()
		h.imports(packages[1])
		whole := time.Since(began)
		ends := map[intake.Verdict]int{}
		for round := range *rounds {
			cmd := h.command("import", packages[round%2], "--accept-hold")
			after := rand.N(whole)
			t.Logf("round %d: killed after %s", round, after)
			ends[h.survives(packages[round%2], func() { h.killAfter(cmd, after) })]++
		}
		t.Logf("of the killed imports %d had stored all, %d nothing", ends[intake.Unchanged], ends[intake.Checked])
	})
}

func TestAnImportThatIsKilledWhileItStoresLeavesTheRosterAsItWas(t *testing.T) {
	first, second := district(t, small, 1), district(t, 5*small, 2)
	each(t, func(t *testing.T, h *house) {
		h.imports(first)
		end := h.survives(second, func() {
			held, release := h.holdImport()
			cmd := h.command("import", second, "--accept-hold")
			h.start(cmd)
			held()
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
			release()
		})
		if end != intake.Checked {
			t.Errorf("the import was killed too late: it is %s", end)
		}
	})
}

// survives kills an import of a package and checks that the roster is the old one
// or the new one, that nothing of the package lies about, and that the next
// import goes well. It returns what a dry run said behind the kill: Checked where
// nothing was stored, Unchanged where all was.
func (h *house) survives(place string, kill func()) intake.Verdict {
	h.t.Helper()
	before := h.content()
	kill()
	h.leavesNothingBehind()
	found := h.imports(place, "--dry-run")
	h.generation += h.settled(found, before)
	if found.Generation != h.generation {
		h.t.Errorf("behind the kill the generation is %d, wanted %d", found.Generation, h.generation)
	}
	next, wanted := h.imports(place), intake.Stored
	if found.Verdict == intake.Unchanged {
		wanted = intake.Unchanged
	}
	if next.Verdict != wanted {
		h.t.Errorf("the next import is %s, wanted %s", next.Verdict, wanted)
	}
	return found.Verdict
}

// settled tells by a dry run how many imports the killed one was: none or one,
// and where it is none the store has to be what it was.
func (h *house) settled(found intake.Report, before map[string]string) int64 {
	h.t.Helper()
	switch found.Verdict {
	case intake.Checked:
		same(h.t, "behind the kill", before, h.content())
		return 0
	case intake.Unchanged:
		return 1
	}
	h.t.Fatalf("behind the kill the package is %s", found.Verdict)
	return 0
}

// leavesNothingBehind checks that no file of a process that is gone holds data. An
// empty one is left by a kill between its making and its unlinking.
func (h *house) leavesNothingBehind() {
	h.t.Helper()
	err := filepath.WalkDir(h.temp, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err == nil && info.Size() > 0 {
			h.t.Errorf("the killed import left %d bytes of %s", info.Size(), entry.Name())
		}
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) start(cmd *exec.Cmd) {
	h.t.Helper()
	if err := cmd.Start(); err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { _ = cmd.Process.Kill() }) // it may have ended
}

func (h *house) killAfter(cmd *exec.Cmd, after time.Duration) {
	h.t.Helper()
	h.start(cmd)
	<-time.After(after)
	_ = cmd.Process.Kill() // it may have ended
	_ = cmd.Wait()
}

// blocked waits until somebody waits for a table.
func blocked(t testing.TB, onlooker *pgx.Conn, table string) {
	t.Helper()
	within(t, "the import waits for "+table, func() bool {
		var waiting int
		err := onlooker.QueryRow(context.Background(), `SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database
			WHERE NOT granted AND datname = current_database() AND relation = $1::regclass`, table).Scan(&waiting)
		return err == nil && waiting > 0
	})
}

// holdTable lets nobody write to a table until it is released. It also returns a
// connection to look on by: the one that holds the table is in a transaction, where
// PostgreSQL shows the others as they were at the first look.
func (h *house) holdTable(table string) (onlooker *pgx.Conn, release func()) {
	h.t.Helper()
	ctx := context.Background()
	connect := func() *pgx.Conn {
		conn, err := pgx.Connect(ctx, h.url)
		if err != nil {
			h.t.Fatal(err)
		}
		h.t.Cleanup(func() { _ = conn.Close(ctx) })
		return conn
	}
	holder, onlooker := connect(), connect()
	if _, err := holder.Exec(ctx, "BEGIN; LOCK TABLE "+table+" IN SHARE MODE"); err != nil {
		h.t.Fatal(err)
	}
	return onlooker, func() { _ = holder.Close(ctx) }
}

// within waits until something is so.
func within(t testing.TB, what string, is func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(time.Minute); !is(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within a minute", what)
		}
	}
}
