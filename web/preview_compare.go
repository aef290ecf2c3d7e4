package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
)

// comparison is one record as the app gets it now and as it would once a change is
// saved: a part of the panel. Nobody's record is shown before somebody is chosen.
type comparison struct {
	Finder finder
	Label  string // of the entity
	Hit    *hit   // nil where none is chosen
	None   bool   // no record could be chosen
	Same   bool   // the app gets the same
	Before payload
	After  payload
	Why    string // why the app does not get it afterwards
}

// proposal is a grant that somebody is about to save.
type proposal struct {
	app  apps.App
	from policy.Grant // that holds
	to   policy.Grant
	seen []roster.Key // count as reviewed in it
}

// compare answers what the panel's form asks of one record: to find it, or to show
// it. The form goes to path; entity is what it begins with.
func (r *Rooms) compare(v *visit, p proposal, path, entity string) (*comparison, error) {
	c := &comparison{Finder: newFinder(v, entity)}
	c.Finder.Changing, c.Finder.Path = true, path
	e, err := guardedEntity(c.Finder.Entity)
	if err != nil {
		return nil, err
	}
	sourcedID := v.value("record")
	switch v.value("look") {
	case "changing":
		if sourcedID, err = r.changing(v, p, e); err != nil {
			return nil, err
		}
		c.None = sourcedID == ""
	case "search":
		sourcedID = ""
		if err := r.search(v, &c.Finder); err != nil {
			return nil, err
		}
	}
	if sourcedID == "" {
		return c, nil
	}
	return c, r.fillComparison(v, p, e, sourcedID, c)
}

// fillComparison shows the record by both grants. Both previews are on record when
// it returns.
func (r *Rooms) fillComparison(v *visit, p proposal, e catalog.Entity, sourcedID string, c *comparison) error {
	asked := gateway.PreviewRequest{App: p.app.ID, Entity: e.Plural, Record: sourcedID}
	before, err := v.sight.preview(asked)
	if err != nil {
		return err
	}
	asked.Grant, asked.Seen = &p.to, apps.MembersOf(p.seen)
	after, err := v.sight.preview(asked)
	if err != nil {
		return err
	}
	if c.Hit, err = v.sight.record(e, sourcedID); err != nil {
		return err
	}
	c.Label, c.Before, c.After = e.Label, payloadOf(before), payloadOf(after)
	c.Before.Title, c.After.Title = "Now", "Once saved"
	if after.Status != http.StatusOK {
		c.Why = r.whyMissing(e, after)
	}
	if before.Status != http.StatusOK && after.Status != http.StatusOK {
		c.Same = before.Status == after.Status
		return nil
	}
	c.Same = before.Status == after.Status && c.Before.Exact == c.After.Exact
	switch {
	case before.Status != http.StatusOK:
		c.Before.Lines = nil
		_, c.After.Lines = beside(nil, c.After.Lines)
	case after.Status != http.StatusOK:
		c.After.Lines = nil
		c.Before.Lines, _ = beside(c.Before.Lines, nil)
	default:
		c.Before.Lines, c.After.Lines = beside(c.Before.Lines, c.After.Lines)
	}
	return nil
}

// changing finds the first record of an entity that the change makes different: one
// that comes or goes, or else one with a value of what is shown otherwise, or else
// any. It is empty where the app gets none of them.
func (r *Rooms) changing(v *visit, p proposal, e catalog.Entity) (string, error) {
	before, after, err := r.outcomes(v, p.app.ID, p.from, p.to, p.seen)
	if err != nil {
		return "", err
	}
	was, is := before.Records(e.Plural), after.Records(e.Plural)
	id := first(roaring.Xor(was, is))
	if id == 0 {
		if id, err = v.sight.firstWith(differing(e, shownOf(before.Plan, e), shownOf(after.Plan, e)), is); err != nil {
			return "", err
		}
	}
	if id == 0 {
		id = first(is)
	}
	return v.sight.sourcedID(e, id)
}

// first is the lowest id of a set, 0 where it is empty.
func first(set *roaring.Bitmap) uint32 {
	if set.IsEmpty() {
		return 0
	}
	return set.Minimum()
}

// differing are the stored cells of which one list shows another than the other.
func differing(e catalog.Entity, before, after []shownName) roster.Selection {
	s := roster.Selection{Entity: e}
	for _, shown := range slices.Concat(before, after) {
		was, had := named(before, shown.name)
		is, has := named(after, shown.name)
		if had && has && was.mask == is.mask {
			continue
		}
		bag, member, isMember := strings.Cut(shown.name, ".")
		f, _ := e.Field(shown.name)
		switch {
		case isMember && bag == string(catalog.Metadata):
			s.Keys = append(s.Keys, member)
		case isMember:
			s.Types = append(s.Types, member)
		case f.Storable() && f.Kind != catalog.Identifiers:
			s.Fields = append(s.Fields, f)
		}
	}
	return s
}
