package web_test

import (
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/arrivals"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster/shelf"
	"github.com/rostergate/rostergate/web"
)

func TestAPageThatCrashesSaysSoAndIsCounted(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	broken := h.with(func(p *web.Parts) { p.Shelf = nil })
	a := broken.admin.get("/imports")
	id := a.header.Get("X-Request-Id")
	if a.status != http.StatusInternalServerError || !strings.Contains(a.body, id) || strings.Contains(a.body, "goroutine") {
		t.Errorf("%d %s", a.status, words(a.body))
	}
	for _, word := range []string{"page crashed", id, "nil pointer dereference", "imports.go", "/imports"} {
		if !strings.Contains(h.log.String(), word) {
			t.Errorf("the log does not say %q: %s", word, h.log)
		}
	}
	if n := h.Panics.Count(); n != 1 {
		t.Errorf("%d panics were counted", n)
	}
	h.admin.get("/imports").shows(t)
}

// An import goes on beside the requests, where a crash would take the server with it.
func TestAnImportThatCrashesEndsAlone(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	broken := h.with(func(p *web.Parts) {
		p.Shelf = &shelf.Shelf{Importer: h.Shelf.Importer, Folder: h.Shelf.Folder}
		arrivals.OnRecord(p.Shelf, nil)
	}) // where it is noted that nothing was stored
	incomplete := district(t, 20)
	delete(incomplete, "users.csv")
	taken := broken.admin.upload(incomplete.zip(t), false)
	if taken.status != http.StatusSeeOther {
		t.Fatalf("%d %s", taken.status, words(taken.body))
	}
	for deadline := time.Now().Add(time.Minute); h.Panics.Count() == 0; runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatal("nothing crashed")
		}
	}
	h.admin.ended(taken).shows(t)
	if n := h.Panics.Count(); n != 1 {
		t.Errorf("%d panics were counted", n)
	}
}
