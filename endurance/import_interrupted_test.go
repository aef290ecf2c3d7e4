package endurance_test

import (
	"bytes"
	"os"
	"os/exec"
	"testing"
	"time"
)

func TestAnImportThatIsInterruptedWhileItStoresSaysThatNothingIsStored(t *testing.T) {
	first, second := district(t, small, 1), district(t, 5*small, 2)
	each(t, func(t *testing.T, h *house) {
		h.imports(first)
		before := h.content()
		held, release := h.holdImport()
		cmd := h.command("import", second, "--accept-hold")
		stderr, err := during(t, cmd, func() {
			held()
			if err := cmd.Process.Signal(os.Interrupt); err != nil {
				t.Error(err)
			}
		})
		release()
		if want := "rostergate: the import was interrupted and nothing was stored; run it again\n"; err == nil || stderr != want {
			t.Errorf("the import ended with %v and %q, wanted %q", err, stderr, want)
		}
		same(t, "behind the interruption", before, h.content())
		h.leavesNothingBehind()
		h.imports(second)
	})
}

// during runs a command, and something when it has begun.
func during(t testing.TB, cmd *exec.Cmd, do func()) (stderr string, err error) {
	t.Helper()
	var messages bytes.Buffer
	cmd.Stderr = &messages
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Process.Kill() }() // where do ends the test
	do()
	tooLong := time.AfterFunc(time.Minute, func() {
		t.Error("the command does not end")
		_ = cmd.Process.Kill()
	})
	defer tooLong.Stop()
	err = cmd.Wait()
	return messages.String(), err
}
