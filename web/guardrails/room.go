package guardrails

import (
	"embed"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/web/frame"
	"github.com/rostergate/rostergate/web/frame/gains"
)

//go:embed templates
var templates embed.FS

// Room is the room of the guardrails, with what its pages work with. All of it is required.
type Room struct {
	Apps   *apps.Registry
	Engine *policy.Engine // tests what is written
	Tells  gains.Teller
}

// path is where the list is.
const path = "/guardrails"

// Pages are the room's pages and their screens.
func (r *Room) Pages() frame.Room {
	return frame.Room{Routes: []frame.Route{
		frame.Get(path, frame.Anyone, r.listPage),
		frame.Post(path, frame.Admins, r.showEffect).WithNames().Kept(),
		frame.Post(path+"/save", frame.Admins, r.save).WithNames().Kept(),
		frame.Get(path+"/write", frame.Admins, r.writePage).WithNames(),
		frame.Post(path+"/write", frame.Admins, r.writeAgain).WithNames().Kept(),
		frame.Post(path+"/vendor", frame.Admins, r.setVendor),
		frame.Get(path+"/versions/:version", frame.Anyone, r.versionPage),
	}, Templates: templates}
}
