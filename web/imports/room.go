package imports

import (
	"embed"
	"log/slog"
	"time"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/web/frame"
)

//go:embed templates
var templates embed.FS

// Room is the room of the imports, with what its pages work with. All of it is required.
type Room struct {
	Intake *intake.Importer
	Ledger *audit.Ledger
	Clock  func() time.Time
	Log    *slog.Logger
	Panics *fault.Panics // counts the imports that crashed

	// Uploads is a folder, made when it is needed, that keeps packages while they
	// are imported, and held ones until somebody decides. Servers that share it
	// can accept one another's.
	Uploads string

	carried carriedAttempts
}

// Pages are the room's pages and their screens.
func (r *Room) Pages() frame.Room {
	return frame.Room{Routes: r.importsRoutes(), Templates: templates}
}
