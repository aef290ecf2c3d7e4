package endurance_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/dghubble/oauth1"

	"github.com/rostergate/rostergate/database/dbtest"
)

// Somebody who does what the page says, line by line, gets there. What they type into a
// browser, and what systemd does, is played.
func TestThePageForOperatorsLeadsToADistrictThatIsServedPutBackAndUpgraded(t *testing.T) {
	runtime.LockOSThread() // servers end with the thread that started them
	defer runtime.UnlockOSThread()
	w := setOut(t)
	w.follow("## Install")
	w.moveIn(only(t, w.server.head, welcome))

	w.follow("## Back up, and put back")
	w.follow("### SQLite")
	w.goesOn("store.restore")
	if _, err := os.Stat(w.here("/var/lib/rostergate.old/rostergate.db")); err != nil {
		t.Errorf("the folder that was replaced is not there any more: %v", err)
	}
	w.upgrade("ROSTERGATE_DATABASE=$owner ")
}

// The page on PostgreSQL: with its two roles, a dump, and a schema that the owner migrates.
func TestThePageForOperatorsLeadsToTheSameOnPostgreSQL(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cluster, err := dbtest.StartCluster()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Stop)
	w := setOut(t)
	w.connect(cluster)
	w.follow("## Install")
	w.write("key", "of the first server") // as somebody has it who carried it to another one
	w.follow("## PostgreSQL, with two roles")
	w.moveIn(only(t, w.server.head, welcome))

	w.follow("### PostgreSQL")
	w.goesOn("database.restored")
	w.upgrade("rostergate backup ")
	for table, may := range map[string]bool{"ledger_entries": false, "apps": true} {
		w.refuses("DELETE FROM "+table+" WHERE false", !may)
	}
	w.refuses("ALTER TABLE apps ADD COLUMN x text", true)
}

// welcome is the link of the first admin, in what a server says when it starts.
const welcome = `(https://roster\.example\.org/welcome/\S+)`

// moveIn puts the proxy in front, lets the first admin in, and an app.
func (w *walk) moveIn(link string) {
	w.t.Helper()
	w.follow("## The proxy", "rostergate audit ")
	w.ready()
	w.signIn(link)
	changes := w.run("rostergate audit changes")
	if signed := only(w.t, changes, `(?m)^(.* person\.signin .*)$`); !strings.Contains(signed, "from "+visitor) {
		w.t.Errorf("who signed in from %s is on record as %s", visitor, signed)
	}
	w.run("rostergate generate --out /srv/export --students 60")
	w.follow("## A first district")
	w.pulls()
	if !strings.Contains(w.again("rostergate audit disclosures"), "amplify") {
		w.t.Error("what the app got is not on record")
	}
}

// goesOn checks that what was put back is served, with its ledger, in which that is on
// record.
func (w *walk) goesOn(action string) {
	w.t.Helper()
	w.ready()
	w.pulls()
	if changes := w.run("rostergate audit changes"); !strings.Contains(changes, "person.signin") || !strings.Contains(changes, action) {
		w.t.Errorf("the ledger did not go on behind what was put back:\n%s", changes)
	}
}

func (w *walk) upgrade(passed string) {
	w.t.Helper()
	w.follow("## Upgrade, and go back", passed)
	w.ready()
	w.pulls()
	left, _ := filepath.Glob(w.here("/usr/local/bin/*"))
	if names := strings.Join(left, " "); len(left) != 2 || !strings.Contains(names, "rostergate.old") {
		w.t.Errorf("after the upgrade there are %s", names)
	}
}

// connect makes the database server of the page one that is there.
func (w *walk) connect(cluster *dbtest.Cluster) {
	w.t.Helper()
	psql, err := dbtest.Program("psql")
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Setenv("PATH", os.Getenv("PATH")+":"+filepath.Dir(psql))
	w.super = "'" + cluster.URL + "'"
	socket := only(w.t, cluster.URL, `host=([^&]+)`)
	w.pairs = append(w.pairs, "@db.example.org/rostergate", "@/rostergate?host="+socket)
}

// refuses checks whether the database refuses the role that serves a statement.
func (w *walk) refuses(sql string, want bool) {
	w.t.Helper()
	url := only(w.t, w.here(w.text("/etc/rostergate/env")), `(?m)^ROSTERGATE_DATABASE=(.*)$`)
	out, err := exec.Command("psql", "--no-psqlrc", "--command", sql, "--dbname", url).CombinedOutput()
	if refused := err != nil; refused != want || refused && !bytes.Contains(out, []byte("permission denied")) && !bytes.Contains(out, []byte("must be owner")) {
		w.t.Errorf("%s: %v\n%s", sql, err, out)
	}
}

// ready checks that the line that asks for it is on the page and was answered.
func (w *walk) ready() {
	w.t.Helper()
	if told := w.again("curl -i https://roster.example.org/readyz"); !strings.HasPrefix(told, "HTTP/1.1 200") || !strings.Contains(told, "\nready\n") {
		w.t.Errorf("the server is not ready: %s", told)
	}
}

// pulls lets the app read by the lines of the page, and as apps do: through links, with a
// signature, and to ids that have a slash.
func (w *walk) pulls() {
	w.t.Helper()
	w.again("curl -u CLIENT-ID:CLIENT-SECRET -d grant_type=client_credentials https://roster.example.org/oauth/token")
	first := w.again("curl -i -H 'Authorization: Bearer TOKEN' 'https://roster.example.org/ims/oneroster/v1p1/users?limit=1'")
	next := regexp.MustCompile(`(?im)^link:.*<(https://roster\.example\.org/ims/[^>]*)>; rel="next"`).FindStringSubmatch(first)
	if !strings.HasPrefix(first, "HTTP/1.1 200") || !strings.Contains(first, `{"users":[{"sourcedId"`) || next == nil {
		w.t.Fatalf("the first page is %s", first)
	}
	signing := oauth1.NewConfig(w.learned["CLIENT-ID"], w.learned["CLIENT-SECRET"])
	client := signing.Client(context.WithValue(w.t.Context(), oauth1.HTTPClient, w.visitor()), oauth1.NewToken("", ""))
	for _, address := range []string{next[1], "https://roster.example.org/ims/oneroster/v1p1/orgs/sch%2F101"} {
		answer, err := client.Get(address)
		if err != nil {
			w.t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			w.t.Errorf("what is signed for %s gets %s", address, answer.Status)
		}
	}
}

// visitor is a client that comes from an address of its own and trusts the certificate of
// the page.
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

// signIn sets a password by the link of the first admin and signs in with it, as somebody
// who says that they come from elsewhere.
func (w *walk) signIn(link string) {
	w.t.Helper()
	browser := w.visitor()
	for _, form := range []struct{ address, leads, title string }{{link, "/sign-in", "Sign in"}, {"https://roster.example.org/sign-in", "/", "Dashboard"}} {
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
		page, _ := io.ReadAll(answer.Body) // what is missing of it is missed below
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusOK || answer.Request.URL.Path != form.leads || !bytes.Contains(page, []byte("<h1>"+form.title+"</h1>")) {
			w.t.Fatalf("%s leads to %s, %s\n%s", form.address, answer.Request.URL, answer.Status, page)
		}
	}
}
