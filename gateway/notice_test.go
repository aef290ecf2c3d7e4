package gateway_test

import (
	"encoding/csv"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster/intake"
)

// glance is everything that an app can observe: whole answers by path, without
// what differs between any two.
type glance map[string]string

// cursors hold a seal that is another one each time.
var cursors = regexp.MustCompile(`cursor=[^&>]*`)

// look asks for the list of every entity, and who looks closely for small pages
// and single records of what the app sees, too.
func look(c *gatewaytest.Client, v vendor, closely bool) glance {
	seen := glance{}
	ask := func(path string) gatewaytest.Answer {
		a := c.Get(path)
		seen[path] = cursors.ReplaceAllString(impersonal(a), "cursor=")
		return a
	}
	for _, e := range served() {
		a := ask("/" + e.Plural + "?limit=10000")
		if v.entities[e.Plural] == nil || !closely {
			continue
		}
		ask("/" + e.Plural + "?limit=2")
		if records := a.Records(); len(records) > 0 {
			ask("/" + e.Plural + "/" + url.PathEscape(records[len(records)-1].ID()))
		}
	}
	return seen
}

// differs reports whether two glances differ, in any byte or in X-Perm-Rev alone.
func (g glance) differs(other glance) (any, revision bool) {
	for path, answer := range g {
		any = any || answer != other[path]
		revision = revision || permRev(answer) != permRev(other[path])
	}
	return any || len(g) != len(other), revision
}

// withoutRevision is the glance without X-Perm-Rev.
func (g glance) withoutRevision() glance {
	rest := glance{}
	for path, answer := range g {
		rest[path] = strings.Replace(answer, "X-Perm-Rev: "+permRev(answer), "X-Perm-Rev: ", 1)
	}
	return rest
}

func permRev(answer string) string {
	_, rest, _ := strings.Cut(answer, "X-Perm-Rev: ")
	rev, _, _ := strings.Cut(rest, "\n")
	return rev
}

// spy is an app that looks again and again.
type spy struct {
	vendor
	*gatewaytest.Client
	closely bool
	last    glance
}

// spies are the four apps, and one whose fields are masked.
func spies(d *gatewaytest.District, closely bool) []*spy {
	d.Register("masked", "amplify")
	d.Edit("masked", apps.Edit{Mask: []string{"users.givenName=initial", "users.familyName=pseudonym", "users.email=constant", "classes.title=constant"}})
	all := vendors()
	masked := vendors()[0]
	masked.app = "masked"
	for _, name := range []string{"users.email", "classes.title"} {
		plural, field, _ := strings.Cut(name, ".")
		g := masked.entities[plural]
		g.members = slices.DeleteFunc(slices.Clone(g.members), func(m string) bool { return m == field })
	}
	var spies []*spy
	for _, v := range append(all, masked) {
		s := &spy{vendor: v, Client: d.As(v.app), closely: closely}
		s.look()
		spies = append(spies, s)
	}
	return spies
}

// look looks again.
func (s *spy) look() { s.last = look(s.Client, s.vendor, s.closely) }

// notices looks again, and wants the app to notice something, or nothing at all.
func (s *spy) notices(t *testing.T, what string, wanted bool) {
	t.Helper()
	before := s.last
	s.look()
	different, revision := s.last.differs(before)
	if different != wanted || revision != wanted {
		t.Errorf("%s: %s notices a change is %t, by X-Perm-Rev %t, wanted %t", what, s.app, different, revision, wanted)
	}
	if visible := s.last.undated(); !maps.Equal(visible, before.undated()) != wanted {
		t.Errorf("%s: what %s sees besides is another is %t", what, s.app, !wanted)
	}
}

// dates are what tells that something changed, and nothing of what.
var dates = regexp.MustCompile(`"dateLastModified":"[^"]*"|X-Perm-Rev: .*`)

// undated is what is to be seen apart from dates. They may move exactly where it does.
func (g glance) undated() glance {
	plain := glance{}
	for path, answer := range g {
		plain[path] = dates.ReplaceAllString(answer, "")
	}
	return plain
}

// sees reports whether the vendor's row has a member of an entity, a key of its
// metadata or a type.
func (v vendor) sees(plural, name string) bool {
	g := v.entities[plural]
	if g == nil {
		return false
	}
	if bag, member, inBag := strings.Cut(name, "."); inBag {
		if bag == string(catalog.Metadata) {
			return slices.Contains(g.keys, member)
		}
		return slices.Contains(g.types, member)
	}
	return slices.Contains(g.members, name)
}

// set changes a cell of the last row of a file that has one at all, and returns
// what was there.
func set(t *testing.T, p parcel, e catalog.Entity, header string, other func(own, cell string) string) (now string) {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(p[e.File()])).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at, row := slices.Index(rows[0], header), rows[len(rows)-1]
	row[at] = other(row[0], row[at])
	var b strings.Builder
	if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	p[e.File()] = b.String()
	return row[at]
}

// another is a valid value of a field that differs from a cell of the record own.
func another(t *testing.T, p parcel, f catalog.Field) func(own, cell string) string {
	return func(own, cell string) string {
		candidates := map[catalog.Kind][]string{
			catalog.Text:    {"Xavier", "Yolanda"},
			catalog.Boolean: {"true", "false"},
			catalog.Date:    {"2025-11-11", "2026-11-12"},
			catalog.Year:    {"2026", "2027"},
			catalog.List:    {"01,02", "03"},
			catalog.Token:   f.Values,
			catalog.Tokens:  f.Values,
		}[f.Kind]
		if f.Kind.Refers() {
			target, _ := catalog.Find(f.Target)
			for line := range strings.Lines(p[target.File()]) {
				id, _, _ := strings.Cut(line, ",")
				candidates = append(candidates, id)
			}
			candidates = candidates[1:]
		}
		for _, c := range candidates {
			if c != cell && c != own {
				return c
			}
		}
		t.Fatalf("there is no other value for %s", f.Name)
		return ""
	}
}

// unsettled is a small district in which the last row of every file can be changed
// in every field, and none of its people is a guardian.
func unsettled(t *testing.T) parcel {
	t.Helper()
	p := crossroads(t)
	p.Edit(t, "academicSessions.csv", "+ summer,,,Summer,term,2026-06-08,2026-07-31,year,2026")
	p.Edit(t, "users.csv", "- gone")
	p.Edit(t, "enrollments.csv", "- e-gone")
	p.Edit(t, "users.csv", "+ pat,,,true,oak,student,ppip,{LDAP:pp},Pat,Pip,,,pat@cedar.example,,,ana,03,pw-pat,4419,31003")
	p.Edit(t, "enrollments.csv", "+ e-pat,,,reading-a,oak,pat,student,false,2025-08-18,2026-06-05")
	p.Edit(t, "demographics.csv", "+ pat,,,2016-01-01,male,false,false,false,false,false,false,false,,,,,afraid,spa,No-IEP")
	p.Edit(t, "classResources.csv", "+ cr-2,,,,algebra-a,chart")
	return p
}

// The one thing that an app may notice of an import is what it may see of it.
func TestAnAppNoticesExactlyTheFieldsThatItSees(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		p := unsettled(t)
		d.Import(p.Folder(t))
		spies := spies(d, false)
		for _, e := range catalog.Tables(catalog.V11) {
			for _, f := range e.Stored(catalog.V11)[3:] {
				if f.Kind == catalog.Identifiers {
					continue
				}
				set(t, p, e, f.Header(), another(t, p, f))
				d.Import(p.Folder(t))
				for _, s := range spies {
					s.notices(t, e.Plural+"."+f.Name, s.sees(e.Plural, f.Name) || s.shows(e, f))
				}
			}
		}
	})
}

// shows reports whether the vendor sees a computed field that the field feeds.
func (v vendor) shows(e catalog.Entity, f catalog.Field) bool {
	for _, owner := range catalog.Tables(catalog.V11) {
		for _, c := range owner.In(catalog.V11) {
			if c.Through != nil && c.Through.Entity == e.Plural && (f.Name == c.Through.Field || f.Name == c.Through.Member) && v.sees(owner.Plural, c.Name) {
				return true
			}
		}
	}
	return false
}

func TestAnAppNoticesTheKeysAndTypesThatItSees(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		p := unsettled(t)
		d.Import(p.Folder(t))
		spies := spies(d, false)
		bags := map[string][]string{
			"users":        {"metadata.lunchPin", "metadata.studentNumber"},
			"demographics": {"metadata.counselorNote", "metadata.homeLanguage", "metadata.iepStatus"},
		}
		for _, plural := range slices.Sorted(maps.Keys(bags)) {
			e, _ := catalog.Find(plural)
			for _, header := range bags[plural] {
				for _, value := range []string{"eng", "", "spa"} {
					set(t, p, e, header, func(string, string) string { return value })
					d.Import(p.Folder(t))
					for _, s := range spies {
						s.notices(t, fmt.Sprintf("%s.%s=%q", plural, header, value), s.sees(plural, header))
					}
				}
			}
		}
		users, _ := catalog.Find("users")
		for value, kind := range map[string]string{"{LDAP:pip}": "LDAP", "{LDAP:pip},{SSN:078-05-1121}": "SSN", "{LDAP:pip},{SSN:078-05-1122}": "SSN"} {
			set(t, p, users, "userIds", func(string, string) string { return "{LDAP:pip},{SSN:0}" })
			d.Intake.Import(t.Context(), p.Folder(t), anyway())
			for _, s := range spies {
				s.look()
			}
			set(t, p, users, "userIds", func(string, string) string { return value })
			d.Import(p.Folder(t))
			for _, s := range spies {
				// The type SSN came with the district, and no preset names types: all that were there are ticked.
				s.notices(t, "userIds."+kind, s.sees("users", "userIds.LDAP"))
			}
		}
	})
}

// A package in which nothing changed that anybody sees changes nothing at all.
func TestWhatNobodySeesIsNotNoticed(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		p := unsettled(t)
		d.Import(p.Folder(t))
		spies := spies(d, true)
		users, _ := catalog.Find("users")
		for _, header := range []string{"sms", "metadata.lunchPin"} {
			set(t, p, users, header, func(string, string) string { return "555-0142" })
		}
		d.Import(p.Folder(t))
		for _, s := range spies {
			s.notices(t, "sms and lunchPin", false)
		}
		set(t, p, users, "password", func(string, string) string { return "another" })
		if report, err := d.Intake.Import(t.Context(), p.Folder(t), anyway()); err != nil || report.Verdict != intake.Unchanged {
			t.Errorf("%+v, %v", report, err)
		}
		for _, s := range spies {
			s.notices(t, "a password", false)
		}
	})
}

// Of records that it does not reach an app notices nothing, not even by the
// records that refer to them.
func TestAnAppNoticesNothingOfWhatItsScopeLeavesOut(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		p := unsettled(t)
		d.Import(p.Folder(t))
		d.Register("oak", "amplify")
		d.Edit("oak", apps.Edit{Orgs: &policy.Among{Only: []string{"oak"}}, Share: []string{"users.agents"}})
		amplify := vendors()[0]
		oak, all := &spy{vendor: amplify, Client: d.As("oak")}, &spy{vendor: amplify, Client: d.As("amplify")}
		for _, s := range []*spy{oak, all} {
			s.closely = true
			s.look()
		}
		for _, c := range []struct {
			file, edit string
			oak        bool
		}{
			{"orgs.csv", "~ Elm High => Elm Tree High", false},
			{"orgs.csv", "~ Oak Elementary => Oak Tree Elementary", true},
			{"orgs.csv", "+ ash,,,Ash School,school,105,district", false},
			{"orgs.csv", "+ bush,,,Bush School,school,106,an/nex", true},
			{"classes.csv", "~ Algebra A => Algebra B", false},
			{"users.csv", "~ Ben,Cole => Ben,Kohl", false},
			{"users.csv", "~ Ana,Ruiz => Ana,Reyes", true},
			{"users.csv", `~ "oak,elm",teacher => oak,teacher`, false},
			{"users.csv", `~ oak,teacher => "oak,an/nex",teacher`, true},
			{"enrollments.csv", "~ e-ben,,,algebra-a,elm,ben,student,false,2025-08-18,2025-12-19 => e-ben,,,algebra-a,elm,ben,student,false,2025-08-19,2025-12-19", false},
			{"demographics.csv", "~ 2011-10-30,male => 2011-10-30,female", false},
			{"classResources.csv", "- cr-2", false},
			{"users.csv", "- ben", false},
			{"users.csv", "- cleo", true},
			{"courses.csv", "~ Algebra I,A1 => Algebra II,A1", false},
		} {
			p.Edit(t, c.file, c.edit)
			if strings.HasSuffix(c.edit, "- ben") {
				p.Edit(t, "enrollments.csv", "- e-ben")
				p.Edit(t, "demographics.csv", "- ben")
			}
			d.Import(p.Folder(t))
			oak.notices(t, c.edit, c.oak)
			all.notices(t, c.edit, true)
		}
	})
}

// dated reads the dates that an app sees, by the path of a list and the record.
func dated(c *gatewaytest.Client, paths ...string) map[string]string {
	dates := map[string]string{}
	for _, path := range paths {
		for _, r := range c.Walk(path) {
			dates[path+" "+r.ID()], _ = r["dateLastModified"].(string)
		}
	}
	return dates
}

// later lists what has another date, or is new, and wants that date to be later
// than all there were.
func later(t *testing.T, before, after map[string]string) []string {
	t.Helper()
	moved, latest := []string{}, slices.Max(slices.Collect(maps.Values(before)))
	for record, date := range after {
		if date != before[record] {
			moved = append(moved, record)
			if date <= latest {
				t.Errorf("%s is dated %s; there was %s before", record, date, latest)
			}
		}
	}
	slices.Sort(moved)
	return moved
}

func TestASavedGrantDatesWhatItGave(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		d.Import(unsettled(t).Folder(t))
		replica := d.Replica()
		c := d.As("alexandria")
		other := replica.Bearer(c.Token)
		core := d.As("alexandria", catalog.RosterScope)
		paths := []string{"/orgs", "/users", "/classes", "/enrollments", "/demographics"}
		coreDates, coreRev := dated(core, paths[:4]...), core.Get("/orgs").Header.Get("X-Perm-Rev")
		everyUser := []string{}
		for _, u := range c.Walk("/users") {
			everyUser = append(everyUser, "/users "+u.ID())
		}
		slices.Sort(everyUser)
		off := false
		for _, step := range []struct {
			edit apps.Edit
			want []string
			rev  bool // X-Perm-Rev moves
		}{
			{apps.Edit{Purpose: new(string)}, nil, false},
			{apps.Edit{Hide: []string{"users.phone"}}, nil, true},
			{apps.Edit{Share: []string{"users.phone"}}, everyUser, true},
			{apps.Edit{Mask: []string{"users.phone=constant"}}, everyUser, true},
			{apps.Edit{Share: []string{"users.phone"}}, everyUser, true},
			{apps.Edit{Guardians: &off}, []string{"/users ana", "/users ben"}, true},
			{apps.Edit{Guardians: on()}, []string{"/users ana", "/users ben", "/users carl", "/users rosa"}, true},
			{apps.Edit{Unenrolled: &off}, nil, true},
			{apps.Edit{Unenrolled: on()}, []string{"/users cleo"}, true},
			{apps.Edit{Roles: &policy.Among{Only: []string{"student", "teacher", "aide", "administrator"}}}, nil, false},
			{apps.Edit{Orgs: &policy.Among{Only: []string{"district"}}}, nil, true}, // without the sessions that no class meets in
		} {
			before, rev := dated(c, paths...), c.Get("/orgs").Header.Get("X-Perm-Rev")
			d.Edit("alexandria", step.edit)
			now := c.Get("/orgs").Header.Get("X-Perm-Rev")
			if (now != rev) != step.rev {
				t.Errorf("%+v: X-Perm-Rev moved is %t", step.edit, now != rev)
			}
			after := dated(c, paths...)
			if got := later(t, before, after); !slices.Equal(got, append([]string{}, step.want...)) {
				t.Errorf("%+v dates %q, not %q", step.edit, got, step.want)
			}
			if there := dated(other, paths...); !maps.Equal(there, after) || other.Get("/orgs").Header.Get("X-Perm-Rev") != now {
				t.Errorf("%+v: the replica tells other dates", step.edit)
			}
		}
		// A token of fewer scopes looks with eyes of its own, and looks only now.
		if got := dated(core, paths[:4]...); len(got) != len(coreDates) || core.Get("/orgs").Header.Get("X-Perm-Rev") == coreRev {
			t.Errorf("the smaller token sees %d records, not %d", len(got), len(coreDates))
		}
		before := dated(c, paths...)
		core.Walk("/users")
		if got := later(t, before, dated(c, paths...)); len(got) > 0 {
			t.Errorf("one token's look dates %q for the other", got)
		}
	})
}

// Two replicas answer alike to the byte, whoever was asked first.
func TestReplicasAnswerAlike(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		p := unsettled(t)
		d.Import(p.Folder(t))
		replica := d.Replica()
		users, _ := catalog.Find("users")
		for round := range 4 {
			for _, v := range vendors() {
				here := d.As(v.app)
				there := replica.Bearer(here.Token)
				first, second := here, there
				if round%2 == 1 {
					first, second = there, here
				}
				// The addresses differ, for each replica was started with its own, and so what is summed
				// up over them.
				plain := func(g glance) glance {
					for path, answer := range g {
						g[path] = strings.NewReplacer(d.URL, "", replica.URL, "").Replace(regexp.MustCompile(`(Content-Length|Etag): .*`).ReplaceAllString(answer, ""))
					}
					return g
				}
				if a, b := plain(look(first, v, true)), plain(look(second, v, true)); !maps.Equal(a, b) {
					t.Errorf("round %d: the replicas tell %s different things", round, v.app)
				}
			}
			set(t, p, users, "givenName", another(t, p, catalog.Field{Name: "givenName", Kind: catalog.Text}))
			d.Import(p.Folder(t))
			d.Edit("alexandria", apps.Edit{Hide: []string{"users.phone"}})
			replica.Edit("alexandria", apps.Edit{Share: []string{"users.phone"}})
		}
	})
}
