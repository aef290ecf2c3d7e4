package intake

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
	"gorm.io/gorm"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/holds"
)

// weigh notes why a person has to look at a file before it is stored: for rows that the
// last accepted import did not refuse, and for records that it has and this one has not.
func (imp *importing) weigh(ctx context.Context, s *stage, stored int, gone *roaring.Bitmap) error {
	e, c := s.layout.Entity, s.counts
	fresh := s.refusals.Fresh(imp.accepted[e.Plural])
	if imp.importer.Refused.Of(e.Plural).Passed(fresh, c.Rows-c.Ignored) {
		said := fmt.Sprintf("%d of %d rows of %s are refused", fresh, c.Rows-c.Ignored, e.File())
		if before := c.Refused - fresh; before > 0 {
			said += fmt.Sprintf(", besides %d that were refused before", before)
		}
		imp.report.Holds = append(imp.report.Holds, said)
	}
	imp.weighLost(s, stored)
	all := c.Removed > 0 && c.Removed == stored
	switch replaced := e.Plural == "roles" && imp.replaced; {
	case replaced:
	case all || imp.importer.Removed.Of(e.Plural).Passed(c.Removed, stored):
		imp.report.Holds = append(imp.report.Holds, fmt.Sprintf("%d of %d stored %s would be removed", c.Removed, stored, e.Plural))
	}
	if all {
		return nil
	}
	return imp.weighWholes(ctx, s, gone)
}

// weighLost notes what a file takes away from many of the stored records, or from all that
// stay: for want of a column, or of values.
func (imp *importing) weighLost(s *stage, stored int) {
	e := s.layout.Entity
	for _, name := range s.lost.Passed(imp.importer.Removed.Of(e.Plural), stored, stored-s.counts.Removed) {
		accepted := slices.ContainsFunc(imp.keys, func(k roster.Key) bool { return k.Accepted && k.FullName() == e.Plural+"."+name })
		imp.report.Holds = append(imp.report.Holds, s.lost.Say(e, name, stored, s.lacks(name), accepted))
	}
}

// lacks reports whether a bulk file has no column of a field, or of a metadata key.
func (s *stage) lacks(name string) bool {
	key, isKey := strings.CutPrefix(name, string(catalog.Metadata)+".")
	_, isField := s.layout.Entity.Field(name)
	return !s.index.keeps() && (isKey && !s.layout.HasKey(key) || isField && !s.layout.Has(name))
}

// storeRefusals replaces the refused rows of the entities that the package has.
func (imp *importing) storeRefusals(tx *gorm.DB) error {
	for _, s := range imp.stages {
		if s.index.absent {
			continue
		}
		refusals, e := s.refusals, s.layout.Entity.Plural
		if s.index.partial {
			refusals = refusals.With(imp.accepted[e])
		}
		if err := holds.Accept(tx, e, refusals); err != nil {
			return err
		}
	}
	return nil
}

// acceptRefusals notes what a person accepted of a package of which there is nothing else
// to store: it is not asked about again.
func (imp *importing) acceptRefusals(ctx context.Context) error {
	err := imp.importer.DB.Write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		for _, step := range []func() error{
			func() error { return imp.lock(tx) },
			func() error { return imp.storeRefusals(tx) },
			func() error { return imp.committing(tx) },
		} {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("note what was accepted: %w", err)
	}
	return nil
}
