package gateway_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

// slipped are filters as programs write them: those that mean something are understood,
// and none that is malformed is met by nobody.
func slipped() []struct{ path, filter, met string } {
	return []struct{ path, filter, met string }{
		// What joins is AND or OR between blanks.
		{"/users", "status='active'AND role='student'", "400"},
		{"/users", "status='active' ANDrole='student'", "400"},
		{"/users", "status='active' && role='student'", "400"},
		{"/users", "status='active'&&role='student'", "400"},
		{"/users", "status='active' || role='student'", "400"},
		{"/users", "status='active';role='student'", "400"},
		{"/users", "status='active'; role='student'", "400"},
		{"/users", "status='active',role='student'", "400"},
		{"/users", "status='active' role='student'", "400"},
		{"/users", "status='active'\tAND\trole='student'", "400"},
		{"/users", "status='active'\nAND role='student'", "400"},
		{"/users", "status='active'+AND+role='student'", "400"},
		{"/users", "status='active' AND AND role='student'", "400"},
		{"/users", "status='active' AND;role='student'", "400"},
		{"/users", "status=active;role=student", "400"},
		{"/users", "status=active;", "400"},
		{"/users", "status=active&&role=student", "400"},
		{"/users", "status=active,inactive", "400"},
		{"/users", "status=\tactive", "400"},
		{"/users", "(status='active')", "400"},
		{"/users", "status=='active'", "400"},
		{"/users", "status<>'active'", "400"},
		{"/users", "status eq 'active'", "400"},

		// The same of texts, in which a quote may stand.
		{"/users", "givenName='Ana'AND familyName='Ruiz'", "400"},
		{"/users", "givenName='Ana' && familyName='Ruiz'", "400"},
		{"/users", "givenName='Ana';familyName='Ruiz'", "400"},
		{"/users", "givenName='Ana'\tAND familyName='Ruiz'", "400"},
		{"/users", "givenName='Ana' familyName='Ruiz'", "400"},
		{"/users", "familyName='O'Brien' OR givenName='Ana'", "ana"},

		// A quote too many in what is no text.
		{"/users", "status='active''", "400"},
		{"/users", "status=''active'", "400"},
		{"/users", "status=''active''", "400"},
		{"/users", "status='act''ive'", "400"},
		{"/users", "status='act'ive'", "400"},
		{"/users", "status='active", "400"},
		{"/users", "status=active'", "400"},
		{"/users", "status='active\"", "400"},
		{"/users", "status=' active'", "400"},
		{"/users", "status='active\t'", "400"},
		{"/users", "sourcedId='an''a'", "400"},
		{"/users", "sourcedId='an'a'", "400"},
		{"/users", "sourcedId=''ana''", "400"},
		{"/users", `sourcedId='an\'a' OR sourcedId='ana'`, "ana"},
		{"/users", "orgs.sourcedId=''oak'", "400"},
		{"/users", "enabledUser=''true''", "400"},
		{"/users", "dateLastModified>''2020-01-01''", "400"},
		{"/users", "dateLastModified>'2020-01-01''", "400"},

		// Double quotes, of both kinds.
		{"/users", `givenName="Ana"`, "ana"},
		{"/users", "givenName=“Ana”", "ana"},
		{"/users", `role="student" AND status="active"`, "ana ben"},
		{"/users", `role="student" AND givenName='Ana'`, "ana"},
		{"/users", `familyName="O'Brien" OR sourcedId="ana"`, "ana"},
		{"/users", `status=""active""`, "400"},
		{"/users", `status="active"AND role="student"`, "400"},
		{"/users", `status="active`, "400"},

		// Times as programs write them.
		{"/demographics", "birthDate='2017-03-02T00:00Z'", "ana"},
		{"/demographics", "birthDate='2017-03-02T00:00'", "ana"},
		{"/demographics", "birthDate='2017-03-02T02:00+02:00'", "ana"},
		{"/demographics", "birthDate='2017-03-02T02:00:00+0200'", "ana"},
		{"/demographics", "birthDate='2017-03-02T00:00:00.000+0000'", "ana"},
		{"/demographics", "birthDate='2017-03-02T02:00:00 0200'", "ana"},
		{"/demographics", "birthDate='2017-03-02T02:00:00+02'", "ana"},
		{"/demographics", "birthDate='2017-03-01T19:00:00-0500'", "ana"},
		{"/demographics", "birthDate='2017-03-02 00:00'", "ana"},
		{"/demographics", "birthDate='2017-03-02 00:00:00.000'", "ana"},
		{"/demographics", "birthDate='2017-03-02 00:00:00Z'", "ana"},
		{"/demographics", "birthDate='2017-03-02 02:00:00 +0200'", "ana"},
		{"/demographics", "birthDate='2017-03-02 02:00:00+02:00'", "ana"},
		{"/demographics", "birthDate='2017-03-02 00:00:00 UTC'", "ana"},
		{"/demographics", `birthDate="2017-03-02T00:00Z"`, "ana"},
		{"/demographics", "birthDate=2017-03-02 00:00:00", "ana"},
		{"/demographics", "birthDate=2017-03-02 00:00:00 UTC AND sex=female", "ana"},
		{"/demographics", "birthDate=2017-03-02 02:00:00 +0200 OR sex='x'", "ana"},
		{"/demographics", "birthDate='2017-03-02T25:00Z'", "400"},
		{"/demographics", "birthDate='2017-03-02T'", "400"},
		{"/demographics", "birthDate='2017-03-02 UTC UTC'", "400"},
		{"/demographics", "birthDate='02.03.2017'", "400"},
		{"/demographics", "birthDate=''", "400"},
	}
}

// A refusal says what was understood, up to where, and how it is written; the values are
// not repeated.
func TestARefusedFilterIsToldWhatWasUnderstood(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		c := d.As("amplify")
		for filter, says := range map[string]string{
			"role='student'AND status='active'":              "understood: role =; not what stands at character 14.",
			"status='active' AND role='student';grades='09'": "understood: status =, role =; not what stands at character 34.",
			"status 'active'":                                "Nothing of the filter was understood; not what stands at character 1.",
			" status='active' AND role":                      "understood: status =; not what stands at character 22.",
			"role='stu''dent'":                               "understood as role =, but not the value: put no blanks",
			"enabledUser='yes'":                              "understood as enabledUser =, but not the value: compare it by = or !=",
			"dateLastModified>'yesterday'":                   "understood as dateLastModified >, but not the value: compare it",
		} {
			d.Store.Trace.Take()
			a := want(t, c.Get("/users?filter="+url.QueryEscape(filter)), 400)
			for _, statement := range d.Store.Trace.Take() {
				if strings.Contains(statement, "FROM users") {
					t.Errorf("%s is refused behind %s", filter, statement)
				}
			}
			p := problem(t, a)
			if p.CodeMinor != "invalid data" || !strings.Contains(p.Description, says) || strings.Contains(p.Description, "student") || strings.Contains(p.Description, "yes'") {
				t.Errorf("%s is told %q, wanted %q", filter, p.Description, says)
			}
			entry(t, d, a, audit.KindRefusal)
		}
	})
}

// What is wrong with a value is told of a field that the app has. One that is hidden,
// masked or not there is none, whatever it is compared with.
func TestAFieldThatIsNotSharedIsNoneWhateverItIsComparedWith(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		d.Edit("amplify", apps.Edit{Mask: []string{"users.familyName=initial"}})
		c := d.As("amplify")
		for _, value := range []string{"'x'", "''x''", "'x", "x;y", "'x'AND role='student'", "'2020-01-01T00:00Z'"} {
			told := map[string]bool{}
			for _, name := range []string{"middleName", "familyName", "nothingSuch"[:10]} { // hidden, masked, unknown
				p := problem(t, want(t, c.Get("/users?filter="+url.QueryEscape(name+"="+value)), 400))
				told[p.CodeMinor+" "+strings.ReplaceAll(p.Description, name, "NAME")] = true
			}
			if len(told) != 1 {
				t.Errorf("%s: %v", value, told)
			}
		}
	})
}

// && that is sent as it is parts the query, and would leave the first clause alone as the
// filter. Behind it parameters of lists may stand, which programs join so, too.
func TestAFilterThatIsTornByAmpersandsIsRefused(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		c := d.As("amplify")
		for query, status := range map[string]int{
			"filter=status='active'&&role='student'":        400,
			"limit=10&filter=status='active'&&role=student": 400,
			"filter=status='active'&&limit=10":              200,
			"filter=status='active'&&":                      200,
			"limit=10&&filter=status='active'":              200,
			"filter=&&role='student'":                       200,
		} {
			a := want(t, c.Get("/users?"+query), status)
			if status == 400 && !strings.Contains(problem(t, a).Description, "Join clauses by AND") {
				t.Errorf("%s is told %q", query, problem(t, a).Description)
			}
		}
	})
}
