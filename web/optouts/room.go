package optouts

import (
	"embed"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/optouts"
	"github.com/rostergate/rostergate/roster/view"
	"github.com/rostergate/rostergate/web/frame"
)

//go:embed templates
var templates embed.FS

// Room is the room of the opt-outs, with what its pages work with. All of it is required.
type Room struct {
	Apps    *apps.Registry
	OptOuts *optouts.Registry
	Views   *view.Memory
	Gateway *gateway.Gateway // says which apps would get a student again
}

// Pages are the room's pages and their screens. Whom a search finds and whom a page is
// about is posted: addresses are kept in places that must not know it.
func (r *Room) Pages() frame.Room {
	return frame.Room{Routes: []frame.Route{
		frame.Get(path, frame.Anyone, r.listPage).WithPeople(),
		frame.Post(path+"/find", frame.Admins, r.find).WithValues(),
		frame.Post(path+"/student", frame.Admins, r.studentPage).WithValues(),
		frame.Post(path+"/add", frame.Admins, r.add).WithValues(),
		frame.Post(path+"/remove", frame.Admins, r.remove).WithValues(),
		frame.Post(path+"/file", frame.Admins, r.takeFile).TakingUpTo(optouts.MostBytes + 1<<20).WithPeople(),
	}, Templates: templates}
}

// path is where the register is.
const path = "/apps/opt-outs"
