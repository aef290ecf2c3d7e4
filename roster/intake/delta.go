package intake

import (
	"context"
	"maps"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/cell"
	"github.com/rostergate/rostergate/roster/checks"
	"github.com/rostergate/rostergate/roster/codec"
	"github.com/rostergate/rostergate/roster/hooks"
	"github.com/rostergate/rostergate/roster/spool"
	"github.com/rostergate/rostergate/roster/stored"
)

// keeps reports whether stored records stay that the package has no row of.
func (x *index) keeps() bool { return x.absent || x.partial }

// stated is status of a row of a delta. When the record changed makes no difference here:
// records are dated by the import that brings them.
func (s *survey) stated(line int, cells []string) (gone, known bool) {
	status, modified := s.layout.Fields[1], s.layout.Fields[2]
	gone, bad, loose := cell.Stated(cells[status.At])
	switch {
	case bad.Found():
		s.add(bundle.Refused, line, status.Header(), bad)
		return false, false
	case loose.Found():
		s.add(bundle.Warning, line, status.Header(), loose)
	}
	if modified.At >= 0 {
		if odd := cell.Modified(cells[modified.At]); odd.Found() {
			s.add(bundle.Warning, line, modified.Header(), odd)
		}
	}
	return gone, true
}

// completeLater keeps a row of a delta until the stored version of its record is read.
func (s *stage) completeLater(ctx context.Context, p spool.Row) error {
	if s.parts = append(s.parts, p); len(s.parts) < stored.AtOnce {
		return nil
	}
	return s.complete(ctx)
}

// complete stages the rows that wait. A row of a delta is the whole record, but of a
// column that the file does not have it says nothing.
func (s *stage) complete(ctx context.Context) error {
	var ids []uint32
	for _, p := range s.parts {
		if r := s.index.records[p.Place]; r.live {
			ids = append(ids, r.id)
		}
	}
	stored := map[uint32][]string{}
	if err := s.table.Each(ctx, ids, func(cells []string) { stored[codec.ID(cells[0])] = cells }); err != nil {
		return err
	}
	for _, p := range s.parts {
		if old, ok := stored[s.index.records[p.Place].id]; ok {
			s.fillUp(p, old)
		}
		if err := s.put(ctx, p.Place, int(p.Line), p.Cells); err != nil {
			return err
		}
	}
	s.parts = s.parts[:0]
	return nil
}

// fillUp puts what is stored into the cells of the columns that the file, or the row, does not
// have.
func (s *stage) fillUp(p spool.Row, old []string) {
	cells := p.Cells
	width, cut := s.cut[p.Place]
	if !cut {
		width = s.layout.Width
	}
	for i, f := range s.contents {
		at := roster.ContentAt + i
		switch {
		case s.layout.HasWithin(f.Name, width):
		case f.Kind == catalog.Identifiers:
			cells[at] = codec.BagText(codec.Bag(old[at]))
		case f.Kind.Refers():
			cells[at] = s.kept(int(p.Line), f, old[at])
		default:
			cells[at] = old[at]
		}
	}
	if last := len(cells) - 1; s.layout.Entity.Metadata {
		members := codec.Bag(old[last])
		for i, key := range s.layout.Keys {
			if s.layout.KeysAt[i] < width {
				delete(members, key)
			}
		}
		if len(members) > 0 {
			maps.Copy(members, codec.Bag(cells[last]))
			cells[last] = codec.BagText(members)
		}
	}
}

// kept is what is stored of a reference, but for what is gone.
func (s *stage) kept(line int, f catalog.Field, old string) string {
	gone := s.removed[f.Target]
	for _, id := range codec.IDs(old) {
		if gone != nil && gone.Contains(id) {
			cause := s.cause(f.Target, id)
			s.report.Add(bundle.Problem{Severity: bundle.Warning, File: s.file, Line: line, Column: f.Header(), Problem: cell.Gone.Problem, Because: cause, Stored: true})
			s.report.Fell(cause, s.file, bundle.Fall{Freed: 1})
		}
	}
	return hooks.Without(old, gone)
}

// rest counts the stored records that stay and that the package has no row of: what an
// import finds is about all records that the roster will have.
func (s *stage) rest(ctx context.Context) error {
	if !s.index.keeps() {
		return nil
	}
	ids := s.index.standing()
	ids.AndNot(s.placed)
	return s.table.All(ctx, ids, s.countStored)
}

// renewGone notes the users of whom records that are gone are a part.
func (s *stage) renewGone(ctx context.Context, gone *roaring.Bitmap) error {
	if s.nesting.at == 0 {
		return nil
	}
	return s.table.Each(ctx, gone.ToArray(), s.nesting.renew)
}

// keepAbsent notes that what a package does not bring stays, and tells of it where there is
// any and somebody might wonder: of a bulk set, for a delta leaves out what did not change.
func (imp *importing) keepAbsent(ctx context.Context, x *index) error {
	ids := x.standing()
	noting := func(uint32, []string) {}
	if imp.partial {
		noting = imp.sound.Of(x.entity)
		imp.sound.Partly(x.entity)
	}
	for _, id := range ids.ToArray() {
		if x.entity.Describes != "" {
			imp.sound.Described(id)
		}
	}
	known := checks.Inspect(x.entity, int(x.last)+1, imp.known, nil)
	if !imp.partial && !known.Needed() {
		return nil
	}
	return stored.Of(imp.importer.DB, x.entity).All(ctx, ids, func(cells []string) {
		known.Stands(codec.ID(cells[0]), cells)
		noting(codec.ID(cells[0]), cells)
	})
}

// tellAbsent tells of a file that is not there and that somebody might miss.
func (imp *importing) tellAbsent(x *index) {
	_, ignored := imp.bundle.Files[x.entity.File()]
	if x.entity.Describes == "" || ignored || imp.partial || x.standing().IsEmpty() {
		return
	}
	imp.report.Add(bundle.Problem{
		Severity: bundle.Warning, File: x.entity.File(), Problem: "the package has no such file; what is stored of it stays",
		Remedy: "Export it if the apps are to get it.",
	})
}
