package endurance_test

import (
	"net/http"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"github.com/rostergate/rostergate/database"
)

// allow limits how long the files of a process may get, as a full disk does.
func allow(t *testing.T, pid int, bytes uint64) {
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
