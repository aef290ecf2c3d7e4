package endurance_test

import (
	"fmt"
	"net/http"
	"os/exec"
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
		stdout, stderr, err := finish(limited(h.command("import", second, "--accept-hold"), 64))
		advice := "; nothing was stored: make room in " + h.temp + ", or name another folder by TMPDIR, and import again\n"
		if err == nil || !strings.HasPrefix(stderr, "rostergate: stage the import: ") || !strings.HasSuffix(stderr, advice) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("the import ended with %v\n%s%s", err, stdout, stderr)
		}
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
		cmd, free, complaint := h.withoutRoom(h.command("import", second, "--accept-hold"))
		_, stderr, err := finish(cmd)
		if err == nil || !strings.HasPrefix(stderr, "rostergate: store the ") || !strings.Contains(stderr, complaint) || !strings.HasSuffix(stderr, unstored) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("the import ended with %v\n%s", err, stderr)
		}
		free()
		same(t, "behind the failure", before, h.content())
		h.leavesNothingBehind()
		h.imports(second)
	})
}

// limited is a command whose files get no longer than so many blocks of 512 bytes.
func limited(cmd *exec.Cmd, blocks int) *exec.Cmd {
	within := exec.Command("sh", append([]string{"-c", fmt.Sprintf(`ulimit -f %d; exec "$0" "$@"`, blocks)}, cmd.Args...)...)
	within.Env = cmd.Env
	return within
}

// withoutRoom is a command whose import fills the disk of the house's store while it
// stores, and how that gets room again. On SQLite the limit, 1.8 MB, lies between the
// longest file of the staging, 1.3 MB, and the log of the transaction, 2.8 MB. The disk
// of PostgreSQL is not ours to fill: there the store says itself what it would say.
func (h *house) withoutRoom(cmd *exec.Cmd) (without *exec.Cmd, free func(), complaint string) {
	h.t.Helper()
	if h.dialect == database.SQLite {
		return limited(cmd, 3584), func() {}, "disk"
	}
	return cmd, h.fills("enrollments"), "No space left on device"
}
