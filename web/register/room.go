package register

import (
	"embed"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/manners"
	"github.com/rostergate/rostergate/web/frame"
	"github.com/rostergate/rostergate/web/frame/gains"
)

//go:embed templates
var templates embed.FS

// Room is the room of the register of apps, with what its pages work with. All of it is required.
type Room struct {
	Apps      *apps.Registry
	Manners   *manners.Registry
	Ledger    *audit.Ledger
	Tells     gains.Teller
	PublicURL string // where apps find the gateway
}

// Pages are the room's pages and their screens.
func (r *Room) Pages() frame.Room {
	return frame.Room{Routes: r.appsRoutes(), Templates: templates}
}
