package gateway_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

// in12 is the same district as a package of OneRoster 1.2, in which users have preferred
// names and pronouns, too.
func in12(t *testing.T, p parcel) parcel {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(p["users.csv"])).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := func(name string) int { return slices.Index(rows[0], name) }
	var users, roles strings.Builder
	out, held := csv.NewWriter(&users), csv.NewWriter(&roles)
	write := func(to *csv.Writer, cells ...string) {
		if err := to.Write(cells); err != nil {
			t.Fatal(err)
		}
	}
	write(held, "sourcedId", "status", "dateLastModified", "userSourcedId", "roleType", "role", "beginDate", "endDate", "orgSourcedId", "userProfileSourcedId")
	for i, row := range rows {
		orgs, role, keys := row[at("orgSourcedIds")], row[at("role")], row[at("password")+1:]
		more := []string{"M-" + row[0], "Preferred", "", "", "", "they/them"}
		if i == 0 {
			more = []string{"userMasterIdentifier", "preferredGivenName", "preferredMiddleName", "preferredFamilyName", "primaryOrgSourcedId", "pronouns"}
		} else {
			more[4], _, _ = strings.Cut(orgs, ",")
			for n, org := range strings.Split(orgs, ",") {
				write(held, fmt.Sprintf("r-%s-%d", row[0], n), "", "", row[0], "primary", role, "", "", org, "")
			}
		}
		own := slices.Concat(row[:at("orgSourcedIds")], row[at("role")+1:at("password")+1])
		write(out, slices.Concat(own, more, keys)...)
	}
	out.Flush()
	held.Flush()
	p["users.csv"], p["roles.csv"] = users.String(), roles.String()
	p["manifest.csv"] = strings.Replace(p["manifest.csv"], "oneroster.version,1.1", "oneroster.version,1.2", 1) + "file.roles,bulk\nfile.userProfiles,absent\nfile.userResources,absent\n" +
		"file.lineItemLearningObjectiveIds,absent\nfile.lineItemScoreScales,absent\nfile.resultLearningObjectiveIds,absent\nfile.resultScoreScales,absent\nfile.scoreScales,absent\n"
	return p
}

// sharesAll gives an app every field that may be shared.
func sharesAll(d *gatewaytest.District, app string) {
	on := true
	edit := apps.Edit{Demographics: &on}
	for _, e := range catalog.Tables(catalog.V11) {
		for _, f := range e.In(catalog.V11) {
			if e.Served && f.Class != catalog.Structural && f.Kind != catalog.Identifiers {
				edit.Share = append(edit.Share, e.Plural+"."+f.Name)
			}
		}
	}
	d.Edit(app, edit)
}

// pages are what an app gets of every list, without what every import moves.
func pages(d *gatewaytest.District, c *gatewaytest.Client) map[string]string {
	all := map[string]string{"api": string(d.Do(d.Request(http.MethodGet, "/api/onerosterv1p1.json", nil)).Raw)}
	for _, r := range catalog.Routes(catalog.V11) {
		if len(r.Parents) == 0 && !r.Single {
			all[r.Path] = dates.ReplaceAllString(string(c.Get(r.Path+"?limit=10000").Raw), "")
		}
	}
	return all
}

func TestOneRoster11ShowsNothingNewOfADistrictOf12(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		sharesAll(d, "amplify")
		c := d.As("amplify")
		before := pages(d, c)
		p := in12(t, cedar(t))
		report := d.Import(p.Folder(t))
		for _, f := range report.Files {
			if f.Refused > 0 {
				t.Errorf("%+v: %+v", f, report.Problems)
			}
		}
		if diff := cmp.Diff(before, pages(d, c)); diff != "" || len(before) < 10 || !strings.Contains(before["/users"], `"email"`) || !strings.Contains(before["api"], "/users") {
			t.Errorf("%d lists (-1.1 +1.2):\n%s", len(before), diff)
		}

		p.Edit(t, "demographics.csv", "~ 2017-03-02,female => 2017-03-02,other\n~ 2011-10-30,male => 2011-10-30,ext:x")
		p.Edit(t, "roles.csv", "~ jo,primary,aide => jo,primary,counselor")
		d.Import(p.Folder(t))
		for _, text := range []string{"other", "ext:x", "counselor", "Preferred", "they/them", "M-ana", "r-ana", "primaryOrg", `"sex"`} {
			for path, page := range pages(d, c) {
				if path != "api" && strings.Contains(page, text) {
					t.Errorf("%s shows %s", path, text)
				}
			}
		}
		for _, filter := range []string{"sex='other'", "sex!='male'"} {
			if got := c.Get("/demographics?filter=" + filter).Records(); len(got) > 0 {
				t.Errorf("%s finds %d records", filter, len(got))
			}
		}
		for _, filter := range []string{"preferredFirstName='Preferred'", "pronouns='they/them'", "userMasterIdentifier='M-ana'", "primaryOrg.sourcedId='oak'", "roles.role='student'"} {
			if got := c.Get("/users?filter=" + filter).Status; got != 400 {
				t.Errorf("%s is answered with %d", filter, got)
			}
		}
	})
}
