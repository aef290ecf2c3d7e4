package dataguard

import (
	"embed"
	"slices"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster/view"
	"github.com/rostergate/rostergate/web/frame"
	"github.com/rostergate/rostergate/web/frame/gains"
)

//go:embed templates
var templates embed.FS

// Room is the room in which the grant of an app is changed, with what its pages work with. All of it is required.
type Room struct {
	Apps   *apps.Registry
	Views  *view.Memory
	Engine *policy.Engine // says why an app gets nothing, and tests policies
	Tells  gains.Teller
	Clock  func() time.Time
}

// Pages are the room's pages and their screens.
func (r *Room) Pages() frame.Room {
	return frame.Room{Routes: slices.Concat(r.dataguardRoutes(), r.agreementRoutes(), r.ceilingRoutes(), r.liftRoutes(), r.scopeRoutes(), r.historyRoutes(), r.copyRoutes(), r.policyRoutes()), Templates: templates}
}
