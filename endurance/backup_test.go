package endurance_test

import (
	"context"
	"io/fs"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
)

func TestABackupOfAServerInUseIsPutBackElsewhereAndGoesOn(t *testing.T) {
	h := newHouse(t, database.SQLite)
	h.imports(district(t, small, 1))
	h.register("eduready360")
	s := h.serve()
	known := s.bearer()
	before, file := &journal{}, filepath.Join(t.TempDir(), "backup.zip")
	s.answers(known, before, http.StatusOK)
	s.whilePulling(func() {
		h.must("backup", file, "--reason", "drill")
	})
	s.answers(known, &journal{}, http.StatusOK) // the server is none the worse
	s.kill()

	back := newHouse(t, database.SQLite)
	back.clientID, back.word = h.clientID, h.word
	back.must("restore", file, "--key-file", filepath.Join(h.data, "key"))
	if err := os.Link(filepath.Join(h.data, "key"), filepath.Join(back.data, "key")); err != nil {
		t.Fatal(err)
	}
	back.goesOn(before, known.token, "store.restore")
}

// whilePulling calls fn once clients pull, and lets them pull until it is done.
func (s *server) whilePulling(fn func()) {
	s.t.Helper()
	j, done := &journal{begun: make(chan struct{}, 100)}, make(chan struct{})
	var clients sync.WaitGroup
	for range 3 {
		c := s.bearer()
		clients.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if r, ok := c.pull(base+"/users?limit=50", nil); !ok || r.status != http.StatusOK {
					s.t.Errorf("the answer is %d", r.status)
					return
				}
				j.add(receipt{})
			}
		})
	}
	s.sees(j.begun, 10, "answers")
	fn()
	s.sees(j.begun, 1, "answers")
	close(done)
	clients.Wait()
}

// goesOn serves what was put back: tokens and credentials work, the ledger has what was
// received before, and goes on behind it with what was done to put it back.
func (h *house) goesOn(before *journal, token, action string) {
	h.t.Helper()
	was := h.ledger()
	before.isOn(h.t, was)
	var changes []struct {
		ID     int64
		Action string
	}
	decode(h.t, h.must("audit", "changes", "--json"), &changes)
	if n := len(changes); n == 0 || changes[n-1].Action != action {
		h.t.Errorf("the changes end with %+v; want %s", changes, action)
	}
	s := h.serve()
	defer s.kill()
	old := &client{server: s, http: &http.Client{Transport: s.transport()}, token: token}
	after := &journal{}
	s.answers(old, after, http.StatusOK)
	s.answers(s.bearer(), after, http.StatusOK)
	is := h.ledger()
	after.isOn(h.t, is)
	for _, id := range slices.Sorted(maps.Keys(was)) {
		if len(is[id]) != 1 {
			h.t.Errorf("the entry of %s is there %d times", id, len(is[id]))
		}
	}
	if len(is) != len(was)+2 {
		h.t.Errorf("the ledger had %d disclosures, and has %d", len(was), len(is))
	}
}

// isOn checks that a ledger has each answer once.
func (j *journal) isOn(t testing.TB, ledger map[string][]recorded) {
	t.Helper()
	for _, r := range j.receipts {
		if entries := ledger[r.id]; len(entries) != 1 || entries[0].Count != r.count {
			t.Errorf("of an answer with %d records the ledger has %+v", r.count, entries)
		}
	}
}

func TestABackupThatIsKilledLeavesNoHalfFile(t *testing.T) {
	h := newHouse(t, database.SQLite)
	h.imports(district(t, small, 1))
	folder := t.TempDir()
	file := filepath.Join(folder, "backup.zip")
	ledger, err := database.Open(context.Background(), "sqlite:"+filepath.Join(h.data, "rostergate-ledger.db"), database.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ledger.Close() }()
	// The store is copied, and the record of it waits.
	held := ledger.Write.Begin()
	cmd := h.command("backup", file)
	h.start(cmd)
	within(t, "a draft is there", func() bool {
		drafts, _ := filepath.Glob(filepath.Join(folder, ".rostergate-backup-*", "archive"))
		return len(drafts) == 1
	})
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	held.Rollback()
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("a killed backup left its file: %v", err)
	}
	private(t, folder)
	whole := h.backsUp(file)
	for round := range *rounds {
		file := filepath.Join(folder, strings.Repeat("k", round+1)+".zip")
		after := rand.N(whole)
		h.killAfter(h.command("backup", file), after)
		if _, err := os.Stat(file); err == nil {
			t.Logf("round %d: killed after %s, too late", round, after)
			newHouse(t, database.SQLite).must("restore", file)
		}
		private(t, folder)
	}
	h.backsUp(filepath.Join(folder, "last.zip"))
	// What the killed ones left is gone with the next.
	if drafts, _ := filepath.Glob(filepath.Join(folder, ".rostergate-backup-*")); len(drafts) > 0 {
		t.Errorf("there are still %q", drafts)
	}
}

// backsUp takes a backup that can be put back, and returns how long it took.
func (h *house) backsUp(file string) time.Duration {
	h.t.Helper()
	began := time.Now()
	h.must("backup", file)
	took := time.Since(began)
	newHouse(h.t, database.SQLite).must("restore", file)
	return took
}

// private checks that nobody but the owner may read what is in a folder.
func private(t testing.TB, folder string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == folder {
			return err
		}
		info, err := entry.Info()
		if err == nil && !entry.IsDir() && filepath.Dir(path) == folder && info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", entry.Name(), info.Mode())
		}
		if err == nil && entry.IsDir() && info.Mode().Perm() != 0o700 {
			t.Errorf("the folder %s has mode %v", entry.Name(), info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The server of the tests may be of another version than the programs on this machine:
// they get one of their own.
func TestADumpOfAServerInUseIsPutBackAndGoesOn(t *testing.T) {
	runtime.LockOSThread() // the server ends with the thread that started it
	defer runtime.UnlockOSThread()
	cluster, err := dbtest.StartCluster()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Stop)
	h := &house{t: t, dialect: database.Postgres, data: dbtest.Folder(t), temp: dbtest.Folder(t), url: made(t, cluster, "first")}
	h.imports(district(t, small, 1))
	h.register("eduready360")
	s := h.serve()
	known := s.bearer()
	before, file := &journal{}, filepath.Join(t.TempDir(), "rostergate.dump")
	s.answers(known, before, http.StatusOK)
	s.whilePulling(func() {
		program(t, "pg_dump", "--format=custom", "--file="+file, "--dbname="+h.url)
	})
	s.kill()

	back := *h
	back.url = made(t, cluster, "second")
	program(t, "pg_restore", "--no-owner", "--exit-on-error", "--dbname="+back.url, file)
	back.must("restored", "--reason", "drill")
	back.goesOn(before, known.token, "database.restored")
}

// made makes a database in a cluster and returns its URL.
func made(t testing.TB, cluster *dbtest.Cluster, name string) string {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, cluster.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	return strings.Replace(cluster.URL, "///postgres?", "///"+name+"?", 1)
}

// program runs one of PostgreSQL's own programs.
func program(t testing.TB, name string, args ...string) {
	t.Helper()
	path, err := dbtest.Program(name)
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(path, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
}
