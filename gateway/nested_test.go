package gateway_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
	"github.com/rostergate/rostergate/policy"
)

// withRoles is the district in 1.2, in which lin teaches at oak and is a secondary aide at
// elm, and ana has a profile.
func withRoles(t *testing.T) parcel {
	t.Helper()
	p := in12(t, cedar(t))
	p.Edit(t, "roles.csv", "~ r-lin-1,,,lin,primary,teacher,,,elm, => r-lin-1,,,lin,secondary,aide,2025-09-01,2026-06-05,elm,\n"+
		"~ r-ana-0,,,ana,primary,student,,,oak, => r-ana-0,,,ana,primary,student,,,oak,up-ana")
	p["userProfiles.csv"] = "sourcedId,status,dateLastModified,userSourcedId,profileType,vendorId,applicationId,description,credentialType,username,password\n" +
		"up-ana,,,ana,sso,vendor-1,app-1,Reading,oauth,login-ana,secret-ana\n"
	p["manifest.csv"] = strings.Replace(p["manifest.csv"], "file.userProfiles,absent", "file.userProfiles,bulk", 1)
	return p
}

// userOf is a user without addresses.
func userOf(t *testing.T, a gatewaytest.Answer) map[string]any {
	t.Helper()
	record, _ := addressless(want(t, a, 200).JSON()["user"]).(map[string]any)
	return record
}

func TestWhatIsNestedInAUserIsShownAsFarAsTheAppSeesIt(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		d.Import(withRoles(t).Folder(t))
		d.Edit("amplify", apps.Edit{Share: []string{"users.userProfiles", "userProfiles.profileType", "userProfiles.vendorId", "userProfiles.description", "roles.userProfile", "roles.beginDate"}})
		c := d.As("amplify").In12()
		elm := map[string]any{"sourcedId": "elm", "type": "org"}
		oak := map[string]any{"sourcedId": "oak", "type": "org"}
		both := []any{
			map[string]any{"roleType": "primary", "role": "teacher", "org": oak},
			map[string]any{"roleType": "secondary", "role": "aide", "beginDate": "2025-09-01", "org": elm},
		}
		lin := userOf(t, c.One("users", "lin"))
		for _, role := range lin["roles"].([]any) {
			addressless(role.(map[string]any)["org"])
		}
		if diff := cmp.Diff(both, lin["roles"]); diff != "" {
			t.Errorf("lin (-want +got):\n%s", diff)
		}
		ana := string(want(t, c.One("users", "ana"), 200).Raw)
		profile := d.URL + gatewaytest.Base12 + "/userProfiles/up-ana"
		for _, text := range []string{
			`"userProfiles":[{"profileId":"` + profile + `","profileType":"sso","vendorId":"vendor-1","description":"Reading"}]`,
			`"userProfile":"` + profile + `"`,
		} {
			if !strings.Contains(ana, text) {
				t.Errorf("ana lacks %s: %s", text, ana)
			}
		}
		for _, hidden := range []string{"app-1", "login-ana", "secret", "credential", "endDate", `"orgs"`, `"role":{`} {
			if strings.Contains(ana, hidden) {
				t.Errorf("ana shows %s: %s", hidden, ana)
			}
		}
		d.Edit("amplify", apps.Edit{Mask: []string{"roles.beginDate=year"}})
		if raw := string(want(t, c.One("users", "lin"), 200).Raw); !strings.Contains(raw, `"beginDate":"2025-01-01"`) || strings.Contains(raw, "2025-09-01") {
			t.Errorf("what is nested is not masked: %s", raw)
		}
		d.Edit("amplify", apps.Edit{Hide: []string{"userProfiles.vendorId"}})
		if raw := string(want(t, c.One("users", "ana"), 200).Raw); strings.Contains(raw, `"userProfiles":`) {
			t.Errorf("profiles are sent without what 1.2 requires of them: %s", raw)
		}
		if first := string(d.As("amplify").One("users", "ana").Raw); strings.Contains(first, "userProfiles") || strings.Contains(first, "roles") {
			t.Errorf("1.1 shows what is nested: %s", first)
		}
	})
}

func TestARoleAtAnOrgThatTheAppDoesNotSeeIsAsIfItDidNotExist(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		d.Import(withRoles(t).Folder(t))
		d.Edit("schoolinks", apps.Edit{Orgs: &policy.Among{Only: []string{"oak"}}})
		c := d.As("schoolinks").In12()
		if raw := string(want(t, c.One("users", "lin"), 200).Raw); strings.Contains(raw, "elm") || strings.Contains(raw, "aide") || strings.Contains(raw, "secondary") {
			t.Errorf("lin shows a role elsewhere: %s", raw)
		}
		for filter, found := range map[string][]string{
			"roles.role='teacher'": {"lin"}, "roles.role='aide'": nil, "roles.org.sourcedId='elm'": nil, "roles.org.sourcedId='oak' AND roles.roleType='primary'": {"lin", "ana"},
		} {
			var got []string
			for _, r := range c.Get("/users?filter=" + strings.ReplaceAll(filter, " ", "%20")).Records() {
				got = append(got, r.ID())
			}
			if !slices.Equal(got, found) {
				t.Errorf("%s finds %v, wanted %v", filter, got, found)
			}
		}
		before := c.Get("/users").Header.Get("X-Perm-Rev")
		p := withRoles(t)
		p.Edit(t, "roles.csv", "~ secondary,aide,2025-09-01 => secondary,counselor,2025-10-01")
		d.Import(p.Folder(t))
		if after := c.Get("/users").Header.Get("X-Perm-Rev"); after != before {
			t.Error("a change of a role elsewhere moves what the app is told")
		}
		for _, name := range []string{"roles.beginDate", "roles.user.sourcedId", "roles.sourcedId", "roles", "roles.org", "userProfiles.vendorId", "roles.userProfile"} {
			want(t, c.Get("/users?filter="+name+"='x'"), 400)
		}
	})
}

func TestAUserIsOfThoseWhoHaveARoleOfAny(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		p := withRoles(t)
		p.Edit(t, "roles.csv", "+ r-jo-9,,,jo,secondary,teacher,,,elm,")
		d.Import(p.Folder(t))
		c := d.As("amplify")
		if got := sorted(c.In12().Walk("/teachers")); !slices.Equal(got, []string{"jo", "lin"}) {
			t.Errorf("teachers of 1.2 are %v", got)
		}
		if got := sorted(c.Walk("/teachers")); !slices.Equal(got, []string{"lin"}) {
			t.Errorf("teachers of 1.1 are %v", got)
		}
	})
}

// Users have one date in both versions, and it moves with what is nested in them.
func TestARoleThatComesChangesOrGoesDatesItsUser(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		p := withRoles(t)
		d.Import(p.Folder(t))
		c := d.As("amplify")
		moved := func(what string, wanted ...string) {
			t.Helper()
			cursor := greatest(c.Walk("/users"))
			d.Import(p.Folder(t))
			for _, reader := range []*gatewaytest.Client{c, c.In12()} {
				got := sorted(reader.Get("/users?filter=dateLastModified%3E'" + cursor + "'").Records())
				if !slices.Equal(got, wanted) {
					t.Errorf("%s: %v are dated anew, wanted %v", what, got, wanted)
				}
			}
		}
		p.Edit(t, "roles.csv", "~ secondary,aide, => secondary,proctor,")
		moved("another role", "lin")
		p.Edit(t, "roles.csv", "~ r-lin-1,,,lin => r-lin-1,,,jo")
		moved("a role of somebody else", "jo", "lin")
		p.Edit(t, "roles.csv", "~ 2026-06-05 => 2026-06-04")
		moved("a date that the app does not see")
		p.Edit(t, "roles.csv", "- r-lin-1")
		moved("a role that goes", "jo")
	})
}

// greatest is the greatest date that records have.
func greatest(records []gatewaytest.Record) string {
	last := ""
	for _, r := range records {
		last = max(last, r["dateLastModified"].(string))
	}
	return last
}
