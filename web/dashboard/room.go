package dashboard

import (
	"embed"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/roster/shelf"
	"github.com/rostergate/rostergate/roster/view"
	"github.com/rostergate/rostergate/web/frame"
)

//go:embed templates
var templates embed.FS

// Room is the first room, with what its pages work with. All of it is required.
type Room struct {
	Apps   *apps.Registry
	Views  *view.Memory
	Shelf  *shelf.Shelf
	Ledger *audit.Ledger
	Clock  func() time.Time
}

// Pages are the room's pages and their screens.
func (r *Room) Pages() frame.Room {
	return frame.Room{Routes: r.dashboardRoutes(), Templates: templates}
}
