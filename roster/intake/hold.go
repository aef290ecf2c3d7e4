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
		lacked := s.lacks(name)
		if holds.Unserves(e, name) {
			lacked = imp.indexes["roles"].absent && imp.removed["roles"].IsEmpty()
		}
		accepted := slices.ContainsFunc(imp.keys.Known, func(k roster.Key) bool { return k.Accepted && k.FullName() == e.Plural+"."+name })
		imp.report.Holds = append(imp.report.Holds, s.lost.Say(e, name, stored, lacked, accepted))
	}
}

// lacks reports whether a bulk file has no column of a field, or of a metadata key.
func (s *stage) lacks(name string) bool {
	key, isKey := strings.CutPrefix(name, string(catalog.Metadata)+".")
	_, isField := s.layout.Entity.Field(name)
	return !s.index.keeps() && (isKey && !s.layout.HasKey(key) || isField && !s.layout.Has(name))
}

// remembered are the refused rows of a file that count as accepted from now on. A package
// that changed nothing, and of which nobody accepted more, leaves of the rows that were accepted
// those that it still has; a delta does not say that of the others.
func (imp *importing) remembered(s *stage) holds.Refusals {
	accepted := imp.accepted[s.layout.Entity.Plural]
	switch idle := imp.report.Verdict == Unchanged && len(imp.report.AcceptedHolds) == 0; {
	case s.index.absent || idle && s.index.partial:
		return accepted
	case idle:
		return s.refusals.Among(accepted)
	case s.index.partial:
		return s.refusals.With(accepted)
	}
	return s.refusals
}

// settles reports whether a package that changed nothing changes what counts as accepted.
func (imp *importing) settles() bool {
	return imp.report.Verdict == Unchanged && slices.ContainsFunc(imp.stages, func(s *stage) bool {
		now, before := imp.remembered(s), imp.accepted[s.layout.Entity.Plural]
		return len(now) != len(before) || now.Fresh(before) > 0
	})
}

// storeRefusals replaces the refused rows of the entities that the package has.
func (imp *importing) storeRefusals(tx *gorm.DB) error {
	for _, s := range imp.stages {
		if err := holds.Accept(tx, s.layout.Entity.Plural, imp.remembered(s)); err != nil {
			return err
		}
	}
	return nil
}

// settle stores what counts as accepted of a package of which there is nothing else to
// store. Packages that were known were judged by what counted before, and are known no longer.
// What a person accepted is on record.
func (imp *importing) settle(ctx context.Context) error {
	err := imp.importer.DB.Write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		err := imp.lock(tx)
		if err == nil {
			err = imp.storeRefusals(tx)
		}
		if err == nil {
			err = forgetPrints(tx, imp.base)
		}
		if err == nil && len(imp.report.AcceptedHolds) > 0 {
			err = imp.committing(tx)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("note which refused rows are accepted: %w", err)
	}
	return nil
}
