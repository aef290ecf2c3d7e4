package staff

import (
	"embed"
	"slices"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/web/frame"
)

//go:embed templates
var templates embed.FS

// Room is the room of the people who come here, and of the settings, with what its pages work with. All of it is required.
type Room struct {
	People    *people.Registry
	Ledger    *audit.Ledger
	PublicURL string // where one-time links lead
}

// Pages are the room's pages and their screens.
func (r *Room) Pages() frame.Room {
	return frame.Room{Routes: slices.Concat(r.signInRoutes(), r.welcomeRoutes(), r.accountRoutes(), r.settingsRoutes(), r.staffRoutes()), Templates: templates, Keep: r.keepForm}
}
