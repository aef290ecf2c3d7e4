package endurance_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/sample"
)

var (
	rounds   = flag.Int("rounds", 1, "how often each process is killed, on each database")
	students = flag.String("students", "400", "the sizes of the districts that are measured, with commas between")
)

// binary is the environment variable that names the command under test, so that
// nothing has to be handed from TestMain to the tests.
const binary = "ROSTERGATE_TEST_BINARY"

func TestMain(m *testing.M) {
	flag.Parse()
	dir, err := os.MkdirTemp("", "rostergate-endurance-")
	if err == nil {
		err = os.Setenv(binary, filepath.Join(dir, "rostergate"))
	}
	if err == nil {
		err = os.Chmod(dir, 0o755) // some tests run the command as another user
	}
	if err == nil {
		build := exec.Command("go", "build", "-o", os.Getenv(binary), "github.com/rostergate/rostergate/cmd/rostergate")
		build.Stderr = os.Stderr
		err = build.Run()
	}
	code := 1
	if err != nil {
		fmt.Fprintln(os.Stderr, "build the command:", err)
	} else {
		code = m.Run()
	}
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// house is one installation: a store, a folder of data, and one for what its
// processes keep for a while.
type house struct {
	t              testing.TB
	dialect        database.Dialect
	data, temp     string
	url            string
	clientID, word string               // of the app that was registered last
	generation     int64                // of the last import
	attr           *syscall.SysProcAttr // of its processes
}

// each runs fn in a new house on every database.
func each(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	for _, dialect := range []database.Dialect{database.SQLite, database.Postgres} {
		t.Run(string(dialect), func(t *testing.T) { fn(t, newHouse(t, dialect)) })
	}
}

// eachOnDisk is each with what a house keeps on the disk, for tests that kill: how fast
// the disk is decides what they meet.
func eachOnDisk(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	each(t, func(t *testing.T, h *house) {
		h.data, h.temp = t.TempDir(), t.TempDir()
		if h.dialect == database.SQLite {
			h.url = "sqlite:" + filepath.Join(h.data, "rostergate.db")
		}
		fn(t, h)
	})
}

func newHouse(t testing.TB, dialect database.Dialect) *house {
	h := &house{t: t, dialect: dialect, data: dbtest.Folder(t), temp: dbtest.Folder(t)}
	h.url = "sqlite:" + filepath.Join(h.data, "rostergate.db")
	if dialect == database.Postgres {
		h.url = dbtest.New(t, dialect).URL
	}
	return h
}

// command is a command line of this house, not started.
func (h *house) command(args ...string) *exec.Cmd {
	cmd := exec.Command(os.Getenv(binary), append(args, "--data", h.data, "--database", h.url)...)
	cmd.Env, cmd.SysProcAttr = append(os.Environ(), "TMPDIR="+h.temp), h.attr
	return cmd
}

// run runs a command to its end.
func (h *house) run(args ...string) (stdout []byte, stderr string, err error) {
	return finish(h.command(args...))
}

func finish(cmd *exec.Cmd) (stdout []byte, stderr string, err error) {
	var out, messages bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &messages
	err = cmd.Run()
	return out.Bytes(), messages.String(), err
}

// must runs a command that has to succeed.
func (h *house) must(args ...string) []byte {
	h.t.Helper()
	stdout, stderr, err := h.run(args...)
	if err != nil {
		h.t.Fatalf("%s: %v\n%s%s", strings.Join(args, " "), err, stdout, stderr)
	}
	return stdout
}

// imports imports a package, however much it changes.
func (h *house) imports(place string, flags ...string) intake.Report {
	h.t.Helper()
	var report intake.Report
	decode(h.t, h.must(append([]string{"import", place, "--accept-hold", "--json"}, flags...)...), &report)
	if len(flags) == 0 {
		h.generation = report.Generation
	}
	return report
}

func decode(t testing.TB, text []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%v: %.300s", err, text)
	}
}

// register adds an app with a preset's grant.
func (h *house) register(preset string) {
	h.t.Helper()
	var created struct {
		ClientID string `json:"client_id"`
		Secret   string `json:"client_secret"`
	}
	decode(h.t, h.must("apps", "create", preset, "--preset", preset, "--json"), &created)
	h.must("grants", "set", preset, "--former", "on", "--yes") // made-up districts have enrollments that ended
	h.must("apps", "enable", preset)
	h.clientID, h.word = created.ClientID, created.Secret
}

// recorded is what the ledger says of an answer.
type recorded struct {
	RequestID string `json:"request_id"`
	App       string `json:"app"`
	Entity    string `json:"entity"`
	Time      string `json:"time"`
	Count     int    `json:"count"`
}

// ledger is every disclosure by its request.
func (h *house) ledger() map[string][]recorded {
	h.t.Helper()
	var all []recorded
	decode(h.t, h.must("audit", "disclosures", "--json"), &all)
	byRequest := map[string][]recorded{}
	for _, r := range all {
		byRequest[r.RequestID] = append(byRequest[r.RequestID], r)
	}
	return byRequest
}

// open opens the store as another process would.
func (h *house) open() *database.Database {
	h.t.Helper()
	db, err := database.Open(context.Background(), h.url, database.Options{Connections: 2})
	if err != nil {
		h.t.Fatal(err)
	}
	return db
}

// content is a digest of every table of the store.
func (h *house) content() map[string]string {
	h.t.Helper()
	db := h.open()
	defer func() { _ = db.Close() }()
	list := "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
	if h.dialect == database.Postgres {
		list = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
	}
	var tables []string
	if err := db.Read.Raw(list).Scan(&tables).Error; err != nil {
		h.t.Fatal(err)
	}
	content := map[string]string{}
	for _, table := range tables {
		content[table] = h.table(db, table)
	}
	delete(content, "imports") // where an attempt is on record that came to nothing
	return content
}

// table is how many rows a table has, and a digest of them in any order.
func (h *house) table(db *database.Database, name string) string {
	h.t.Helper()
	rows, err := db.Read.Raw("SELECT * FROM " + name).Rows()
	if err != nil {
		h.t.Fatal(err)
	}
	defer rows.Close()
	var digests []string
	for rows.Next() {
		cells, err := rows.Columns()
		if err != nil {
			h.t.Fatal(err)
		}
		values, into := make([]any, len(cells)), make([]any, len(cells))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			h.t.Fatal(err)
		}
		sum := sha256.Sum256(fmt.Append(nil, values))
		digests = append(digests, string(sum[:]))
	}
	if err := rows.Err(); err != nil {
		h.t.Fatal(err)
	}
	slices.Sort(digests)
	sum := sha256.Sum256([]byte(strings.Join(digests, "")))
	return fmt.Sprintf("%d rows %s", len(digests), hex.EncodeToString(sum[:8]))
}

// same fails where a table is not what it was.
func same(t testing.TB, when string, was, is map[string]string) {
	t.Helper()
	if len(was) < 10 {
		t.Fatalf("only %d tables were found", len(was))
	}
	for _, table := range slices.Sorted(maps.Keys(was)) {
		if was[table] != is[table] {
			t.Errorf("%s: %s had %s, has %s", when, table, was[table], is[table])
		}
	}
}

// district writes a made-up district.
func district(t testing.TB, students int, seed uint64) string {
	t.Helper()
	dir := dbtest.Folder(t)
	if err := (sample.District{Students: students, Seed: seed}).WriteDir(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// sizes are the districts to measure.
func sizes(t testing.TB) []int {
	t.Helper()
	var all []int
	for word := range strings.SplitSeq(*students, ",") {
		n, err := strconv.Atoi(word)
		if err != nil {
			t.Fatalf("-students: %v", err)
		}
		all = append(all, n)
	}
	return all
}
