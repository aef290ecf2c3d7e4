package preview

import (
	"embed"

	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster/view"
	"github.com/rostergate/rostergate/web/frame"
)

//go:embed templates
var templates embed.FS

// Room is the room in which a person sees what an app would get, with what its pages work with. All of it is required.
type Room struct {
	Views  *view.Memory
	Engine *policy.Engine // says why something is shared or hidden
}

// Pages are the room's pages and their screens.
func (r *Room) Pages() frame.Room {
	return frame.Room{Routes: r.previewRoutes(), Templates: templates}
}
