package main_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	rostergate "github.com/rostergate/rostergate/cmd/rostergate"
	"github.com/rostergate/rostergate/database/dbtest"
)

// watched is a server whose log is read while it runs.
type watched struct {
	t     *testing.T
	cmd   *exec.Cmd
	lines chan string
	said  []string // so far
}

// watch starts a server and waits until it says where it answers.
func watch(t *testing.T, args ...string) (w *watched, at string) {
	t.Helper()
	w = &watched{t: t, cmd: exec.Command("rostergate", args...), lines: make(chan string, 10_000)}
	w.cmd.Env = append(os.Environ(), "TMPDIR="+dbtest.Folder(t))
	out, err := w.cmd.StderrPipe()
	if err == nil {
		err = w.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.cmd.Process.Kill() })
	go func() {
		defer close(w.lines)
		for s := bufio.NewScanner(out); s.Scan(); {
			w.lines <- s.Text()
		}
	}()
	for line := range w.lines {
		w.said = append(w.said, line)
		if at = servingAt(line); at != "" {
			return w, at
		}
	}
	t.Fatalf("the server does not say where it is: %q", w.said)
	return nil, ""
}

// stop ends the server and returns its whole log.
func (w *watched) stop() []string {
	w.t.Helper()
	if err := w.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		w.t.Fatal(err)
	}
	for line := range w.lines {
		w.said = append(w.said, line)
	}
	if err := w.cmd.Wait(); err != nil {
		w.t.Errorf("the server ended with %v: %q", err, w.said)
	}
	return w.said
}

// logged is a line of a log in JSON, "" for the message of any other.
func logged(line string) (message string, about map[string]any) {
	if json.Unmarshal([]byte(line), &about) != nil {
		return "", nil
	}
	message, _ = about["msg"].(string)
	return message, about
}

// fetched is the body of an answer.
func fetched(t *testing.T, r *http.Request) string {
	t.Helper()
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func get(t *testing.T, address string) string {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	return fetched(t, r)
}

// metricsAt finds where a server that serves tells its metrics.
func (w *watched) metricsAt() string {
	for _, line := range w.said {
		if message, about := logged(line); message == "telling metrics" {
			return about["url"].(string)
		}
	}
	w.t.Fatalf("the server does not say where its metrics are: %q", w.said)
	return ""
}

func TestAServerLogsThatItStartsServesAndStopsAndNoPassword(t *testing.T) {
	t.Parallel()
	eachPlace(t, func(t *testing.T, p place) {
		flags := slices.Clone(p.flags)
		if at := len(flags) - 1; strings.HasPrefix(flags[at], "postgres://") {
			flags[at] += "&password=hunter2"
		}
		w, _ := watch(t, append([]string{"serve", "--listen", "127.0.0.1:0"}, flags...)...)
		lines := w.stop()
		var messages []string
		for _, line := range lines {
			message, about := logged(line)
			if message == "" || about["level"] != "INFO" {
				continue // the link of the first admin is for a person, and a database may be warned of
			}
			messages = append(messages, message)
			for _, name := range map[string][]string{"starting": {"version", "store", "ledger"}, "serving": {"url", "address"}}[message] {
				if about[name] == nil || about[name] == "" {
					t.Errorf("%s says no %s: %s", message, name, line)
				}
			}
		}
		if fmt.Sprint(messages) != "[starting serving stopping stopped]" {
			t.Errorf("the log says %q", lines)
		}
		if strings.Contains(strings.Join(lines, "\n"), "hunter2") {
			t.Errorf("the log has a password: %q", lines)
		}
		if kind, _, _ := strings.Cut(p.url, ":"); !strings.Contains(strings.Join(lines, "\n"), `"store":"`+kind+":") {
			t.Errorf("the log names no store of %s: %q", kind, lines)
		}
	})
}

func TestTheLogHasWhatItsLevelAsksFor(t *testing.T) {
	t.Parallel()
	data := filepath.Join(dbtest.Folder(t), "data")
	ctx, stop := context.WithTimeout(t.Context(), 3*time.Second)
	defer stop()
	var out, trouble bytes.Buffer
	if code := rostergate.Run(ctx, []string{"serve", "--listen", "127.0.0.1:0", "--data", data, "--log-level", "warn"}, &out, &trouble); code != 0 {
		t.Errorf("the server ended with %d", code)
	}
	if strings.Contains(trouble.String(), "INFO") || !strings.Contains(trouble.String(), "first admin") {
		t.Errorf("of level warn the log says %s", &trouble)
	}
}

func TestAPortThatIsTakenForTheMetricsIsAnErrorThatNamesTheSetting(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	data := filepath.Join(dbtest.Folder(t), "data")
	for _, command := range []string{"serve", "demo"} {
		code, stdout, stderr := run(command, "--listen", "127.0.0.1:0", "--data", data, "--metrics-listen", taken.Addr().String())
		if code != 1 || !strings.Contains(stderr, "the setting metrics-listen: ") || strings.Contains(stderr, "first admin") || stdout != "" {
			t.Errorf("%s ended with %d and says %s%s", command, code, stdout, stderr)
		}
	}
}

func TestWithoutTheSettingsThereAreNoMetricsAndNoAccessLog(t *testing.T) {
	t.Parallel()
	w, at := watch(t, "serve", "--listen", "127.0.0.1:0", "--data", filepath.Join(dbtest.Folder(t), "data"))
	if body := get(t, at+"/metrics"); strings.Contains(body, "rostergate_") {
		t.Errorf("the pages tell the metrics: %.200s", body)
	}
	for _, line := range w.stop() {
		if message, _ := logged(line); message == "answered" || message == "telling metrics" {
			t.Errorf("nobody asked for %s", line)
		}
	}
}

// hostile stands in everything that a client may choose.
const hostile = "Zq7HostileZq7"

// hostileRequests are requests that have the hostile word wherever there is a place for it.
func hostileRequests(t *testing.T, at string, token string) []*http.Request {
	t.Helper()
	query := url.Values{"filter": {"familyName='" + hostile + "'"}, "sort": {hostile}, "fields": {hostile}, hostile: {hostile}}.Encode()
	var all []*http.Request
	for _, path := range []string{
		"/ims/oneroster/v1p1/users/" + hostile, "/ims/oneroster/v1p1/schools/" + hostile + "/students", "/ims/oneroster/v1p1/" + hostile,
		"/ims/oneroster/v1p1/users", "/ims/" + hostile, "/oauth/" + hostile, "/oauth/token", "/token", "/api/" + hostile, "/healthz/" + hostile,
		"/" + hostile, "/apps/" + hostile, "/apps/" + hostile + "/dataguard", "/apps/amplify/dataguard/" + hostile, "/imports/" + hostile, "/sign-in", "/welcome/" + hostile, "/assets/" + hostile,
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodOptions, hostile} {
			for _, authorization := range []string{"", "Bearer " + token, "Bearer " + hostile, `OAuth oauth_consumer_key="` + hostile + `", oauth_signature="` + hostile + `"`} {
				r, err := http.NewRequest(method, at+path+"?"+query, strings.NewReader(url.Values{"email": {hostile}, "password": {hostile}, "client_id": {hostile}, "grant_type": {hostile}}.Encode()))
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				for _, name := range []string{"User-Agent", "Referer", "X-Request-Id", "X-Forwarded-For", "Cookie", "Origin", "X-" + hostile} {
					r.Header.Set(name, hostile)
				}
				r.Host = hostile + ".example.org"
				if authorization != "" {
					r.Header.Set("Authorization", authorization)
				}
				all = append(all, r)
			}
		}
	}
	return all
}

func TestNoValueOfARequestOrARosterReachesTheLogOrTheMetrics(t *testing.T) {
	t.Parallel()
	file := filepath.Join(dbtest.Folder(t), "credentials.json")
	w, at := watch(t, "demo", "--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0", "--access-log", "on", "--log-level", "debug", "--students", "60", "--rate", "0", "--credentials", file)
	d := &demo{t: t}
	content, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(content, &d.access)
	}
	if err != nil {
		t.Fatal(err)
	}
	token, app := d.token(0), d.access.Apps[0].ID
	all := d.read(0, token, "/users?limit=10000")
	people := all["users"].([]any)
	for _, r := range hostileRequests(t, at, token) {
		_ = fetched(t, r)
	}
	numbers := get(t, w.metricsAt())
	log := strings.Join(w.stop(), "\n")

	count := func(text, name string) int { return strings.Count(text, name) }
	if count(log, `"msg":"answered"`) < 200 || count(numbers, "rostergate_requests_total{") < 20 {
		t.Fatalf("%d lines of the access log, %d series", count(log, `"msg":"answered"`), count(numbers, "rostergate_requests_total{"))
	}
	for what, text := range map[string]string{"log": log, "metrics": numbers} {
		if strings.Contains(strings.ToLower(text), strings.ToLower(hostile)) {
			t.Errorf("the %s has what a client wrote: %s", what, regexp.MustCompile(`(?i).*`+hostile+`.*`).FindString(text))
		}
		for _, person := range people[:20] {
			record := person.(map[string]any)
			for _, name := range []string{"sourcedId", "familyName", "email", "username"} {
				if value, _ := record[name].(string); len(value) > 3 && strings.Contains(text, value) {
					t.Errorf("the %s has the %s of a person", what, name)
				}
			}
		}
		if strings.Contains(text, token) || strings.Contains(text, d.access.Apps[0].ClientSecret) {
			t.Errorf("the %s has a secret", what)
		}
	}
	var labels []string
	for _, found := range regexp.MustCompile(`(?m)^rostergate_requests_total\{app="([^"]*)",route="([^"]*)",status="([^"]*)"\}`).FindAllStringSubmatch(numbers, -1) {
		labels = append(labels, found[1])
	}
	slices.Sort(labels)
	if found := slices.Compact(labels); fmt.Sprint(found) != "[(pages) (unknown) "+app+"]" {
		t.Errorf("the labels of apps are %q", found)
	}
	for _, wanted := range []string{
		`rostergate_records_sent_total{app="` + app + `"} ` + fmt.Sprint(len(people)),
		`rostergate_requests_total{app="` + app + `",route="/ims/oneroster/v1p1/users",status="200"}`,
		`rostergate_requests_total{app="` + app + `",route="/ims/oneroster/v1p1/users/{id}",status="404"}`,
		`rostergate_requests_total{app="(unknown)",route="(unknown)",status="404"}`,
		`rostergate_answer_seconds_count{route="/ims/oneroster/v1p1/users"}`,
		`rostergate_import_last_verdict{verdict="stored"} 1`, "rostergate_database_up 1", "rostergate_roster_generation 1",
		"rostergate_ledger_outbox_changes 0", "rostergate_ledger_outbox_age_seconds 0", "rostergate_panics_total 0",
		"rostergate_plan_hits_total", "rostergate_views", "rostergate_horizons", "rostergate_walks", "go_goroutines", `rostergate_connections_open{pool="ledger"}`,
	} {
		if !strings.Contains(numbers, "\n"+wanted) {
			t.Errorf("the metrics do not say %s", wanted)
		}
	}
}
