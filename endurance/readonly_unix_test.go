//go:build unix

package endurance_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/rostergate/rostergate/database"
)

// stranger is the user nobody, whom modes bind.
const stranger = 65534

// mortal is a house whose processes file modes bind, also where the tests run as
// root, whom they do not.
func mortal(t *testing.T) *house {
	t.Helper()
	h := newHouse(t, database.SQLite)
	if os.Getuid() != 0 {
		return h
	}
	// The folders of tests are root's alone.
	root, err := os.MkdirTemp("", "rostergate-endurance-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(root) })
	h.data, h.temp = filepath.Join(root, "data"), filepath.Join(root, "temp")
	for _, dir := range []string{root, h.data, h.temp} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Chown(dir, stranger, stranger); err != nil {
			t.Fatal(err)
		}
	}
	h.url = "sqlite:" + filepath.Join(h.data, "rostergate.db")
	h.attr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: stranger, Gid: stranger, NoSetGroups: true}}
	return h
}

// district writes a made-up district that the house's processes may read.
func (h *house) district(students int) string {
	h.t.Helper()
	place := filepath.Join(h.data, "district")
	h.must("generate", "--out", place, "--students", strconv.Itoa(students))
	return place
}

func TestAnswersWaitForALedgerThatMayNotBeWritten(t *testing.T) {
	h := mortal(t)
	h.imports(h.district(60))
	h.register("eduready360")
	s := h.serve()
	c, all := s.bearer(), &journal{begun: make(chan struct{})}
	ledger := filepath.Join(h.data, "rostergate-ledger.db")
	cases := []struct {
		name      string
		do, undo  func() error
		complaint string
		elsewhere bool // a command that begins now has another ledger
	}{
		{
			"the file is read-only",
			func() error { return os.Chmod(ledger, 0o400) },
			func() error { return os.Chmod(ledger, 0o600) },
			"permission denied", false,
		},
		{
			"the file was moved away",
			func() error { return os.Rename(ledger, ledger+".kept") },
			func() error { return os.Rename(ledger+".kept", ledger) },
			"no such file", true,
		},
	}
	ask := func(want int) {
		t.Helper()
		s.answers(c, all, want)
	}
	ask(http.StatusOK)
	for _, wrong := range cases {
		said := len(s.String())
		if err := wrong.do(); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			ask(http.StatusServiceUnavailable)
		}
		if !wrong.elsewhere {
			h.refusesToBegin(ledger)
		}
		if err := wrong.undo(); err != nil {
			t.Fatal(err)
		}
		ask(http.StatusOK)
		log := s.String()[said:]
		for _, text := range []string{"the ledger " + ledger + " cannot be written", wrong.complaint, "see that the server may write the file and its folder"} {
			if !strings.Contains(log, text) {
				t.Errorf("%s: the log does not say %q:\n%s", wrong.name, text, log)
			}
		}
	}
	all.isWhole(t, h.ledger())
}

// refusesToBegin checks that a command that could not put on record what it does
// does nothing, and names the file.
func (h *house) refusesToBegin(ledger string) {
	h.t.Helper()
	_, stderr, err := h.run("apps", "suspend", "eduready360")
	if err == nil || !strings.Contains(stderr, filepath.Base(ledger)) || !strings.Contains(stderr, "permission denied") {
		h.t.Errorf("a command that cannot write the ledger ended with %v: %s", err, stderr)
	}
}
