package gateway_test

import (
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/presets"
)

// crossroads is the small district with what makes scopes differ: a school below
// a school, a class without pupils, somebody who is enrolled nowhere, a guest from
// another school, and ids that need care in a URL.
func crossroads(t testing.TB) parcel {
	t.Helper()
	p := cedar(t)
	p.Edit(t, "orgs.csv", "+ an/nex,,,Oak Annex,school,103,oak")
	p.Edit(t, "courses.csv", "+ art & craft,,,year,Art,ART,03,oak,Art,05001")
	p.Edit(t, "classes.csv", "+ art%2Fa,,,Art A,03,art & craft,ART-A,scheduled,,oak,spring,Art,05001,3")
	p.Edit(t, "users.csv", "+ cleo,,,true,oak,student,cday,,Cleo,Day,,,,,,,03,,,\n"+
		"+ dan ó,,,true,an/nex,student,dfox,,Dan,Fox,,,,,,,09,,,\n"+
		"+ gone,,,true,oak,student,gone,,Gone,Girl,,,,,,,03,,,")
	p.Edit(t, "enrollments.csv", "+ e-dan,,,algebra-a,elm,dan ó,student,false,2025-08-18,2025-12-19\n"+
		"+ e-lin-2,,,algebra-a,elm,lin,teacher,true,2025-08-18,2025-12-19\n"+
		"+ e-gone,,,reading-a,oak,gone,student,false,2025-08-18,2025-12-19")
	p.Edit(t, "demographics.csv", "+ dan ó,,,2011-01-01,male,false,false,false,false,false,false,false,,,,,,,")
	p.Edit(t, "resources.csv", "+ shelved,,,v-3,Shelved,,,,\n+ chart,,,v-4,Chart,,,,")
	p["manifest.csv"] = strings.Replace(p["manifest.csv"], "courseResources,absent", "courseResources,bulk", 1)
	p["courseResources.csv"] = "sourcedId,status,dateLastModified,title,courseSourcedId,resourceSourcedId\nkr-1,,,,algebra,chart\n"
	return p
}

// leftovers is crossroads on the next day: somebody and something is gone, and
// rows that were refused for it are as they were.
func leftovers(t testing.TB) parcel {
	t.Helper()
	p := crossroads(t)
	p.Edit(t, "users.csv", "- gone")
	p.Edit(t, "users.csv", "- carl")
	p.Edit(t, "academicSessions.csv", "- spring") // the art class met then only
	return p
}

// narrower are apps by what their grants leave out.
func narrower() map[string]apps.Edit {
	off := false
	return map[string]apps.Edit{
		"one-school":    {Orgs: &policy.Among{Only: []string{"oak"}}},
		"one-course":    {Courses: &policy.Among{Only: []string{"reading"}}},
		"no-guardians":  {Guardians: &off},
		"no-unenrolled": {Unenrolled: &off},
		"students-only": {Roles: &policy.Among{Only: []string{"student"}}},
		"one-grade":     {Grades: &policy.Among{Only: []string{"03"}}},
		"nobody":        {Orgs: &policy.Among{}},
		"a-neighbour":   {Orgs: &policy.Among{Only: []string{"elm"}}, Unenrolled: &off},
	}
}

// crawler is an app that reads everything that can be read.
type crawler struct {
	*gatewaytest.Client
	t       *testing.T
	d       *gatewaytest.District
	app     string
	all     lists
	hrefs   map[string]bool
	refused map[string]string // the answer about an unknown id, by route
}

func TestNothingLeadsOutOfWhatAnAppSees(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		d.Import(crossroads(t).Folder(t))
		d.Import(leftovers(t).Folder(t))
		names := []string{}
		for _, preset := range presets.All() {
			names = append(names, preset.ID)
		}
		for app, edit := range narrower() {
			d.Register(app, "alexandria")
			edit.Share = []string{"resources", "classes.resources", "courses.resources"}
			d.Edit(app, edit)
			names = append(names, app)
		}
		counts := map[string]int{}
		for _, app := range names {
			c := &crawler{Client: d.As(app), t: t, d: d, app: app, all: lists{}, hrefs: map[string]bool{}, refused: map[string]string{}}
			c.crawl()
			counts[app] = len(c.all["/users"])
		}
		if counts["nobody"] != 0 || counts["one-school"] == 0 || counts["one-school"] >= counts["alexandria"] {
			t.Errorf("users by app: %v", counts)
		}
	})
}

// crawl reads every list, every record and everything nested.
func (c *crawler) crawl() {
	c.t.Helper()
	for _, r := range catalog.Routes(catalog.V11) {
		if !r.Single && len(r.Parents) == 0 {
			c.list(r)
		}
	}
	for _, r := range catalog.Routes(catalog.V11) {
		if r.Single || len(r.Parents) > 0 {
			c.below(r)
		}
	}
	for href := range c.hrefs {
		if a := c.Get(strings.TrimPrefix(href, c.d.URL+gatewaytest.Base)); a.Status != 200 {
			c.t.Errorf("%s is referred to, and answers %s with %d", href, c.app, a.Status)
		}
	}
}

// list walks a top-level list, by small pages and by one large one.
func (c *crawler) list(r catalog.Route) {
	c.t.Helper()
	a := c.Get(r.Path + "?limit=10000")
	if a.Status == 403 {
		return
	}
	want(c.t, a, 200)
	c.all[r.Path] = a.Records()
	if walked := c.Walk(r.Path + "?limit=3"); len(walked)+len(a.Records()) > 0 && !reflect.DeepEqual(walked, a.Records()) {
		c.t.Errorf("%s: %s has %d records by threes and %d at once", c.app, r.Path, len(walked), len(a.Records()))
	}
	if total(a) != len(a.Records()) {
		c.t.Errorf("%s: %s counts %d and has %d", c.app, r.Path, total(a), len(a.Records()))
	}
	c.follow(r.Entity, a.Records())
}

// follow gathers what records refer to, and wants it in the app's lists.
func (c *crawler) follow(plural string, records []gatewaytest.Record) {
	c.t.Helper()
	e, _ := catalog.Find(plural)
	for _, r := range records {
		c.all.gather(r, c.hrefs)
		for _, f := range e.In(catalog.V11) {
			if f.Required && f.Kind.Refers() && len(r.Refs(f.Name)) == 0 {
				c.t.Errorf("%s: %s %q has no %s", c.app, e.Name, r.ID(), f.Name)
			}
		}
	}
}

// gather finds the hrefs anywhere in a value.
func (all lists) gather(value any, hrefs map[string]bool) {
	switch v := value.(type) {
	case gatewaytest.Record:
		all.gather(map[string]any(v), hrefs)
	case map[string]any:
		if href, ok := v["href"].(string); ok {
			hrefs[href] = true
		}
		for _, member := range v {
			all.gather(member, hrefs)
		}
	case []any:
		for _, item := range v {
			all.gather(item, hrefs)
		}
	}
}

// below tries a route with every id that there is, and one that there is not, in
// the place of each {id}.
func (c *crawler) below(r catalog.Route) {
	c.t.Helper()
	plurals := []string{r.Entity}
	if !r.Single {
		plurals = nil
		for _, p := range r.Parents {
			plurals = append(plurals, p.Entity)
		}
	}
	c.each(r, plurals, nil)
}

// each tries a route with the ids chosen so far and every choice of the others.
func (c *crawler) each(r catalog.Route, plurals, ids []string) {
	c.t.Helper()
	if len(ids) == len(plurals) {
		c.try(r, plurals, ids)
		return
	}
	for _, id := range append([]string{"no/body"}, c.d.Known(plurals[len(ids)])...) {
		c.each(r, plurals, append(slices.Clone(ids), id))
	}
}

// try calls a route and compares with what the lists say.
func (c *crawler) try(r catalog.Route, plurals, ids []string) {
	c.t.Helper()
	path := r.Path
	call := call{route: r}
	for i, id := range ids {
		path = strings.Replace(path, "{id}", url.PathEscape(id), 1)
		if record := byID(c.all["/"+plurals[i]])[id]; record != nil {
			call.named = append(call.named, record)
		}
	}
	a := c.Get(path + "?limit=10000")
	switch {
	case !c.sees(r):
		want(c.t, a, 403)
		c.same(r, a)
	case len(call.named) < len(ids) || !c.all.fits(call):
		want(c.t, a, 404)
		c.same(r, a)
	default:
		want(c.t, a, 200)
		c.compare(r, path, a, c.all.expected(call))
	}
}

// sees reports whether the app has the entities of a route at all.
func (c *crawler) sees(r catalog.Route) bool {
	_, ok := c.all["/"+r.Entity]
	for _, p := range r.Parents {
		_, parent := c.all["/"+p.Entity]
		ok = ok && parent
	}
	return ok
}

// fits reports whether the records that a call names may stand where they do.
func (all lists) fits(c call) bool {
	if c.route.Single {
		return in(c.route.Only, c.named[0])
	}
	for i, p := range c.route.Parents {
		if !in(p.Only, c.named[i]) || p.Within != "" && !slices.Contains(c.named[i].Refs(p.Within), c.named[i-1].ID()) {
			return false
		}
	}
	return true
}

// same wants one answer for all ids that the app does not see, be they anybody's.
func (c *crawler) same(r catalog.Route, a gatewaytest.Answer) {
	c.t.Helper()
	key := fmt.Sprint(r.Path, a.Status)
	if c.refused[key] == "" {
		c.refused[key] = impersonal(a)
	}
	if impersonal(a) != c.refused[key] {
		c.t.Errorf("%s: %s has two answers:\n%s\n%s", c.app, r.Path, c.refused[key], impersonal(a))
	}
}

// compare wants the records that the lists have, told alike.
func (c *crawler) compare(r catalog.Route, path string, a gatewaytest.Answer, expected []gatewaytest.Record) {
	c.t.Helper()
	sameSet(c.t, c.app+" "+path, sorted(a.Records()), sorted(expected))
	known := byID(expected)
	for _, record := range a.Records() {
		if !reflect.DeepEqual(record, known[record.ID()]) {
			c.t.Errorf("%s: %s tells of %q\n%v, and the list\n%v", c.app, path, record.ID(), record, known[record.ID()])
		}
	}
	if !r.Single && total(a) != len(expected) {
		c.t.Errorf("%s: %s counts %d records, wanted %d", c.app, path, total(a), len(expected))
	}
}
