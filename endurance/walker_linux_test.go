package endurance_test

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// substitutions are what of the page cannot stand word for word in a test, on a machine
// that others use: pairs of what the page says and what stands in its place.
func substitutions(root, server, metrics, proxy string) []string {
	return []string{
		// The folders of the system are in a folder of the test.
		"/etc/", root + "/etc/",
		"/root/", root + "/root/",
		"/srv/", root + "/srv/",
		"/usr/local/", root + "/usr/local/",
		"/var/", root + "/var/",
		// Only root makes users and gives files away: whoever runs the test does all of it,
		// and is the unit's User.
		"useradd ", ": useradd ",
		" -o rostergate -g rostergate", "",
		" -o root -g rostergate", "",
		"runuser -u rostergate -- ", "",
		// The ports are some that are free.
		"127.0.0.1:8080", server,
		"127.0.0.1:9090", metrics,
		"listen 443 ssl", "listen " + proxy + " ssl",
		// The tests of this package have one build.
		"make build", "install -D " + os.Getenv(binary) + " bin/rostergate",
		// Debian's nginx.conf writes into folders of the system.
		"nginx -t", "nginx -t -e stderr -c " + root + "/etc/nginx/nginx.conf",
		// The page puts back the backup of a certain day.
		"$(date +%F)", "2026-11-30",
	}
}

// operating is the page.
const operating = "../docs/operate.md"

// visitor is the address that people and apps come from: not the proxy's, 127.0.0.1.
const visitor = "127.0.0.2"

// walk is somebody who does what docs/operate.md says, in the folder root.
type walk struct {
	t           *testing.T
	root, proxy string
	pairs       []string
	said        map[string]string // what each line of the page printed last
	learned     map[string]string // what the page cannot know, by its word for it
	super       string            // the URL of the database's superuser, in quotation marks
	server      *process
}

// only is what an expression finds in a text, which has it once.
func only(t *testing.T, text, expression string) string {
	t.Helper()
	found := regexp.MustCompile(expression).FindAllStringSubmatch(text, -1)
	if len(found) != 1 {
		t.Fatalf("%q is there %d times, in\n%s", expression, len(found), text)
	}
	return found[0][1]
}

// setOut makes the folders that are there on an empty machine. What the DNS and an authority
// do for the name of the page, the settings of curl do.
func setOut(t *testing.T) *walk {
	t.Helper()
	root := t.TempDir()
	t.Setenv("PATH", root+"/usr/local/bin:"+os.Getenv("PATH")+":/usr/sbin")
	for _, folder := range []string{"etc/systemd/system", "etc/ssl", "etc/nginx/conf.d", "root", "srv", "usr/local/bin", "var/lib"} {
		if err := os.MkdirAll(filepath.Join(root, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	ports := free(t, 3)
	w := &walk{t: t, root: root, proxy: ports[0], said: map[string]string{}, learned: map[string]string{}}
	w.pairs = substitutions(root, ports[1], ports[2], w.proxy)
	w.write("/etc/nginx/nginx.conf", "daemon off; master_process off; pid "+root+"/nginx.pid; error_log stderr notice;\nevents {}\n"+
		"http { access_log off; client_body_temp_path "+root+"/body; proxy_temp_path "+root+"/proxy; fastcgi_temp_path "+root+"/fastcgi; uwsgi_temp_path "+root+"/uwsgi;\n"+
		"scgi_temp_path "+root+"/scgi; include "+root+"/etc/nginx/conf.d/*.conf; }\n")
	w.write("/root/.curlrc", fmt.Sprintf("connect-to = roster.example.org:443:%s\ncacert = %s/etc/ssl/roster/fullchain.pem\ninterface = %s\nheader = \"X-Forwarded-For: 198.51.100.1\"\nsilent\nshow-error\nfail\n", w.proxy, root, visitor))
	return w
}

// free are ports that nobody listens at, of an address that this process has to itself, so
// that no connection of another test gets there before its server does.
func free(t *testing.T, n int) (all []string) {
	t.Helper()
	own := os.Getpid()
	for range n {
		listener, err := net.Listen("tcp4", fmt.Sprintf("127.77.%d.%d:0", own>>8&255, own&255))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = listener.Close() }()
		all = append(all, listener.Addr().String())
	}
	return all
}

// here is what stands in the test for a text of the page.
func (w *walk) here(text string) string {
	pairs := slices.Clone(w.pairs)
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

func (w *walk) addLine(path, line string) { w.write(path, w.text(path)+line+"\n") }

// text is what a file of the page has.
func (w *walk) text(path string) string {
	w.t.Helper()
	text, err := os.ReadFile(filepath.Join(w.root, path))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(text)
}

// step is what the page says to do next: a line to run, a block for the file that is named
// before it, SQL, or a variable for a file.
var step = regexp.MustCompile("(?ms)(?:`(?P<path>/[^`\n]+)`:\n\n)?^```\\w+\n(?P<block>.*?)^```$|^    (?P<line>\\S[^\n]*)$|`(?P<file>/[^`\n]+)` gets `(?P<variable>[^`\n]+)`")

// follow does what a section of the page says, but for the lines that begin with one of
// those that are passed over.
func (w *walk) follow(heading string, passed ...string) {
	w.t.Helper()
	page, err := os.ReadFile(operating)
	if err != nil {
		w.t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(page), "\n"+heading+"\n")
	text, _, _ = strings.Cut(text, "\n#")
	before := 0
	for _, at := range step.FindAllStringSubmatchIndex(text, -1) {
		part := func(name string) string {
			return string(step.ExpandString(nil, "${"+name+"}", text, at))
		}
		switch line := part("line"); {
		case part("path") != "":
			w.write(part("path"), w.here(part("block")))
		case part("file") != "":
			w.addLine(part("file"), w.here(part("variable")))
		case strings.Contains(text[at[0]:at[1]], "```sql"):
			w.psql(text[before:at[0]], part("block"))
		case line != "" && !slices.ContainsFunc(passed, func(begins string) bool { return strings.HasPrefix(line, begins) }):
			w.said[line] = w.run(line)
		}
		before = at[1]
	}
	if before == 0 {
		w.t.Fatalf("%s does not say how to do %q", operating, heading)
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
	switch words := strings.Fields(line); {
	case words[0] == "systemctl" || words[0] == "journalctl":
		w.systemd(words[1:])
		return ""
	case strings.HasPrefix(line, "owner="): // of the shell in which somebody types all of it
		w.addLine("/root/.bashrc", "export "+w.here(line))
		return ""
	}
	cmd := exec.Command("bash", "-euo", "pipefail", "-c", w.here(line))
	cmd.Dir = w.root
	cmd.Env = append(os.Environ(), "BASH_ENV="+w.here("/root/.bashrc"), "CURL_HOME="+w.here("/root/"))
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
		w.start("event method", "nginx", "-e", "stderr", "-c", w.here("/etc/nginx/nginx.conf"))
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
	unit := w.text("/etc/systemd/system/rostergate.service")
	variables := w.text(strings.TrimPrefix(only(w.t, unit, `(?m)^EnvironmentFile=(.*)$`), w.root))
	command := fmt.Sprintf("umask %s; exec env -i %s %s", only(w.t, unit, `(?m)^UMask=(.*)$`), strings.Join(strings.Fields(variables), " "), only(w.t, unit, `(?m)^ExecStart=(.*)$`))
	return w.start(`"msg":"serving"`, "sh", "-c", command)
}

// psql runs SQL as the one whom the text before it names: the owner, or the superuser.
func (w *walk) psql(before, sql string) {
	w.t.Helper()
	owner, super := strings.Contains(before, `psql "$owner"`), strings.Contains(before, "As the database's superuser:")
	if owner == super {
		w.t.Fatalf("%s does not say as whom to run\n%s", operating, sql)
	}
	as := w.super
	if owner {
		as = `"$owner"`
	}
	w.write("/root/block.sql", sql)
	w.run("psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --file /root/block.sql --dbname " + as)
}
