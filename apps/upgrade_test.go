package apps_test

import (
	"strings"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
)

// before takes the store back to the time when a review was of the whole district,
// with some of the keys reviewed.
func (d district) before(reviewed ...string) {
	d.t.Helper()
	for _, statement := range []string{"DROP TABLE reviews", "ALTER TABLE bag_keys RENAME COLUMN accepted TO reviewed"} {
		d.check(d.DB.Write.Exec(statement).Error)
	}
	d.check(d.DB.Write.Exec("UPDATE bag_keys SET reviewed = name IN ?", reviewed).Error)
}

// upgrade applies the migration to a review for each app.
func (d district) upgrade() {
	d.t.Helper()
	d.apply("00010_reviews.sql")
}

// served is a grant that shows a key and a type.
func served() policy.Grant {
	return ticking([]string{"homeLanguage", "a.b"}, []string{"StateID", `x"y`})
}

func but(change func(demographics, users *policy.EntityGrant)) policy.Grant {
	grant := served()
	demographics, users := grant.Entities["demographics"], grant.Entities["users"]
	change(&demographics, &users)
	grant.Entities["demographics"], grant.Entities["users"] = demographics, users
	return grant
}

func TestAtTheUpgradeWhatAnAppIsServedStaysReviewedForItAndNothingElse(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		gone := key("migrantStatus")
		gone.Present = false
		d.seen(key("homeLanguage"), key("a.b"), key("iepStatus"), key("titleI"), gone, idType("StateID"), idType("SSN"), idType(`x"y`),
			roster.Key{Entity: "users", Bag: catalog.Metadata, Name: "homeLanguage", Present: true})
		granted := map[string]struct {
			grant policy.Grant
			want  string
		}{
			"served":           {served(), `a.b homeLanguage StateID x"y`},
			"entity-off":       {but(func(d, _ *policy.EntityGrant) { d.Open = false }), `StateID x"y`},
			"metadata-off":     {but(func(d, _ *policy.EntityGrant) { d.Metadata = false }), `StateID x"y`},
			"field-not-ticked": {but(func(_, u *policy.EntityGrant) { u.Fields = nil }), "a.b homeLanguage"},
			"one-type":         {but(func(d, u *policy.EntityGrant) { d.Keys, u.Types = nil, []string{"SSN", "StateID"} }), "StateID"},
			"not-reviewed":     {but(func(d, u *policy.EntityGrant) { d.Keys, u.Types = []string{"iepStatus", "migrantStatus"}, nil }), ""},
			"nothing":          {policy.Grant{}, ""},
			"suspended":        {served(), ""},
			"pending":          {served(), ""},
			"was-served":       {served(), ""},
		}
		for id, one := range granted {
			_, _, err := d.Create(d.ctx, apps.NewApp{ID: id, Name: id}, ada)
			d.check(err)
			_, err = d.SaveGrant(d.ctx, id, 1, one.grant, ada)
			d.check(err)
			if id != "pending" {
				d.check(d.Enable(d.ctx, id, ada))
			}
		}
		d.check(d.Suspend(d.ctx, "suspended", ada))
		_, err := d.SaveGrant(d.ctx, "was-served", 2, policy.Grant{}, ada)
		d.check(err)
		d.before("homeLanguage", "a.b", "titleI", "migrantStatus", "StateID", `x"y`)
		d.upgrade()
		for id, one := range granted {
			if got := strings.Join(d.reviewed(id), " "); got != one.want {
				t.Errorf("%s: %q stay reviewed; want %q", id, got, one.want)
			}
		}
		for _, k := range must[[]roster.Key](t)(roster.Keys(d.DB.Read)) {
			if k.Name == "SSN" && k.Accepted || k.Name == "titleI" && !k.Accepted || k.Name == "a.b" && !k.Accepted {
				t.Errorf("%s.%s: the name is accepted: %t", k.Entity, k.Name, k.Accepted)
			}
		}
	})
}
