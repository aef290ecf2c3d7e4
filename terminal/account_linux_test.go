package terminal_test

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/rostergate/rostergate/terminal"
)

func TestTheEnvironmentDoesNotSayWhoRunsACommand(t *testing.T) {
	if os.Getenv("ROSTERGATE_TEST_ACTOR") != "" { // the process that is asked
		fmt.Printf("by %s.\n", terminal.Account())
		return
	}
	me, err := user.LookupId(strconv.Itoa(os.Getuid()))
	if err != nil {
		t.Fatal(err)
	}
	asked := map[uint32]string{uint32(os.Getuid()): me.Username}
	if os.Getuid() == 0 { // who may be anyone, such as a user that no machine has
		asked[3_999_999_999] = "uid-3999999999"
	}
	for uid, want := range asked {
		cmd := exec.CommandContext(t.Context(), "/proc/self/exe", "-test.run", "^"+t.Name()+"$")
		cmd.Env = []string{"USER=carol", "LOGNAME=carol", "HOME=/tmp", "ROSTERGATE_TEST_ACTOR=1"}
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: uid, NoSetGroups: true}}
		said, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(said), "by "+want+".\n") {
			t.Errorf("uid %d is not called %q: %v\n%s", uid, want, err, said)
		}
	}
}
