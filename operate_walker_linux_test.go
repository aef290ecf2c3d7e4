package rostergate_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/dghubble/oauth1"
)

// substitutions are what of the page cannot stand word for word in a test, on a machine
// that others use: pairs of what the page says and what stands in its place.
func substitutions(root, checkout, server, metrics, proxy string) []string {
	return []string{
		// The folders of the system are in a folder of the test.
		"/etc/", root + "/etc/",
		"/root/", root + "/root/",
		"/srv/", root + "/srv/",
		"/usr/local/", root + "/usr/local/",
		"/var/", root + "/var/",
		// Only root makes users and gives files away: whoever runs the test does all of it.
		"useradd ", ": useradd ",
		" -o rostergate -g rostergate", "",
		" -o root -g rostergate", "",
		"runuser -u rostergate -- ", "",
		// The ports are some that are free.
		"127.0.0.1:8080", server,
		"127.0.0.1:9090", metrics,
		"listen 443 ssl", "listen " + proxy + " ssl",
		// What the tests build is compiled already, and the checkout is only read.
		"make build", "go build -C " + checkout + " -o " + root + "/bin/rostergate ./cmd/rostergate",
		// Debian's nginx.conf writes into folders of the system.
		"nginx -t", "nginx -t -e stderr -c " + root + "/etc/nginx/nginx.conf",
		// The page puts back the backup of a certain day.
		"$(date +%F)", "2026-11-30",
	}
}

// forPostgres is in the lines that somebody with SQLite passes over.
var forPostgres = regexp.MustCompile(`\$owner|owner=|rostergate restored`)

// visitor is the address that people and apps come from: not the proxy's, 127.0.0.1.
const visitor = "127.0.0.2"

// walk is somebody who does what docs/operate.md says, in the folder root.
type walk struct {
	t             *testing.T
	root, proxy   string
	pairs         []string
	said          map[string]string // what each line of the page printed last
	learned       map[string]string // what the page cannot know, by its word for it
	server, nginx *process
}

// setOut makes the folders that are there on an empty machine.
func setOut(t *testing.T) *walk {
	t.Helper()
	root := t.TempDir()
	for _, folder := range []string{"etc/systemd/system", "etc/ssl", "etc/nginx/conf.d", "root", "srv", "usr/local/bin", "var/lib"} {
		if err := os.MkdirAll(filepath.Join(root, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	checkout, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	w := &walk{t: t, root: root, proxy: free(t), said: map[string]string{}, learned: map[string]string{}}
	w.pairs = substitutions(root, checkout, free(t), free(t), w.proxy)
	w.write("/etc/nginx/nginx.conf", "daemon off; master_process off; pid "+root+"/nginx.pid; error_log stderr notice;\nevents {}\n"+
		"http { access_log off; client_body_temp_path "+root+"/body; proxy_temp_path "+root+"/proxy; fastcgi_temp_path "+root+"/fastcgi; uwsgi_temp_path "+root+"/uwsgi;\n"+
		"scgi_temp_path "+root+"/scgi; include "+root+"/etc/nginx/conf.d/*.conf; }\n")
	w.write("/root/.curlrc", fmt.Sprintf("connect-to = roster.example.org:443:%s\ncacert = %s/etc/ssl/roster/fullchain.pem\ninterface = %s\nheader = \"X-Forwarded-For: 198.51.100.1\"\nsilent\nshow-error\nfail\n", w.proxy, root, visitor))
	return w
}

// free is a port that nobody listens at, of an address that this process has to itself,
// so that no connection of another test gets there before its server does.
func free(t *testing.T) string {
	t.Helper()
	own := os.Getpid()
	listener, err := net.Listen("tcp4", fmt.Sprintf("127.77.%d.%d:0", own>>8&255, own&255))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

// here is what stands in the test for a text of the page.
func (w *walk) here(text string) string {
	pairs := w.pairs
	for word, value := range w.learned {
		pairs = append(pairs, word, value)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

func (w *walk) write(path, text string) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.root, path), []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// follow does what a section of the page says: lines are run, and blocks that come behind
// the name of a file are written to it.
func (w *walk) follow(section string) {
	w.t.Helper()
	_, text, found := strings.Cut(read(w.t, operating), "\n## "+section+"\n")
	text, _, _ = strings.Cut(text, "\n## ")
	step := regexp.MustCompile("(?ms)(?:`(/[^`\n]+)`:\n\n)?^```\\w+\n(.*?)^```$|^    (\\S[^\n]*)$")
	steps := step.FindAllStringSubmatch(text, -1)
	if !found || len(steps) == 0 {
		w.t.Fatalf("%s does not say how to do %q", operating, section)
	}
	for _, s := range steps {
		switch path, block, line := s[1], s[2], s[3]; {
		case path != "":
			w.write(path, w.here(block))
		case line != "" && !forPostgres.MatchString(line):
			w.said[line] = w.run(line)
		}
	}
}

// again runs a line that the page has.
func (w *walk) again(line string) string {
	w.t.Helper()
	if _, done := w.said[line]; !done {
		w.t.Fatalf("%s does not say %q", operating, line)
	}
	return w.run(line)
}

// run runs a line of the page and returns what it printed.
func (w *walk) run(line string) string {
	w.t.Helper()
	if words := strings.Fields(line); words[0] == "systemctl" || words[0] == "journalctl" {
		w.systemd(words[1:])
		return ""
	}
	cmd := exec.Command("bash", "-euo", "pipefail", "-c", w.here(line))
	cmd.Dir = w.root
	cmd.Env = append(os.Environ(), "BASH_ENV="+w.here("/root/.bashrc"), "CURL_HOME="+w.here("/root/"), "PATH="+w.here("/usr/local/bin:")+os.Getenv("PATH"))
	var out, messages bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &messages
	if err := cmd.Run(); err != nil {
		w.t.Fatalf("%s: %v\n%s%s", line, err, &out, &messages)
	}
	w.learn(out.String())
	return out.String()
}

// learn keeps what a later line of the page has a word for.
func (w *walk) learn(told string) {
	for word, where := range map[string]string{"CLIENT-ID": `client id +(\S+)`, "CLIENT-SECRET": `client secret +(\S+)`, "TOKEN": `"access_token":"([^"]+)"`} {
		if found := regexp.MustCompile(where).FindStringSubmatch(told); found != nil {
			w.learned[word] = found[1]
		}
	}
}

// systemd does what it would be told to do to one of the two units.
func (w *walk) systemd(words []string) {
	w.t.Helper()
	unit := words[len(words)-1]
	switch {
	case words[0] == "daemon-reload" || words[0] == "-u":
	case unit == "nginx":
		w.nginx = w.start("event method", "nginx", "-e", "stderr", "-c", w.here("/etc/nginx/nginx.conf"))
	case unit == "rostergate":
		if w.server != nil {
			w.server.stop()
			w.server = nil
		}
		if words[0] != "stop" {
			w.server = w.startUnit()
		}
	default:
		w.t.Fatalf("nobody knows how to systemctl %q", words)
	}
}

// startUnit starts the server as its unit says, with no other environment.
func (w *walk) startUnit() *process {
	w.t.Helper()
	text, err := os.ReadFile(w.here("/etc/systemd/system/rostergate.service"))
	if err != nil {
		w.t.Fatal(err)
	}
	unit := string(text)
	variables, err := os.ReadFile(only(w.t, unit, `(?m)^EnvironmentFile=(.*)$`))
	if err != nil {
		w.t.Fatal(err)
	}
	command := fmt.Sprintf("umask %s; exec env -i %s %s", only(w.t, unit, `(?m)^UMask=(.*)$`), strings.Join(strings.Fields(string(variables)), " "), only(w.t, unit, `(?m)^ExecStart=(.*)$`))
	return w.start(`"msg":"serving"`, "sh", "-c", command)
}

// process is a server that runs.
type process struct {
	t   *testing.T
	cmd *exec.Cmd
	log bytes.Buffer // until it was ready, and whole once it is stopped
	end chan struct{}
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
	w.t.Cleanup(func() { _ = p.cmd.Process.Kill(); <-p.end; _ = p.cmd.Wait() })
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		fmt.Fprintln(&p.log, lines.Text())
		if strings.Contains(lines.Text(), ready) {
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

// visitor is a client that comes from an address of its own, trusts the certificate of the
// page, and says that it is somebody else.
func (w *walk) visitor() *http.Client {
	w.t.Helper()
	certificate, err := os.ReadFile(w.here("/etc/ssl/roster/fullchain.pem"))
	if err != nil {
		w.t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(certificate)
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(visitor)}}
	jar, _ := cookiejar.New(nil) // without options: never an error
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return dialer.DialContext(ctx, network, w.proxy)
	}}
	w.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Jar: jar, Transport: transport}
}

func oauth1WithClient(c *http.Client) context.Context {
	return context.WithValue(context.Background(), oauth1.HTTPClient, c)
}

// signIn follows the link of the first admin and signs in with the password set there.
func (w *walk) signIn(link string) {
	w.t.Helper()
	browser := w.visitor()
	for _, form := range []struct{ address, lands, title string }{{link, "/sign-in", "Sign in"}, {"https://roster.example.org/sign-in", "/", "Dashboard"}} {
		values := url.Values{"email": {"ada@example.org"}, "password": {"correct horse battery"}, "again": {"correct horse battery"}}
		r, err := http.NewRequest(http.MethodPost, form.address, strings.NewReader(values.Encode()))
		if err != nil {
			w.t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "https://roster.example.org")
		r.Header.Set("X-Forwarded-For", "198.51.100.1")
		answer, err := browser.Do(r)
		if err != nil {
			w.t.Fatal(err)
		}
		page, _ := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusOK || answer.Request.URL.Path != form.lands || !bytes.Contains(page, []byte("<h1>"+form.title+"</h1>")) {
			w.t.Fatalf("%s leads to %s %s\n%s", form.address, answer.Request.URL, answer.Status, page)
		}
	}
}
