package main_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	rostergate "github.com/rostergate/rostergate/cmd/rostergate"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
)

// TestMain lets this binary be the command itself, so that tests run real
// processes.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"rostergate": func() {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		os.Exit(rostergate.Run(ctx, os.Args[1:], os.Stdout, os.Stderr))
	}})
}

// The stories of testdata/stories are told on SQLite in $WORK/data and on an
// empty database of PostgreSQL. Besides the commands of testscript they have
// serve, shutdown, ask, probe, newer, exits, objects and sql.
func TestStories(t *testing.T) {
	for _, dialect := range []database.Dialect{database.SQLite, database.Postgres} {
		t.Run(string(dialect), func(t *testing.T) {
			testscript.Run(t, testscript.Params{
				Dir:         "testdata/stories",
				WorkdirRoot: dbtest.Folder(t),
				Setup: func(env *testscript.Env) error {
					env.Setenv("ROSTERGATE_DATA", env.WorkDir+"/data")
					env.Setenv("ROSTERGATE_LISTEN", "127.0.0.1:0")
					env.Values["stop"] = new(func())
					if dialect == database.Postgres {
						env.Setenv("ROSTERGATE_DATABASE", dbtest.New(t, dialect).URL)
					}
					return nil
				},
				Condition: func(cond string) (bool, error) { return cond == string(dialect), nil },
				Cmds: map[string]func(*testscript.TestScript, bool, []string){
					"serve": serve, "shutdown": shutdown, "ask": ask, "exits": exits, "objects": objects, "probe": probe, "newer": newer,
					"sql": sql,
				},
			})
		})
	}
}

// A story that stops before its end holds nothing of what it goes on to say.
func TestNoStoryStopsBeforeItsEnd(t *testing.T) {
	stops := regexp.MustCompile(`(?m)^(\[[^]]*\] *)*stop\b`)
	stories, err := filepath.Glob("testdata/stories/*.txtar")
	if err != nil || len(stories) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, name := range stories {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if found := stops.Find(text); found != nil {
			t.Errorf("%s says %q, which ends it there", name, found)
		}
	}
}

// exits CODE COMMAND... runs a command that must end with the code.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("the exit code is %d, wanted %s", code, args[0])
	}
}

// objects COUNT MEMBER... wants on stdout one JSON array of so many objects, or
// of some where COUNT is +, each of which has the members.
func objects(ts *testscript.TestScript, _ bool, args []string) {
	var all []map[string]any
	if err := json.Unmarshal([]byte(ts.ReadFile("stdout")), &all); err != nil || all == nil {
		ts.Fatalf("stdout is no JSON array: %v", err)
	}
	if fmt.Sprint(len(all)) != args[0] && (args[0] != "+" || len(all) == 0) {
		ts.Fatalf("the array has %d objects, wanted %s", len(all), args[0])
	}
	for _, object := range all {
		for _, member := range args[1:] {
			if _, has := object[member]; !has {
				ts.Fatalf("an object has no %s: %v", member, object)
			}
		}
	}
}

// shutdown ends the server that was started last. (A story ends at the word stop.)
func shutdown(ts *testscript.TestScript, _ bool, _ []string) { (*ts.Value("stop").(*func()))() }

// serve starts a server and sets $URL. It is told to stop when the story ends, if
// not before, and must then end well.
func serve(ts *testscript.TestScript, _ bool, args []string) {
	cmd := exec.Command("rostergate", append([]string{"serve"}, args...)...)
	cmd.Dir, cmd.Env = ts.MkAbs("."), os.Environ()
	for _, name := range []string{"ROSTERGATE_DATA", "ROSTERGATE_DATABASE", "ROSTERGATE_LISTEN"} {
		if value := ts.Getenv(name); value != "" {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
	}
	out, err := cmd.StderrPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	lines := bufio.NewScanner(out)
	address := ""
	for address == "" && lines.Scan() {
		address = servingAt(lines.Text())
	}
	if address == "" {
		ts.Fatalf("the server does not say where it is")
	}
	ts.Setenv("URL", address)
	rest := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, out) // so that it never waits for a reader
		close(rest)
	}()
	end := sync.OnceFunc(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		<-rest
		if err := cmd.Wait(); err != nil {
			ts.Logf("the server ended with %v", err)
		}
	})
	*ts.Value("stop").(*func()) = end
	ts.Defer(end)
}

// servingAt is the URL of a line of the log that says where the server answers, and
// nothing of any other.
func servingAt(line string) string {
	var said struct{ Msg, URL string }
	if json.Unmarshal([]byte(line), &said) != nil || said.Msg != "serving" {
		return ""
	}
	return said.URL
}

// ask STATUS FILE PATH reads a path as the app whose credentials FILE has, as
// apps create --json printed them. The body is stdout, the request's id $REQUEST.
func ask(ts *testscript.TestScript, _ bool, args []string) {
	var app struct {
		ID     string `json:"client_id"`
		Secret string `json:"client_secret"`
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[1])), &app))
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {app.ID}, "client_secret": {app.Secret}}
	var token struct {
		Value string `json:"access_token"`
	}
	given, err := http.PostForm(ts.Getenv("URL")+"/oauth/token", form)
	ts.Check(err)
	defer given.Body.Close()
	ts.Check(json.NewDecoder(given.Body).Decode(&token))
	r, err := http.NewRequest(http.MethodGet, ts.Getenv("URL")+"/ims/oneroster/v1p1"+args[2], nil)
	ts.Check(err)
	r.Header.Set("Authorization", "Bearer "+token.Value)
	answer, err := http.DefaultClient.Do(r)
	ts.Check(err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	ts.Check(err)
	_, err = ts.Stdout().Write(body)
	ts.Check(err)
	ts.Setenv("REQUEST", answer.Header.Get("X-Request-Id"))
	if fmt.Sprint(answer.StatusCode) != args[0] {
		ts.Fatalf("the status is %d, wanted %s: %s", answer.StatusCode, args[0], body)
	}
}
