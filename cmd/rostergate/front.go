package main

import (
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"github.com/rostergate/rostergate/arrivals"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/shelf"
	"github.com/rostergate/rostergate/web"
)

// front answers both apps and people. It goes by the beginning of a path and
// changes nothing about it: a sourcedId may hold what a router would tidy up.
func (h *house) front(gate *gateway.Gateway, folder, public string, log *slog.Logger) (http.Handler, error) {
	apps := gate.Handler()
	people, err := web.New(h.rooms(gate, folder, public, log))
	if err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if forApps(r.URL.Path) {
			apps.ServeHTTP(w, r)
			return
		}
		people.ServeHTTP(w, r)
	}), nil
}

// forApps reports whether a path is the gateway's.
func forApps(path string) bool {
	for _, own := range []string{"/ims", "/oauth", "/token", "/api", "/healthz", "/readyz"} {
		if path == own || strings.HasPrefix(path, own+"/") {
			return true
		}
	}
	return false
}

func (h *house) rooms(gate *gateway.Gateway, folder, public string, log *slog.Logger) web.Parts {
	h.shelf = &shelf.Shelf{Importer: h.intake, Folder: filepath.Join(folder, "uploads")}
	h.shelf.Trouble = func(what string, a intake.Attempt, err error) {
		log.Error(what, "import", a.ID, "folder", a.Package, "error", err)
	}
	arrivals.OnRecord(h.shelf, h.ledger)
	return web.Parts{
		DB: h.Store, People: h.people, Apps: h.apps, Roster: h.roster, Views: h.views, Shelf: h.shelf, Ledger: h.ledger,
		Engine: h.engine, Gateway: gate, Clock: time.Now, Log: log, PublicURL: public, Proxies: gate.Proxies,
	}
}
