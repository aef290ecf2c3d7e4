package imports

import (
	"embed"

	"github.com/rostergate/rostergate/losses"
	"github.com/rostergate/rostergate/roster/shelf"
	"github.com/rostergate/rostergate/web/frame"
)

//go:embed templates
var templates embed.FS

// Room is the room of the imports, with what its pages work with. All of it is required.
type Room struct {
	Shelf  *shelf.Shelf
	Losses losses.Teller
}

// Pages are the room's pages and their screens.
func (r *Room) Pages() frame.Room {
	return frame.Room{Routes: r.importsRoutes(), Templates: templates}
}
