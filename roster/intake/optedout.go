package intake

import (
	"context"
	"fmt"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/bundle"
)

// missOptedOut warns of students who are opted out and leave the roster: their opt-outs
// hold for nobody else, and a student who is there under another sourcedId is served.
func (imp *importing) missOptedOut(ctx context.Context, s *stage, gone *roaring.Bitmap) error {
	if gone.IsEmpty() {
		return nil
	}
	var out []uint32
	if err := imp.importer.DB.Read.WithContext(ctx).Table("opt_outs").Distinct("user_id").Pluck("user_id", &out).Error; err != nil {
		return fmt.Errorf("read who is opted out: %w", err)
	}
	left := roaring.BitmapOf(out...)
	left.And(gone)
	alike := s.index.alike(left)
	for _, id := range left.ToArray() {
		imp.report.Add(bundle.Problem{
			Severity: bundle.Warning, File: s.file, Problem: "a student who is opted out left the roster",
			Remedy: "The opt-out holds if they come back under the same sourcedId. Where they are there under another one, opt that one out, too: see the page Opt-outs, or rostergate optouts list.", Stored: true,
		})
		if alike.Contains(id) {
			imp.report.Add(bundle.Problem{
				Severity: bundle.Warning, File: s.file, Problem: "a student who is opted out left, and there is somebody whose sourcedId differs from theirs by case or spaces alone",
				Remedy: "See on the page Opt-outs, or by rostergate optouts list, whether it is the same person, and opt that one out, too.", Stored: true,
			})
		}
	}
	return nil
}

// alike are those of some records whose sourcedId is that of a record of the package but
// for case and spaces around it.
func (x *index) alike(some *roaring.Bitmap) *roaring.Bitmap {
	found := roaring.New()
	if some.IsEmpty() {
		return found
	}
	of := map[string][]uint32{}
	for sourcedID, place := range x.places {
		if id := x.records[place].id; some.Contains(id) {
			of[roster.Folded(sourcedID)] = append(of[roster.Folded(sourcedID)], id)
		}
	}
	for sourcedID, place := range x.places {
		if x.stays(x.records[place]) {
			found.AddMany(of[roster.Folded(sourcedID)])
		}
	}
	return found
}
