package web_test

import (
	"cmp"
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/arrivals"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/notice"
	"github.com/rostergate/rostergate/roster/shelf"
	"github.com/rostergate/rostergate/roster/view"
	"github.com/rostergate/rostergate/secret"
	"github.com/rostergate/rostergate/web"
)

var ctx = context.Background()

// password is everybody's.
const password = "correct horse battery"

// house is the rooms on a server, with somebody of each kind before the door.
type house struct {
	web.Parts
	URL string
	log *strings.Builder

	t      testing.TB
	admin  *guest
	nobody *guest
}

// empty is a house without a roster and without apps.
func empty(t *testing.T, s dbtest.Store) *house {
	t.Helper()
	h := bare(t, s)
	h.admin = h.signedIn("admin@example.org", people.Admin)
	return h
}

// bare is a house into which nobody was let yet.
func bare(t *testing.T, s dbtest.Store) *house {
	t.Helper()
	key, err := secret.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ledger := audit.Open(s.Ledger, s.DB, time.Now)
	t.Cleanup(ledger.Close)
	return open(t, s, web.Parts{
		Apps:   &apps.Registry{DB: s.DB, Key: key, Clock: time.Now, Rand: rand.Reader, Engine: func() (*policy.Engine, error) { return gatewaytest.Engine(t), nil }},
		Roster: roster.New(s.DB), Ledger: ledger, Clock: time.Now,
	})
}

// full is a house with the made-up district and the presets' apps.
func full(t *testing.T, s dbtest.Store) (*house, *gatewaytest.District) {
	t.Helper()
	d := gatewaytest.Start(t, s)
	h := open(t, s, web.Parts{Apps: d.Apps, Roster: d.Roster, Views: d.Views, Shelf: &shelf.Shelf{Importer: d.Intake}, Ledger: d.Ledger, Gateway: d.Server, Clock: d.Clock.Now})
	h.admin = h.signedIn("admin@example.org", people.Admin)
	return h, d
}

func open(t testing.TB, s dbtest.Store, parts web.Parts) *house {
	t.Helper()
	h := &house{Parts: parts, t: t, log: &strings.Builder{}}
	server := httptest.NewUnstartedServer(nil)
	h.URL = "http://" + server.Listener.Addr().String()
	h.Engine = gatewaytest.Engine(t)
	h.DB, h.PublicURL = s.DB, h.URL
	h.People = people.New(s.DB, h.Apps.Key, time.Now, rand.Reader)
	h.People.Wait = func(context.Context, time.Duration) error { return nil }
	h.People.Cost = people.Cost{MemoryKiB: 64, Passes: 1}
	h.Log = slog.New(slog.NewTextHandler(h.log, nil))
	h.Views = cmp.Or(h.Views, view.NewMemory(s.DB))
	h.Shelf = cmp.Or(h.Shelf, &shelf.Shelf{Importer: intake.New(s.DB, func() time.Time { return h.Clock() })})
	h.Shelf.Folder = cmp.Or(h.Shelf.Folder, filepath.Join(dbtest.Folder(t), "packages"))
	t.Cleanup(h.Shelf.Close)
	arrivals.OnRecord(h.Shelf, h.Ledger)
	if h.Gateway == nil {
		h.Gateway = gateway.New(gateway.Config{
			DB: s.DB, Apps: h.Apps, Plans: policy.NewPlans(h.Engine, h.Clock, 8), Roster: h.Roster, Views: h.Views,
			Horizons: notice.NewHorizons(h.Views, s.DB, s.Ledger, h.Clock), Ledger: h.Ledger,
			Clock: h.Clock, Log: h.Log, PublicURL: h.URL, Ready: func(context.Context) error { return nil },
		})
	}
	h.Panics = cmp.Or(h.Gateway.Panics, &fault.Panics{})
	h.Shelf.Importer.Panics = h.Panics
	h.serve(server)
	return h
}

// serve puts the rooms on a server. They go by the clock that the house has at the
// moment.
func (h *house) serve(server *httptest.Server) {
	h.t.Helper()
	parts := h.Parts
	parts.Clock = func() time.Time { return h.Clock() }
	rooms, err := web.New(parts)
	if err != nil {
		h.t.Fatal(err)
	}
	server.Config.Handler = rooms
	server.Start()
	h.t.Cleanup(server.Close)
	h.nobody = h.guest()
}

// with is another server of a house, to which one of the parts is another.
func (h *house) with(change func(*web.Parts)) *house {
	h.t.Helper()
	next := *h
	change(&next.Parts)
	server := httptest.NewUnstartedServer(nil)
	next.URL = "http://" + server.Listener.Addr().String()
	next.serve(server)
	next.admin = &guest{house: &next, Client: h.admin.Client} // a cookie is for each port of a host
	return &next
}

// again is another server on the store of a house, as after a restart.
func (h *house) again(s dbtest.Store) *house {
	h.t.Helper()
	shelf := &shelf.Shelf{Importer: intake.New(s.DB, h.Clock), Folder: h.Shelf.Folder}
	next := open(h.t, s, web.Parts{Apps: h.Apps, Roster: roster.New(s.DB), Shelf: shelf, Ledger: h.Ledger, Clock: h.Clock})
	next.admin = next.guest()
	next.admin.signIn("admin@example.org", password)
	return next
}

// add adds a person who has set the password.
func (h *house) add(email string, role people.Role) people.Person {
	h.t.Helper()
	_, token, err := h.People.Add(ctx, people.NewPerson{Email: email, Role: role}, "cli:test")
	if err != nil {
		h.t.Fatal(err)
	}
	p, err := h.People.Accept(ctx, token, people.Acceptance{Password: password})
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

// signedIn adds somebody and lets them sign in as people do.
func (h *house) signedIn(email string, role people.Role) *guest {
	h.t.Helper()
	h.add(email, role)
	g := h.guest()
	if a := g.signIn(email, password); a.status != http.StatusSeeOther {
		h.t.Fatalf("signing in as %s: %d\n%s", email, a.status, a.body)
	}
	return g
}

// guest is a browser that keeps cookies and follows nothing.
type guest struct {
	*http.Client
	house *house
}

func (h *house) guest() *guest {
	jar, _ := cookiejar.New(nil) // without options: never an error
	return &guest{house: h, Client: &http.Client{
		Jar:           jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

func (g *guest) signIn(email, password string) answer {
	g.house.t.Helper()
	return g.post("/sign-in", url.Values{"email": {email}, "password": {password}})
}

// answer is what a guest got.
type answer struct {
	status   int
	location string
	header   http.Header
	body     string // without the marks where long names may break
	marked   string // with them
}

func (g *guest) get(path string) answer {
	g.house.t.Helper()
	return g.send(http.MethodGet, path, nil, nil)
}

func (g *guest) post(path string, form url.Values) answer {
	g.house.t.Helper()
	return g.send(http.MethodPost, path, form, nil)
}

func (g *guest) send(method, path string, form url.Values, headers map[string]string) answer {
	t := g.house.t
	t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequest(method, g.house.URL+path, body)
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	return g.does(r)
}

// does sends a request.
func (g *guest) does(r *http.Request) answer {
	t := g.house.t
	t.Helper()
	res, err := g.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	content, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{status: res.StatusCode, location: res.Header.Get("Location"), header: res.Header, body: strings.ReplaceAll(string(content), "<wbr>", ""), marked: string(content)}
}

// follows goes where the answer to a form leads.
func (g *guest) follows(a answer) answer {
	g.house.t.Helper()
	if a.status != http.StatusSeeOther {
		g.house.t.Errorf("the form is not done: %d\n%s", a.status, words(a.body))
	}
	return g.get(a.location)
}

// shows fails where an answer is no page with all of the texts.
func (a answer) shows(t *testing.T, texts ...string) {
	t.Helper()
	if a.status != http.StatusOK {
		t.Errorf("status %d\n%s", a.status, a.body)
	}
	for _, text := range texts {
		if !strings.Contains(a.body, text) && !strings.Contains(a.marked, text) {
			t.Errorf("the page does not show %q\n%s", text, words(a.body))
		}
	}
}

var marks = regexp.MustCompile(`(<[^>]*>|\s)+`)

// words is what of a page can be read.
func words(page string) string { return marks.ReplaceAllString(page, " ") }
