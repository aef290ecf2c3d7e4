package endurance_test

import (
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"github.com/rostergate/rostergate/database"
)

// allow limits how long the files of a process may get, as a full disk does.
func allow(t testing.TB, pid int, bytes uint64) {
	t.Helper()
	const fileSize = 1 // RLIMIT_FSIZE
	limit := syscall.Rlimit{Cur: bytes, Max: ^uint64(0)}
	_, _, wrong := syscall.RawSyscall6(syscall.SYS_PRLIMIT64, uintptr(pid), fileSize, uintptr(unsafe.Pointer(&limit)), 0, 0, 0)
	if wrong != 0 {
		t.Fatal(wrong)
	}
}

func TestAnswersWaitForALedgerThatHasNoRoom(t *testing.T) {
	h := newHouse(t, database.SQLite)
	h.imports(district(t, 60, 1))
	h.register("eduready360")
	s := h.serve()
	c, all := s.bearer(), &journal{begun: make(chan struct{})}
	ask := func(want int) {
		t.Helper()
		s.answers(c, all, want)
	}
	ask(http.StatusOK)
	allow(t, s.cmd.Process.Pid, 1)
	for range 3 {
		ask(http.StatusServiceUnavailable)
	}
	allow(t, s.cmd.Process.Pid, ^uint64(0))
	ask(http.StatusOK)
	all.isWhole(t, h.ledger())
	for _, text := range []string{"rostergate-ledger.db cannot be written", "that the disk has room"} {
		if !strings.Contains(s.String(), text) {
			t.Errorf("the log does not say %q:\n%s", text, &s.messages)
		}
	}
}

func TestAnImportThatFillsTheDiskStoresNothing(t *testing.T) {
	first, second := district(t, small, 1), district(t, small, 2)
	each(t, func(t *testing.T, h *house) {
		h.imports(first)
		before := h.content()
		cmd := h.command("import", second, "--accept-hold")
		limited := exec.Command("sh", append([]string{"-c", `ulimit -f 64; exec "$0" "$@"`}, cmd.Args...)...)
		limited.Env = cmd.Env
		stdout, stderr, err := finish(limited)
		if err == nil || !strings.HasPrefix(stderr, "rostergate: ") || strings.Contains(stderr, "panic") {
			t.Errorf("the import ended with %v\n%s%s", err, stdout, stderr)
		}
		t.Logf("%s", stderr)
		same(t, "behind the failure", before, h.content())
		h.leavesNothingBehind()
		h.imports(second)
	})
}

// The disk fills when part of the import is written: behind its staging, in the
// middle of the transaction.
func TestADiskThatFillsInTheMiddleOfATransactionLosesNothing(t *testing.T) {
	first, second := district(t, small, 1), district(t, 5*small, 2)
	each(t, func(t *testing.T, h *house) {
		h.imports(first)
		before := h.content()
		cmd := h.command("import", second, "--accept-hold")
		fill, free, complaint := h.fillDisk(cmd)
		stderr, err := during(t, cmd, fill)
		if err == nil || !strings.HasPrefix(stderr, "rostergate: store the ") || !strings.Contains(stderr, complaint) || strings.Contains(stderr, "panic") {
			t.Errorf("the import ended with %v\n%s", err, stderr)
		}
		free()
		same(t, "behind the failure", before, h.content())
		h.leavesNothingBehind()
		h.imports(second)
	})
}

// fillDisk says how the disk of the house's store fills while cmd runs, and gets
// room again. That of PostgreSQL is not ours to fill: there the store says itself
// what it would say.
func (h *house) fillDisk(cmd *exec.Cmd) (fill, free func(), complaint string) {
	h.t.Helper()
	if h.dialect == database.SQLite {
		log := filepath.Join(h.data, "rostergate.db-wal")
		return func() {
			grows(h.t, log, 256<<10)
			allow(h.t, cmd.Process.Pid, 128<<10)
		}, func() {}, "disk"
	}
	db := h.open()
	run := func(statements ...string) {
		h.t.Helper()
		for _, statement := range statements {
			if err := db.Write.Exec(statement).Error; err != nil {
				h.t.Fatal(err)
			}
		}
	}
	run(`CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN
			RAISE EXCEPTION ''could not extend file: No space left on device'' USING ERRCODE = ''disk_full'';
		END'`,
		"CREATE TRIGGER no_room AFTER INSERT ON enrollments FOR EACH STATEMENT EXECUTE FUNCTION no_room()")
	return func() {}, func() {
		run("DROP TRIGGER no_room ON enrollments", "DROP FUNCTION no_room")
		_ = db.Close()
	}, "No space left on device"
}
