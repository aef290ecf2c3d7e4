package web_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/web"
)

// late is a body whose request is out of time while it comes in.
type late struct {
	io.Reader
	over context.CancelFunc
}

func (l late) Read(p []byte) (int, error) {
	l.over()
	return l.Reader.Read(p)
}

// lateWriter keeps an answer whose request is out of time once it has begun.
type lateWriter struct {
	*httptest.ResponseRecorder
	over context.CancelFunc
}

func (l lateWriter) Write(p []byte) (int, error) {
	l.over()
	return l.ResponseRecorder.Write(p)
}

// door is the handler of a house for requests without a network, which the guest
// makes.
func (g *guest) door(method, path string, body io.Reader) (http.Handler, *http.Request) {
	h := g.house
	h.t.Helper()
	rooms := &web.Rooms{
		DB: h.DB, People: h.People, Apps: h.Apps, Roster: h.Roster, Views: h.Views, Intake: h.Intake, Ledger: h.Ledger, Engine: h.Engine, Gateway: h.Gateway,
		Clock: h.Clock, Log: h.Log, PublicURL: h.PublicURL, Uploads: h.Uploads,
	}
	handler, err := rooms.Handler()
	if err != nil {
		h.t.Fatal(err)
	}
	r := httptest.NewRequest(method, h.URL+path, body)
	for _, c := range g.Jar.Cookies(r.URL) {
		r.AddCookie(c)
	}
	return handler, r
}

func TestAnUploadThatTakesLongerThanAPageIsImported(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	for name, c := range map[string]struct {
		form   *sent
		status int
	}{
		"whole": {zipped(district(t, 20).zip(t), false), http.StatusSeeOther},
		"empty": {zipped(nil, false), http.StatusUnprocessableEntity},
	} {
		over, cancel := context.WithCancel(t.Context())
		handler, r := h.admin.door(http.MethodPost, "/imports", late{c.form, cancel})
		r.Header.Set("Content-Type", c.form.kind)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r.WithContext(over))
		if over.Err() == nil || w.Code != c.status {
			t.Errorf("%s: %d, %v\n%s", name, w.Code, over.Err(), words(w.Body.String()))
		}
		if w.Code == http.StatusSeeOther {
			h.admin.ended(answer{status: w.Code, location: w.Header().Get("Location")}).shows(t, "Stored")
		}
	}
}

func TestAnAuditDownloadThatTakesLongerThanAPageIsWhole(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	const entries = 450 // more than are read at once
	for range entries {
		if err := h.Ledger.Note(ctx, audit.Change{Actor: "ada@example.org", Action: "test"}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.Ledger.Sequence(ctx); err != nil {
		t.Fatal(err)
	}
	over, cancel := context.WithCancel(t.Context())
	handler, r := h.admin.door(http.MethodGet, "/audit/download?kind=change", nil)
	w := httptest.NewRecorder()
	handler.ServeHTTP(lateWriter{w, cancel}, r.WithContext(over))
	if got := strings.Count(w.Body.String(), "ada@example.org"); over.Err() == nil || w.Code != http.StatusOK || got != entries {
		t.Errorf("%d with %d entries, %v", w.Code, got, over.Err())
	}
}
