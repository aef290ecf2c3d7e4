package intake

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/codec"
	"github.com/rostergate/rostergate/roster/hooks"
	"github.com/rostergate/rostergate/roster/stored"
)

// hang lets the stored records of an entity go that refer to nothing any longer where they
// must refer to something: what they referred to goes with this import. Those that the package has a
// row of were judged by that. Found is what was found of its file, nil where there is none.
//
// Of a bulk file all rows are judged, and none of the stored records stays without one.
func (imp *importing) hang(ctx context.Context, x *index, found *judged) error {
	var standing *roaring.Bitmap
	if found != nil {
		standing = roaring.BitmapOf(found.standing...)
	}
	for _, h := range hooksOf(x.entity) {
		gone := imp.removed[h.Target]
		if gone == nil || gone.IsEmpty() || !x.keeps() && !imp.indexes[h.Target].keeps() {
			continue
		}
		loose, err := imp.loosened(ctx, x.entity, h, gone)
		if err != nil {
			return err
		}
		if h.Spare {
			imp.free(x, h, loose, standing)
			continue
		}
		if !x.release(loose, standing) {
			continue
		}
		imp.report.Add(bundle.Problem{
			Severity: bundle.Warning, File: x.entity.File(), Column: h.Header,
			Problem: "stored records went with those of " + h.Target + ".csv that they refer to", Remedy: "The report counts them as removed; send them with a reference to another record if they are to stay.",
		})
	}
	if found != nil {
		found.standing = slices.DeleteFunc(found.standing, func(id uint32) bool { return !standing.Contains(id) })
	}
	return nil
}

// free lets stored records stay without the reference that led to what is gone.
func (imp *importing) free(x *index, h hooks.Hook, loose, standing *roaring.Bitmap) {
	freed := roaring.New()
	x.each(loose, standing, func(r *record) { freed.Add(r.id) })
	if freed.IsEmpty() {
		return
	}
	x.freed = freed
	imp.report.Add(bundle.Problem{
		Severity: bundle.Warning, File: x.entity.File(), Column: h.Header,
		Problem: "stored records stay without those of " + h.Target + ".csv that they referred to", Remedy: "Send them with a reference to another record.",
	})
}

// hooksOf are those of the records of an entity.
func hooksOf(e catalog.Entity) []hooks.Hook {
	return hooks.Of(e, func(f catalog.Field) bool {
		return slices.ContainsFunc(knowableOf(e, f), func(k knowable) bool { return k.without })
	})
}

// loosened are the stored records of which a hook held to nothing but what is gone.
func (imp *importing) loosened(ctx context.Context, e catalog.Entity, h hooks.Hook, gone *roaring.Bitmap) (*roaring.Bitmap, error) {
	loose := roaring.New()
	err := h.Each(ctx, stored.Of(imp.importer.DB, e), func(id uint32, cell sql.RawBytes) {
		if imp.lost(h.Target, string(cell), gone) {
			loose.Add(id)
		}
	})
	if err != nil || e.Plural != "users" {
		return loose, err
	}
	return loose, imp.leaveRoles(ctx, loose)
}

// leaveRoles takes the users out who have roles: what they are without an org, those say.
func (imp *importing) leaveRoles(ctx context.Context, users *roaring.Bitmap) error {
	e, _ := catalog.Find("roles")
	held, at := stored.Of(imp.importer.DB, e), placesOfRoles(e)
	err := held.Links(ctx, held.Names[at.user], held.Names[at.org], func(_, user, _ uint32) { users.Remove(user) })
	if err != nil {
		return fmt.Errorf("read who has roles: %w", err)
	}
	return nil
}

// lost reports whether a stored reference, or a list of them, has one that goes now and
// none that stays.
func (imp *importing) lost(target, cell string, gone *roaring.Bitmap) bool {
	if cell != "" && !strings.Contains(cell, ",") {
		return gone.Contains(codec.ID(cell))
	}
	ids := codec.IDs(cell)
	return slices.ContainsFunc(ids, gone.Contains) && !slices.ContainsFunc(ids, imp.staying(target).Contains)
}

// staying are the records of an entity, read already, that the roster will have.
func (imp *importing) staying(entity string) *roaring.Bitmap {
	set, known := imp.stays[entity]
	if !known {
		set = roaring.New()
		x := imp.indexes[entity]
		for _, r := range x.records {
			if x.stays(r) {
				set.Add(r.id)
			}
		}
		imp.stays[entity] = set
	}
	return set
}

// release lets some stored records go, but for those of which the package has a row that
// was taken. Of those whose row was refused it takes the ids out of standing.
func (x *index) release(some, standing *roaring.Bitmap) (any bool) {
	x.each(some, standing, func(r *record) {
		if r.gone, any = true, true; standing != nil {
			standing.Remove(r.id)
		}
	})
	return any
}

// each calls fn for those of some stored records of which the package has no row that was
// taken.
func (x *index) each(some, standing *roaring.Bitmap, fn func(r *record)) {
	if some.IsEmpty() {
		return
	}
	for i := range x.records {
		r := &x.records[i]
		stands := standing != nil && standing.Contains(r.id)
		if r.live && !r.gone && (!r.seen || stands) && some.Contains(r.id) {
			fn(r)
		}
	}
}
