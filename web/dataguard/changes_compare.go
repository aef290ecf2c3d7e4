package dataguard

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
	"github.com/rostergate/rostergate/web/frame"
	"github.com/rostergate/rostergate/web/frame/gains"
)

// comparison is one record as the app gets it now and as it would once a change is
// saved: a part of the panel. Nobody's record is shown before somebody is chosen.
type comparison struct {
	Finder frame.Finder
	Label  string     // of the entity
	Hit    *frame.Hit // nil where none is chosen
	None   bool       // no record could be chosen
	Same   bool       // the app gets the same
	Before frame.Payload
	After  frame.Payload
	Why    string // why the app does not get it afterwards
}

// proposal is a grant, or a policy, that somebody is about to save.
type proposal struct {
	app    apps.App
	from   policy.Grant // that holds
	to     policy.Grant
	seen   []catalog.Member // count as reviewed in it
	policy *policy.Own      // the policy, where it is not the grant that is about to be saved
}

// before is what the app gets now.
func (p proposal) before() gateway.Offer {
	if p.policy != nil {
		return gateway.Offer{}
	}
	return gateway.Offer{Grant: &p.from}
}

// after is what it would get.
func (p proposal) after() gateway.Offer {
	if p.policy != nil {
		return gateway.Offer{Policy: p.policy}
	}
	return gateway.Offer{Grant: &p.to, Seen: p.seen}
}

// compare answers what the panel's form asks of one record: to find it, or to show
// it. The form goes to path; entity is what it begins with.
func (r *Room) compare(v *frame.Visit, p proposal, path, entity string) (*comparison, error) {
	c := &comparison{Finder: frame.NewFinder(v, entity)}
	c.Finder.Changing, c.Finder.Path = true, path
	e, err := frame.FindGuardedEntity(c.Finder.Entity)
	if err != nil {
		return nil, err
	}
	sourcedID := v.FormValue("record")
	switch v.FormValue("look") {
	case "changing":
		if sourcedID, err = r.findChanging(v, p, e); err != nil {
			return nil, err
		}
		c.None = sourcedID == ""
	case "search":
		sourcedID = ""
		if err := c.Finder.Search(v); err != nil {
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
func (r *Room) fillComparison(v *frame.Visit, p proposal, e catalog.Entity, sourcedID string, c *comparison) error {
	version, err := r.comparedVersion(v, p, e)
	if err != nil {
		return err
	}
	asked := gateway.PreviewRequest{App: p.app.ID, Entity: e.Plural, Record: sourcedID, Version: version}
	before, err := v.Sight.Preview(asked)
	if err != nil {
		return err
	}
	offer := p.after()
	asked.Grant, asked.Policy, asked.Seen = offer.Grant, offer.Policy, offer.Seen
	after, err := v.Sight.Preview(asked)
	if err != nil {
		return err
	}
	if c.Hit, err = v.Sight.Record(e, sourcedID); err != nil {
		return err
	}
	c.Label, c.Before, c.After = e.Label, frame.NewPayload(before), frame.NewPayload(after)
	c.Before.Title, c.After.Title = "Now", "Once saved"
	if version == catalog.V12 {
		c.Before.Title, c.After.Title = "Now, in OneRoster 1.2", "Once saved, in OneRoster 1.2"
	}
	if after.Status != http.StatusOK {
		c.Why = frame.WhyMissing(r.Engine, e, after)
	}
	if before.Status != http.StatusOK && after.Status != http.StatusOK {
		c.Same = before.Status == after.Status
		return nil
	}
	c.Same = before.Status == after.Status && c.Before.Exact == c.After.Exact
	switch {
	case before.Status != http.StatusOK:
		c.Before.Lines = nil
		_, c.After.Lines = frame.AlignLines(nil, c.After.Lines)
	case after.Status != http.StatusOK:
		c.After.Lines = nil
		c.Before.Lines, _ = frame.AlignLines(c.Before.Lines, nil)
	default:
		c.Before.Lines, c.After.Lines = frame.AlignLines(c.Before.Lines, c.After.Lines)
	}
	return nil
}

// findChanging finds the first record of an entity that the change makes different: one
// that comes or goes, or else one with a value of what is shown otherwise, or else
// any. It is empty where the app gets none of them.
func (r *Room) findChanging(v *frame.Visit, p proposal, e catalog.Entity) (string, error) {
	before, after, err := r.Tells.Outcomes(v, p.app.ID, p.before(), p.after())
	if err != nil {
		return "", err
	}
	was, is := before.Records(e.Plural), after.Records(e.Plural)
	id := lowestID(roaring.Xor(was, is))
	if id == 0 {
		if id, err = v.Sight.FirstWith(differing(e, gains.ShownOf(before.Plan, e), gains.ShownOf(after.Plan, e)), is); err != nil {
			return "", err
		}
	}
	if id == 0 {
		id = lowestID(is)
	}
	return v.Sight.SourcedIDOf(e, id)
}

// lowestID is the lowest id of a set, 0 where it is empty.
func lowestID(set *roaring.Bitmap) uint32 {
	if set.IsEmpty() {
		return 0
	}
	return set.Minimum()
}

// differing are the stored cells of which one list shows another than the other.
func differing(e catalog.Entity, before, after []gains.Shown) roster.Selection {
	s := roster.Selection{Entity: e}
	for _, shown := range shownOtherwise(before, after) {
		bag, member, isMember := strings.Cut(shown.Name, ".")
		f, _ := e.Field(shown.Name)
		_, _, inside := catalog.WholeOf(bag)
		switch {
		case inside: // its cells are those of other records
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

// shownOtherwise is what one list shows and the other does not, or in another way.
func shownOtherwise(before, after []gains.Shown) []gains.Shown {
	return slices.DeleteFunc(slices.Concat(before, after), func(shown gains.Shown) bool {
		was, had := gains.FindShown(before, shown.Name)
		is, has := gains.FindShown(after, shown.Name)
		return had && has && was.Mask == is.Mask
	})
}

// comparedVersion is the version of OneRoster that shows what a change does to an entity:
// 1.1, unless all that it changes is in 1.2 alone.
func (r *Room) comparedVersion(v *frame.Visit, p proposal, e catalog.Entity) (catalog.Version, error) {
	before, after, err := r.Tells.Outcomes(v, p.app.ID, p.before(), p.after())
	if err != nil {
		return 0, err
	}
	changed := shownOtherwise(gains.ShownOf(before.Plan, e), gains.ShownOf(after.Plan, e))
	if len(changed) > 0 && !slices.ContainsFunc(changed, func(s gains.Shown) bool { return s.Only != "1.2" }) {
		return catalog.V12, nil
	}
	return catalog.V11, nil
}
