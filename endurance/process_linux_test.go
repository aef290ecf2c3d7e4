package endurance_test

import (
	"bufio"
	"bytes"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// process is a server that runs.
type process struct {
	t    *testing.T
	cmd  *exec.Cmd
	head string       // what it said until it was ready
	log  bytes.Buffer // whole once it has ended
	end  chan struct{}
}

// start starts a server and returns when a line of its log says that it is ready. It ends
// with the test, even where that is killed.
func (w *walk) start(ready string, command ...string) *process {
	w.t.Helper()
	p := &process{t: w.t, cmd: exec.Command(command[0], command[1:]...), end: make(chan struct{})}
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := p.cmd.StderrPipe()
	if err == nil {
		err = p.cmd.Start()
	}
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() {
		_ = p.cmd.Process.Kill() // it may have ended
		<-p.end
		_ = p.cmd.Wait()
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		fmt.Fprintln(&p.log, lines.Text())
		if strings.Contains(lines.Text(), ready) {
			p.head = p.log.String()
			go p.follow(lines)
			return p
		}
	}
	close(p.end)
	w.t.Fatalf("%q ended:\n%s", command, &p.log)
	return nil
}

func (p *process) follow(lines *bufio.Scanner) {
	defer close(p.end)
	for lines.Scan() {
		fmt.Fprintln(&p.log, lines.Text())
	}
}

// stop tells a server to stop, which it does in peace.
func (p *process) stop() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	<-p.end
	if err := p.cmd.Wait(); err != nil || !strings.Contains(p.log.String(), `"msg":"stopped"`) {
		p.t.Errorf("a server that was told to stop: %v\n%s", err, &p.log)
	}
}
