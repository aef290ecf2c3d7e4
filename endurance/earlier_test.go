package endurance_test

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/rostergate/rostergate/database"
)

// facts are what a store of an earlier build is known to hold.
type facts struct {
	Apps map[string]struct {
		ClientID string `json:"client_id"`
		Secret   string `json:"client_secret"`
	} `json:"apps"`
	Tokens      map[string]string `json:"tokens"`
	Key         string            `json:"key"`
	Admin       struct{ Email, Password string }
	Invitation  string
	Disclosures int
	Refusals    int
	Changes     int
}

// earlier lists the builds whose stores are kept in testdata, each made by
// testdata/make with that build.
func earlier(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob("testdata/*/*/facts.json")
	if err != nil || len(found) == 0 {
		t.Fatalf("there is no store of an earlier build: %v", err)
	}
	var builds []string
	for _, f := range found {
		builds = append(builds, filepath.Base(filepath.Dir(filepath.Dir(f))))
	}
	slices.Sort(builds)
	return slices.Compact(builds)
}

// moveIn puts a copy of the store of an earlier build where this house's is.
func (h *house) moveIn(build string) (string, facts) {
	h.t.Helper()
	from := filepath.Join("testdata", build, string(h.dialect))
	text, err := os.ReadFile(filepath.Join(from, "facts.json"))
	if err != nil {
		h.t.Fatal(err)
	}
	var known facts
	decode(h.t, text, &known)
	if err := os.WriteFile(filepath.Join(h.data, "key"), []byte(known.Key+"\n"), 0o600); err != nil {
		h.t.Fatal(err)
	}
	if h.dialect == database.SQLite {
		h.unpack(filepath.Join(from, "sqlite.tar.gz"))
	} else {
		h.load(filepath.Join(from, "postgres.sql.gz"))
	}
	return from, known
}

// unpacked opens a file of testdata that is packed by gzip.
func unpacked(t testing.TB, path string) io.Reader {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	plain, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

func (h *house) unpack(path string) {
	h.t.Helper()
	files := tar.NewReader(unpacked(h.t, path))
	for {
		head, err := files.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			h.t.Fatal(err)
		}
		content, err := io.ReadAll(files)
		if err == nil {
			err = os.WriteFile(filepath.Join(h.data, filepath.Base(head.Name)), content, 0o600)
		}
		if err != nil {
			h.t.Fatal(err)
		}
	}
}

func (h *house) load(path string) {
	h.t.Helper()
	statements, err := io.ReadAll(unpacked(h.t, path))
	if err != nil {
		h.t.Fatal(err)
	}
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, h.url)
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	for _, sql := range []string{"DROP SCHEMA public CASCADE", "CREATE SCHEMA public", string(statements)} {
		if _, err := conn.PgConn().Exec(ctx, sql).ReadAll(); err != nil {
			h.t.Fatal(err)
		}
	}
}

// as is a client with a token that an earlier build gave.
func (s *server) as(token string) *client {
	return &client{server: s, http: &http.Client{Transport: s.transport()}, token: token}
}

// users are a list's records without their addresses, which begin with the
// server's own.
func users(t testing.TB, text []byte) []map[string]any {
	t.Helper()
	var list struct{ Users []map[string]any }
	decode(t, text, &list)
	for _, record := range list.Users {
		withoutAddresses(record)
	}
	return list.Users
}

func withoutAddresses(value any) {
	switch v := value.(type) {
	case map[string]any:
		delete(v, "href")
		for _, inner := range v {
			withoutAddresses(inner)
		}
	case []any:
		for _, inner := range v {
			withoutAddresses(inner)
		}
	}
}

func TestStoresOfEarlierBuildsAreUpgradedWithNothingLost(t *testing.T) {
	for _, build := range earlier(t) {
		t.Run(build, func(t *testing.T) {
			each(t, func(t *testing.T, h *house) {
				from, known := h.moveIn(build)
				h.must("migrate")
				h.keepsTheLedger(known)
				s := h.serve()
				s.keepsTokensAndGrants(from, known)
				s.keepsSecrets(known)
				s.keepsPeople(known)
			})
		})
	}
}

// keepsTheLedger checks that every entry of the earlier build is there, and how
// often each action was.
func (h *house) keepsTheLedger(known facts) {
	h.t.Helper()
	for kind, count := range map[string]int{"disclosures": known.Disclosures, "refusals": known.Refusals, "changes": known.Changes} {
		var entries []map[string]any
		decode(h.t, h.must("audit", kind, "--json"), &entries)
		if len(entries) < count || count == 0 {
			h.t.Errorf("the ledger has %d %s, and the earlier build left %d", len(entries), kind, count)
		}
	}
}

// keepsTokensAndGrants asks with the tokens of the earlier build for what it
// answered, and for what it refused.
func (s *server) keepsTokensAndGrants(from string, known facts) {
	s.t.Helper()
	for app, page := range map[string]string{"schoolinks": "/users?limit=20", "library": "/users?limit=5"} {
		before, err := os.ReadFile(filepath.Join(from, app+"-users.json"))
		if err != nil {
			s.t.Fatal(err)
		}
		now, ok := s.as(known.Tokens[app]).pull(base+page, nil)
		if !ok || now.status != http.StatusOK {
			s.t.Errorf("%s is answered %d: %s", app, now.status, now.body)
			continue
		}
		if was, is := users(s.t, before), users(s.t, now.body); !reflect.DeepEqual(was, is) {
			s.t.Errorf("%s was answered\n%v\nand is answered\n%v", app, was, is)
		}
	}
	if refused, _ := s.as(known.Tokens["schoolinks"]).pull(base+"/demographics", nil); refused.status != http.StatusForbidden {
		s.t.Errorf("schoolinks asks for demographics and is answered %d", refused.status)
	}
	s.keepsReviews(known)
}

// keepsReviews checks that a key that somebody reviewed is served, and that one
// that went and came back is not, though it is ticked.
func (s *server) keepsReviews(known facts) {
	s.t.Helper()
	page, _ := s.as(known.Tokens["amplify"]).pull(base+"/demographics?limit=100", nil)
	seen := map[string]int{}
	for _, record := range page.records(s.t) {
		var one struct{ Metadata map[string]any }
		decode(s.t, record, &one)
		for key := range one.Metadata {
			seen[key]++
		}
	}
	if seen["iepStatus"] == 0 || seen["homeLanguage"] != 0 {
		s.t.Errorf("amplify gets the keys %v", slices.Sorted(maps.Keys(seen)))
	}
}

// keepsSecrets asks for new tokens: apps that may have one, and apps that are
// suspended or were never enabled.
func (s *server) keepsSecrets(known facts) {
	s.t.Helper()
	want := map[string]int{
		"amplify": http.StatusOK, "schoolinks": http.StatusOK, "library": http.StatusOK,
		"alexandria": http.StatusUnauthorized, "eduready360": http.StatusUnauthorized,
	}
	for app, status := range want {
		form := url.Values{"grant_type": {"client_credentials"}, "client_id": {known.Apps[app].ClientID}, "client_secret": {known.Apps[app].Secret}}
		if got := s.post("/oauth/token", form); got != status {
			s.t.Errorf("%s asks for a token and is answered %d, want %d", app, got, status)
		}
	}
}

// keepsPeople signs in with the password of the earlier build, and opens a
// one-time link of it.
func (s *server) keepsPeople(known facts) {
	s.t.Helper()
	form := url.Values{"email": {known.Admin.Email}, "password": {known.Admin.Password}}
	if got := s.post("/sign-in", form); got != http.StatusSeeOther {
		s.t.Errorf("the admin signs in and is answered %d", got)
	}
	if got := s.status("/welcome/" + known.Invitation); got != http.StatusOK {
		s.t.Errorf("the one-time link is answered %d", got)
	}
}

// post sends a form as a page of the server does, and returns the status.
func (s *server) post(path string, form url.Values) int {
	s.t.Helper()
	transport := s.transport()
	defer transport.CloseIdleConnections()
	c := &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := http.NewRequest(http.MethodPost, public+path, strings.NewReader(form.Encode()))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", public)
	answer, err := c.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	return answer.StatusCode
}
