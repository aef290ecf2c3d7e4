package intake

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/codec"
	"github.com/rostergate/rostergate/roster/holds"
	"github.com/rostergate/rostergate/roster/hooks"
	"github.com/rostergate/rostergate/roster/stored"
)

// hanging are the stored records of an entity that refer to what goes with this import by one
// hook: by their ids, the first of those that go.
type hanging struct {
	hooks.Hook
	loose map[uint32]uint32 // nothing holds them any longer
	freed map[uint32]uint32 // they stay without
}

// hang lets the stored records of an entity go that refer to nothing any longer where they
// must refer to something, and frees those that stay without a reference to what goes with this
// import. Those that the package has a row of were judged by that. Found is what was found of
// its file, nil where there is none.
//
// Of a bulk file all rows are judged, and none of the stored records stays without one, but
// for those whose row is refused: beside another bulk file they stay as they are.
func (imp *importing) hang(ctx context.Context, x *index, found *judged) error {
	standing := roaring.New()
	if found != nil {
		standing.AddMany(found.standing)
	}
	var all []hanging
	var err error
	for _, must := range []bool{true, false} {
		for _, h := range hooksOf(x.entity) {
			if h.Must != must || !x.keeps() && (standing.IsEmpty() || !imp.indexes[h.Target].keeps()) {
				continue
			}
			if all, err = imp.hangBy(ctx, x, h, all); err != nil {
				return err
			}
			if must {
				imp.release(x, all[len(all)-1], standing)
			}
		}
		if must {
			imp.removed[x.entity.Plural] = x.leaving()
		}
	}
	for _, h := range all {
		imp.free(x, h, standing)
	}
	if found != nil {
		found.standing = slices.DeleteFunc(found.standing, func(id uint32) bool { return !standing.Contains(id) })
	}
	return nil
}

// hooksOf are those of the records of an entity.
func hooksOf(e catalog.Entity) []hooks.Hook {
	return hooks.Of(e, func(f catalog.Field) bool {
		return slices.ContainsFunc(knowableOf(e, f), func(k knowable) bool { return k.without })
	})
}

// hangBy adds what hangs on what is gone by a hook. Nothing stored is read where nothing is.
func (imp *importing) hangBy(ctx context.Context, x *index, h hooks.Hook, all []hanging) ([]hanging, error) {
	one, gone := hanging{h, map[uint32]uint32{}, map[uint32]uint32{}}, imp.removed[h.Target]
	all = append(all, one)
	if gone == nil || gone.IsEmpty() {
		return all, nil
	}
	err := h.Each(ctx, stored.Of(imp.importer.DB, x.entity), func(id uint32, found sql.RawBytes) {
		ids := string(found)
		switch to, any := hooks.First(ids, gone); {
		case !any:
		case h.Must && !slices.ContainsFunc(codec.IDs(ids), imp.staying(h.Target).Contains):
			one.loose[id] = to
		default:
			one.freed[id] = to
		}
	})
	if err != nil || x.entity.Plural != "users" || len(one.loose) == 0 {
		return all, err
	}
	return all, imp.leaveRoles(ctx, one)
}

// leaveRoles lets the users stay who have roles: what they are without an org, those say.
func (imp *importing) leaveRoles(ctx context.Context, users hanging) error {
	e, _ := catalog.Find("roles")
	held, at := stored.Of(imp.importer.DB, e), placesOfRoles(e)
	err := held.Links(ctx, held.Names[at.user], held.Names[at.org], func(_, user, _ uint32) {
		if to, loose := users.loose[user]; loose {
			users.freed[user] = to
			delete(users.loose, user)
		}
	})
	if err != nil {
		return fmt.Errorf("read who has roles: %w", err)
	}
	return nil
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

// release lets the stored records go that nothing holds any longer.
func (imp *importing) release(x *index, h hanging, standing *roaring.Bitmap) {
	went := x.release(roaring.BitmapOf(slices.Collect(maps.Keys(h.loose))...), standing)
	imp.tellHanging(x, went, h, h.loose, "stored records went with those of "+h.Target+".csv that they refer to", func(cause, n int) {
		imp.report.Fell(cause, x.entity.File(), bundle.Fall{Gone: n})
	})
	if !catalog.ReferredTo(x.entity.Plural, catalog.Both) {
		return
	}
	for _, id := range went {
		if sourcedID := x.called(id); x.fates[holds.Key(sourcedID)] == 0 { // or its row is refused
			x.note(sourcedID, -imp.cause(h.Target, h.loose[id]))
		}
	}
}

// free lets stored records stay without their references to what is gone.
func (imp *importing) free(x *index, h hanging, standing *roaring.Bitmap) {
	var freed []uint32
	x.each(roaring.BitmapOf(slices.Collect(maps.Keys(h.freed))...), standing, func(r *record) { freed = append(freed, r.id) })
	if len(freed) == 0 {
		return
	}
	if x.freed == nil {
		x.freed = roaring.New()
	}
	x.freed.AddMany(freed)
	imp.tellHanging(x, freed, h, h.freed, "stored records stay without those of "+h.Target+".csv that they referred to", func(cause, n int) {
		imp.report.Fell(cause, x.entity.File(), bundle.Fall{Freed: n})
	})
}

// tellHanging tells of some stored records what became of them, below the causes of that.
func (imp *importing) tellHanging(x *index, some []uint32, h hanging, gone map[uint32]uint32, problem string, fell func(cause, n int)) {
	causes := map[int]int{}
	for _, id := range some {
		causes[imp.cause(h.Target, gone[id])]++
	}
	for _, cause := range slices.Sorted(maps.Keys(causes)) {
		imp.report.Add(bundle.Problem{Severity: bundle.Warning, File: x.entity.File(), Column: h.Header, Problem: problem, Because: cause, Stored: true})
		fell(cause, causes[cause])
	}
}

// cause is the number of the cause for which a stored record is gone that stored records refer
// to.
func (imp *importing) cause(entity string, id uint32) int {
	x := imp.indexes[entity]
	return x.miss(x.called(id), true, imp.report).cause
}

// release lets some stored records go, and says which, but for those of which the package has a
// row that was taken. Of those whose row was refused it takes the ids out of standing.
func (x *index) release(some, standing *roaring.Bitmap) (went []uint32) {
	x.each(some, standing, func(r *record) {
		r.gone = true
		went = append(went, r.id)
		standing.Remove(r.id)
	})
	return went
}

// each calls fn for those of some stored records that stay as they are stored: of which the
// package has no row that was taken.
func (x *index) each(some, standing *roaring.Bitmap, fn func(r *record)) {
	if some.IsEmpty() {
		return
	}
	for i := range x.records {
		r := &x.records[i]
		if r.live && x.stays(*r) && (!r.seen || standing.Contains(r.id)) && some.Contains(r.id) {
			fn(r)
		}
	}
}
