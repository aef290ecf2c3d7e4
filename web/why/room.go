package why

import (
	"embed"

	"github.com/rostergate/rostergate/explanation"
	"github.com/rostergate/rostergate/web/frame"
)

//go:embed templates
var templates embed.FS

// Room is the room in which a person reads why an app gets what it gets.
type Room struct {
	Explains explanation.Teller // required
}

// Pages are the room's pages and their screens.
func (r *Room) Pages() frame.Room {
	return frame.Room{Routes: r.explainRoutes(), Templates: templates}
}
