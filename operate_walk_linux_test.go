package rostergate_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/dghubble/oauth1"
)

// Somebody who does what the page says, line by line, gets there. What they type into a
// browser, and what systemd does, is played.
func TestThePageForOperatorsLeadsToADistrictThatIsServedPutBackAndUpgraded(t *testing.T) {
	runtime.LockOSThread() // servers end with the thread that started them
	defer runtime.UnlockOSThread()
	w := setOut(t)
	w.follow("Install")
	link := only(t, w.server.log.String(), `(https://roster\.example\.org/welcome/\S+)`)

	w.follow("The proxy")
	w.ready()
	w.signIn(link)
	changes := w.again("rostergate audit changes")
	if signed := only(t, changes, `(?m)^(.* person\.signin .*)$`); !strings.Contains(signed, "from "+visitor) {
		t.Errorf("who signed in from %s is on record as %s", visitor, signed)
	}

	w.run("rostergate generate --out /srv/export --students 60")
	w.follow("A first district")
	w.pulls()
	if !strings.Contains(w.again("rostergate audit disclosures"), "amplify") {
		t.Errorf("what the app got is not on record")
	}

	w.follow("Back up, and put back")
	w.ready()
	w.pulls()
	if changes = w.again("rostergate audit changes"); !strings.Contains(changes, "person.signin") || !strings.Contains(changes, "store.restore") {
		t.Errorf("the ledger did not go on behind what was put back:\n%s", changes)
	}
	if _, err := os.Stat(w.here("/var/lib/rostergate.old/rostergate.db")); err != nil {
		t.Errorf("the folder that was replaced is not there any more: %v", err)
	}

	w.follow("Upgrade, and go back")
	w.ready()
	w.pulls()
	left, _ := filepath.Glob(w.here("/usr/local/bin/*"))
	if names := strings.Join(left, " "); len(left) != 2 || !strings.Contains(names, "rostergate.old") {
		t.Errorf("after the upgrade there are %s", names)
	}
}

// ready checks that the line that asks for it is on the page and was answered.
func (w *walk) ready() {
	w.t.Helper()
	if told := w.again("curl -i https://roster.example.org/readyz"); !strings.HasPrefix(told, "HTTP/1.1 200") || !strings.HasSuffix(told, "\nready\n") {
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
	client := signing.Client(oauth1WithClient(w.visitor()), oauth1.NewToken("", ""))
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
