package intake

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/codec"
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
	for _, h := range hooks(x.entity) {
		gone := imp.removed[h.target]
		if gone == nil || gone.IsEmpty() || !x.keeps() && !imp.indexes[h.target].keeps() {
			continue
		}
		loose, err := imp.loosened(ctx, x.entity, h, gone)
		if err != nil {
			return err
		}
		if h.spare {
			imp.free(x, h, loose, standing)
			continue
		}
		if !x.release(loose, standing) {
			continue
		}
		imp.report.Add(bundle.Problem{
			Severity: bundle.Warning, File: x.entity.File(), Column: h.header,
			Problem: "stored records went with those of " + h.target + ".csv that they refer to", Remedy: "The report counts them as removed; send them with a reference to another record if they are to stay.",
		})
	}
	if found != nil {
		found.standing = slices.DeleteFunc(found.standing, func(id uint32) bool { return !standing.Contains(id) })
	}
	return nil
}

// free lets stored records stay without the reference that led to what is gone.
func (imp *importing) free(x *index, h hook, loose, standing *roaring.Bitmap) {
	freed := roaring.New()
	x.each(loose, standing, func(r *record) { freed.Add(r.id) })
	if freed.IsEmpty() {
		return
	}
	x.freed = freed
	imp.report.Add(bundle.Problem{
		Severity: bundle.Warning, File: x.entity.File(), Column: h.header,
		Problem: "stored records stay without those of " + h.target + ".csv that they referred to", Remedy: "Send them with a reference to another record.",
	})
}

// hook is a required reference: a record without it is none, unless that is one to spare.
type hook struct {
	column, target, header string
	spare                  bool
}

// hooks are those of the records of an entity.
func hooks(e catalog.Entity) []hook {
	var all []hook
	if e.Describes != "" {
		all = append(all, hook{"id", e.Describes, e.Fields[0].Header(), false})
	}
	for _, f := range roster.Contents(e) {
		if f.Kind.Refers() && f.Required && f.Target != e.Plural {
			spare := slices.ContainsFunc(knowableOf(e, f), func(k knowable) bool { return k.without })
			all = append(all, hook{roster.Quoted(f), f.Target, f.Header(), spare})
		}
	}
	return all
}

// loosened are the stored records of which a hook held to nothing but what is gone.
func (imp *importing) loosened(ctx context.Context, e catalog.Entity, h hook, gone *roaring.Bitmap) (*roaring.Bitmap, error) {
	rows, err := imp.importer.DB.Read.WithContext(ctx).
		Raw("SELECT id, " + h.column + " FROM " + e.Table() + " WHERE status = 'active'").Rows()
	if err != nil {
		return nil, fmt.Errorf("read what hangs on %s that are gone: %w", h.target, err)
	}
	defer rows.Close()
	loose := roaring.New()
	var id uint32
	var cell sql.RawBytes
	for rows.Next() {
		if err := rows.Scan(&id, &cell); err != nil {
			return nil, fmt.Errorf("read what hangs on %s that are gone: %w", h.target, err)
		}
		if imp.lost(h.target, string(cell), gone) {
			loose.Add(id)
		}
	}
	if err := rows.Err(); err != nil || e.Plural != "users" {
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
