package approvals

import (
	"embed"

	"github.com/rostergate/rostergate/approvals"
	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/web/frame"
	"github.com/rostergate/rostergate/web/frame/gains"
)

//go:embed templates
var templates embed.FS

// Room is the room of the approvals, with what its pages work with. All of it is required.
type Room struct {
	Desk  *approvals.Desk
	Apps  *apps.Registry
	Tells gains.Teller
}

// Pages are the room's pages and their screens.
func (r *Room) Pages() frame.Room {
	return frame.Room{Routes: []frame.Route{
		frame.Get(path, frame.Anyone, r.listPage).WithNames(),
		frame.Get(path+"/:change", frame.Anyone, r.changePage).WithTitles().WithNames(),
		frame.Post(path+"/:change/approve", frame.Admins, r.approve),
		frame.Post(path+"/:change/decline", frame.Admins, r.decline),
		frame.Post(path+"/:change/withdraw", frame.Admins, r.withdraw),
		frame.Get(marksPath, frame.Anyone, r.marksPage).WithNames(),
		frame.Post(marksPath, frame.Admins, r.saveMarks).WithNames(),
	}, Templates: templates}
}

// path is where the changes are, marksPath what is marked.
const (
	path      = "/approvals"
	marksPath = "/settings/sensitive"
)
