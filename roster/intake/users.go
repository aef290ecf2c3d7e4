package intake

import (
	"context"
	"fmt"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/doubles"
	"github.com/rostergate/rostergate/roster/stored"
)

// compareUsers compares the users, who waited for their roles. Of a package without
// them it compares those whose roles or profiles changed.
func (imp *importing) compareUsers(ctx context.Context) error {
	found, x := imp.users, imp.indexes["users"]
	if found == nil && x.freed == nil && imp.renewed.Any().IsEmpty() && imp.removed["users"].IsEmpty() {
		return imp.keepAbsent(ctx, x)
	}
	if found == nil {
		var err error
		if found, err = imp.nothingOf(x); err != nil {
			return err
		}
	}
	f := &former{
		book: imp.book, report: imp.report, renewed: imp.renewed, at: placesOfUsers(x.entity),
		derives: imp.version.Has(catalog.V12), cleared: !imp.indexes["roles"].keeps(),
		joins: imp.indexes["roles"].partial,
	}
	if f.derives || x.freed != nil || !imp.renewed.Any().IsEmpty() {
		e, _ := catalog.Find("roles")
		if err := f.book.fill(ctx, stored.Of(imp.importer.DB, e), imp.indexes["roles"], imp.indexes["orgs"]); err != nil {
			return err
		}
	}
	return imp.compareEntity(ctx, found, f)
}

// nothingOf is what is found of an entity that the package has no file of.
func (imp *importing) nothingOf(x *index) (*judged, error) {
	none, err := imp.spool(x.entity.Plural + ".taken")
	if err != nil {
		return nil, err
	}
	return &judged{layout: bundle.Layout{Entity: x.entity}, index: x, counts: &Counts{Entity: x.entity.Plural}, rows: none, again: newRepeats(x.entity, imp.day, nil), values: doubles.Of(x.entity)}, nil
}

// replaceRoles lets the stored roles of those users go who have a row of 1.1, which says the
// role and the orgs itself.
func (imp *importing) replaceRoles(ctx context.Context, x *index) error {
	if imp.users == nil || imp.version.Has(catalog.V12) || len(x.records) == 0 {
		return nil
	}
	taken, standing := roaring.New(), roaring.BitmapOf(imp.users.standing...)
	for _, r := range imp.indexes["users"].records {
		if r.seen && !r.gone && !standing.Contains(r.id) {
			taken.Add(r.id)
		}
	}
	replaced := roaring.New()
	at := placesOfRoles(x.entity)
	held := stored.Of(imp.importer.DB, x.entity)
	err := held.Links(ctx, held.Names[at.user], held.Names[at.org], func(id, user, _ uint32) {
		if taken.Contains(user) {
			replaced.Add(id)
		}
	})
	if err != nil {
		return fmt.Errorf("read the stored roles: %w", err)
	}
	if len(x.release(replaced, roaring.New())) > 0 {
		imp.report.Add(bundle.Problem{
			Severity: bundle.Warning, File: x.entity.File(), Problem: "stored roles went, for users.csv of OneRoster 1.1 says the role and the orgs itself",
			Remedy: "Send OneRoster 1.2 again, if the roles of its roles.csv are to stay.", Stored: true,
		})
		imp.replaced, imp.removed[x.entity.Plural] = true, x.leaving()
	}
	return nil
}

// compareEach compares what was found of an entity, if anything. The users wait for their
// roles, and come behind them.
func (imp *importing) compareEach(ctx context.Context, x *index, found *judged) error {
	if x.entity.Plural == "users" {
		imp.users = found
		return nil
	}
	if found != nil {
		if err := imp.compareEntity(ctx, found, nil); err != nil {
			return err
		}
	}
	if x.entity.Plural == "roles" {
		return imp.compareUsers(ctx)
	}
	return nil
}

// leave is readEntity of an entity that the package has no file of: what is stored stays,
// but for what hangs on records that are gone.
func (imp *importing) leave(ctx context.Context, x *index) error {
	if err := imp.hang(ctx, x, nil); err != nil {
		return err
	}
	imp.tellAbsent(x)
	if x.entity.Plural == "roles" {
		if err := imp.replaceRoles(ctx, x); err != nil {
			return err
		}
	}
	goes := x.freed != nil || slices.ContainsFunc(x.records, func(r record) bool { return r.gone })
	if !goes && x.entity.Plural != "users" {
		if err := imp.keepAbsent(ctx, x); err != nil {
			return err
		}
	}
	if !goes || x.entity.Plural == "users" {
		return imp.compareEach(ctx, x, nil)
	}
	none, err := imp.nothingOf(x)
	if err != nil {
		return err
	}
	return imp.compareEach(ctx, x, none)
}

// compareEntity compares what was found of an entity with what is stored. Former is what
// users are made into, nil for others.
func (imp *importing) compareEntity(ctx context.Context, found *judged, f *former) error {
	e := found.layout.Entity
	s := imp.newStage(found, stored.Of(imp.importer.DB, e))
	if findable(e) {
		s.lines = map[uint32]uint32{}
		imp.lines[e.Plural] = s.lines
	}
	s.former, s.nesting = f, nestingOf(e, imp.renewed)
	if e.Plural == "roles" {
		s.book, s.roles = imp.book, placesOfRoles(e)
	}
	imp.stages = append(imp.stages, s)
	if err := imp.stage(ctx, s); err != nil {
		return err
	}
	return imp.finishEntity(ctx, s)
}
