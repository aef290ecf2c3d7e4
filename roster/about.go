package roster

import (
	"context"
	"fmt"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
)

// About finds the records that say something of a person: the person's own, what
// describes the person, and what refers to the person, as enrollments and agents
// do. Records that are gone count, for they were about somebody. A sourcedId
// that was never stored is a fault.NotFound.
func (r *Roster) About(ctx context.Context, sourcedID string) (map[string]*roaring.Bitmap, error) {
	users, _ := catalog.Find("users")
	id, _, err := r.Find(ctx, users, sourcedID)
	if err != nil {
		return nil, err
	}
	if id == 0 {
		return nil, fault.New(fault.NotFound, "the roster never had a user with this sourcedId")
	}
	about := map[string]*roaring.Bitmap{"users": roaring.BitmapOf(id)}
	for _, e := range catalog.Tables(catalog.Both) {
		if e.Describes == "users" {
			about[e.Plural] = roaring.BitmapOf(id)
		}
		for _, f := range Contents(e) {
			if f.Target != "users" {
				continue
			}
			if err := r.referring(ctx, e, f, id, about); err != nil {
				return nil, err
			}
		}
	}
	return about, nil
}

// referring adds the records of e whose field refers to id.
func (r *Roster) referring(ctx context.Context, e catalog.Entity, f catalog.Field, id uint32, about map[string]*roaring.Bitmap) error {
	condition, arg := Quoted(f)+" = ?", any(id)
	if f.Kind == catalog.References {
		condition, arg = "',' || "+Quoted(f)+" || ',' LIKE ?", fmt.Sprintf("%%,%d,%%", id)
	}
	var ids []uint32
	if err := r.DB.Read.WithContext(ctx).Table(e.Table()).Where(condition, arg).Pluck("id", &ids).Error; err != nil {
		return fmt.Errorf("find the %s about a person: %w", e.Plural, database.Redact(err))
	}
	set, ok := about[e.Plural]
	if !ok {
		set = roaring.New()
		about[e.Plural] = set
	}
	set.AddMany(ids)
	return nil
}
