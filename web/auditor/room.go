package auditor

import (
	"embed"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/web/frame"
)

//go:embed templates
var templates embed.FS

// Room is the room in which the ledger is read, with what its pages work with. All of it is required.
type Room struct {
	Apps   *apps.Registry
	Ledger *audit.Ledger
}

// Pages are the room's pages and their screens.
func (r *Room) Pages() frame.Room {
	return frame.Room{Routes: r.auditRoutes(), Templates: templates}
}
