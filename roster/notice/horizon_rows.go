package notice

import (
	"encoding/json"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster/codec"
)

// horizonRow is where a reader's horizon stands.
type horizonRow struct {
	Reader         string `gorm:"primaryKey"`
	Permission     int64
	PermissionMark int64
	Generation     int64
	GenerationMark int64
	Epoch          int64
	First          int64 // the generation in which the reader first asked in the epoch
	Print          string
	Moves          int64
	Mark           int64 // of the newest move, 0 for none
	MovedAt        moment.Moment
	PlannedAt      moment.Moment // when the print became another; "" if it never did
}

// TableName is the table of the horizons.
func (horizonRow) TableName() string { return "horizons" }

// stamp is the stamp that the row was kept under. What was kept before there were
// marks has none.
func (h horizonRow) stamp() revision.Stamp {
	return revision.Stamp{
		Permission: h.Permission, Generation: h.Generation, Epoch: h.Epoch,
		Marks: revision.Marks{Permission: h.PermissionMark, Generation: h.GenerationMark},
	}
}

// keep makes the row that of a sight.
func (h *horizonRow) keep(s Sight) {
	h.Permission, h.PermissionMark = s.Stamp.Permission, s.Stamp.Marks.Permission
	h.Generation, h.GenerationMark = s.Stamp.Generation, s.Stamp.Marks.Generation
	h.Epoch, h.Print = s.Stamp.Epoch, s.Print
}

// ahead reports whether the row is of higher numbers than the sight: of a later one
// or, where a server took over that did not have them, of one that never was.
func (h horizonRow) ahead(s Sight) bool {
	return h.Epoch == s.Stamp.Epoch && (h.Permission > s.Stamp.Permission || h.Generation > s.Stamp.Generation)
}

// covers reports whether the row is that of the sight.
func (h horizonRow) covers(s Sight) bool {
	return h.stamp() == s.Stamp && h.Print == s.Print
}

// horizonSet is what a reader saw of an entity.
type horizonSet struct {
	Reader  string `gorm:"primaryKey"`
	Entity  string `gorm:"primaryKey"`
	Shows   string
	Records []byte
}

// TableName is the table of what readers saw.
func (horizonSet) TableName() string { return "horizon_sets" }

func (h horizonSet) records() *roaring.Bitmap { return codec.Unpack(h.Records) }

func (h horizonSet) names() Names {
	var names Names
	// Nothing kept, or nothing readable, shows nothing: all is new then.
	_ = json.Unmarshal([]byte(h.Shows), &names)
	return names
}

// horizonMove is what a reader was to see anew.
type horizonMove struct {
	Reader  string
	Move    int64
	Entity  string
	MovedAt moment.Moment
	Records []byte
}

// TableName is the table of the moves.
func (horizonMove) TableName() string { return "horizon_moves" }

func (m horizonMove) records() *roaring.Bitmap { return codec.Unpack(m.Records) }
