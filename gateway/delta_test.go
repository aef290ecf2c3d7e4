package gateway_test

import (
	"net/url"
	"regexp"
	"slices"
	"testing"

	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

// fed are the sourcedIds of the records of a list that are dated after a time.
func fed(c *gatewaytest.Client, path, since string) []string {
	var ids []string
	for _, r := range c.Walk(path + "?filter=" + url.QueryEscape("dateLastModified>'"+since+"'")) {
		ids = append(ids, r.ID())
	}
	slices.Sort(ids)
	return ids
}

// newest is the latest date of the records of a list.
func newest(c *gatewaytest.Client, path string) string {
	var latest string
	for _, r := range c.Walk(path) {
		date, _ := r["dateLastModified"].(string)
		latest = max(latest, date)
	}
	return latest
}

func TestAnAppsFeedShowsWhatADeltaBrought(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		c := d.As("eduready360")
		since := newest(c, "/users")
		enrolled := newest(c, "/enrollments")
		p := cedar(t)
		for name := range p {
			if name != "manifest.csv" && name != "users.csv" && name != "enrollments.csv" {
				delete(p, name)
			}
		}
		p["manifest.csv"] = regexp.MustCompile(`(users|enrollments),bulk`).ReplaceAllString(p["manifest.csv"], "$1,delta")
		p["manifest.csv"] = regexp.MustCompile(`,bulk`).ReplaceAllString(p["manifest.csv"], ",absent")
		p["users.csv"] = "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password\n" +
			"ana,active,2020-01-01T00:00:00.000Z,true,oak,student,aruiz,,Ana,Ruiz-Sol,,7001,ana@cedar.example,,,rosa,03,\n" +
			"ben,tobedeleted,2020-01-01T00:00:00.000Z,,,,,,,,,,,,,,,\n" +
			"cy,active,2020-01-01T00:00:00.000Z,true,elm,student,cdiaz,,Cy,Diaz,,,,,,,09,\n"
		p["enrollments.csv"] = "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate\n" +
			"e-cy,active,2020-01-01T00:00:00.000Z,algebra-a,elm,cy,student,,,\n"
		d.Import(p.Folder(t))

		if got := fed(c, "/users", since); !slices.Equal(got, []string{"ana", "cy"}) {
			t.Errorf("the feed of users has %q", got)
		}
		if got := fed(c, "/enrollments", enrolled); !slices.Equal(got, []string{"e-cy"}) {
			t.Errorf("the feed of enrollments has %q", got)
		}
		if name := c.One("users", "ana").Records()[0]["familyName"]; name != "Ruiz-Sol" {
			t.Errorf("the name is %v", name)
		}
		for _, path := range []string{"/users/ben", "/enrollments/e-ben"} {
			if got := c.Get(path); got.Status != 404 {
				t.Errorf("%s is answered with %d", path, got.Status)
			}
		}
		for _, path := range []string{"/users/lin", "/enrollments/e-ana", "/classes/algebra-a", "/schools/elm"} {
			if got := c.Get(path); got.Status != 200 {
				t.Errorf("%s is answered with %d", path, got.Status)
			}
		}
	})
}

// What loses a reference by a delta that deletes what it led to is told as any other change.
func TestAnAppsFeedShowsWhatADeltaTookAReferenceFrom(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		people, teaching := d.As("alexandria"), d.As("eduready360")
		since, taught := newest(people, "/users"), newest(teaching, "/classes")
		if agents := people.One("users", "ana").Records()[0]["agents"]; agents == nil {
			t.Fatal("the app sees no agents")
		}
		p := cedar(t)
		for name := range p {
			if name != "manifest.csv" && name != "users.csv" && name != "academicSessions.csv" {
				delete(p, name)
			}
		}
		p["manifest.csv"] = regexp.MustCompile(`(users|academicSessions),bulk`).ReplaceAllString(p["manifest.csv"], "$1,delta")
		p["manifest.csv"] = regexp.MustCompile(`,bulk`).ReplaceAllString(p["manifest.csv"], ",absent")
		p["users.csv"] = "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password\n" +
			"rosa,tobedeleted,2020-01-01T00:00:00.000Z,,,,,,,,,,,,,,,\n"
		p["academicSessions.csv"] = "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear\n" +
			"fall,tobedeleted,2020-01-01T00:00:00.000Z,,,,,,\n"
		d.Import(p.Folder(t))

		if got := fed(people, "/users", since); !slices.Equal(got, []string{"ana"}) {
			t.Errorf("the feed of users has %q", got)
		}
		if got := fed(teaching, "/classes", taught); !slices.Equal(got, []string{"reading-a"}) {
			t.Errorf("the feed of classes has %q", got)
		}
		if agents := people.One("users", "ana").Records()[0]["agents"]; agents != nil {
			t.Errorf("the agents are %v", agents)
		}
		if terms, _ := teaching.One("classes", "reading-a").Records()[0]["terms"].([]any); len(terms) != 1 {
			t.Errorf("the terms are %v", terms)
		}
		for _, path := range []string{"/classes/algebra-a", "/terms/fall"} {
			if got := teaching.Get(path); got.Status != 404 {
				t.Errorf("%s is answered with %d", path, got.Status)
			}
		}
	})
}
