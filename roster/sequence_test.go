package roster_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/roles"
	"github.com/rostergate/rostergate/roster/rostertest"
	"github.com/rostergate/rostergate/roster/sanity"
	"pgregory.net/rapid"
)

// roll is a district as a test thinks of it. Its orgs are oak, elm and ash, by 1, 2 and 3.
type roll struct {
	people      map[string]member
	enrollments map[string]string   // the user, by sourcedId
	births      map[string]string   // of demographics, by the user's sourcedId
	sessions    map[string]string   // the parent, by sourcedId, besides fall
	classes     map[string][]string // the terms, by sourcedId
	year        string              // of the course
}

func newRoll() roll {
	return roll{map[string]member{}, map[string]string{}, map[string]string{}, map[string]string{}, map[string][]string{}, ""}
}

// member is a user of either version: one of 1.1 has a role and orgs, one of 1.2 roles.
type member struct {
	name, bus, preferred string
	role                 string
	orgs                 []uint32
	roles                map[string]roles.Role // by sourcedId
	home                 uint32
	agents               []string
	profile              bool
	linked               map[string]bool // roles that refer to the profile
}

// less is a list of sourcedIds that lost one.
func less(list []string, id string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(other string) bool { return other == id })
}

func orgNamed(id uint32) string { return []string{"", "oak", "elm", "ash"}[id] }

// sequence draws what happens to a school, and tells it by packages.
type sequence struct {
	*rapid.T
	now   roll
	v     catalog.Version
	delta map[string]bool // files
	alone bool            // all files but those of the users are absent
	rows  map[string][]string
}

func (q *sequence) some(label string, of ...string) string {
	return rapid.SampledFrom(of).Draw(q.T, label)
}

func (q *sequence) likely(label string) bool { return rapid.IntRange(0, 2).Draw(q.T, label) > 0 }

// member draws a user of the version at hand.
func (q *sequence) member(id string) member {
	p := member{name: q.some("name", "Ana", "Ben", "Cy"), bus: q.some("bus", "", "7", "9")}
	for _, other := range slices.Sorted(maps.Keys(q.now.people)) {
		if other != id && q.likely("agent") {
			p.agents = append(p.agents, other)
		}
	}
	if q.v == catalog.V11 {
		p.role, p.orgs = q.some("role", "student", "teacher"), []uint32{uint32(rapid.IntRange(1, 3).Draw(q.T, "org"))}
		if other := uint32(rapid.IntRange(1, 3).Draw(q.T, "another")); other != p.orgs[0] {
			p.orgs = append(p.orgs, other)
		}
		return p
	}
	p.preferred, p.roles, p.home = q.some("preferred", "", "Annie"), map[string]roles.Role{}, uint32(rapid.IntRange(0, 3).Draw(q.T, "home"))
	p.profile, p.linked = q.likely("profile"), map[string]bool{}
	for n := range rapid.IntRange(1, 3).Draw(q.T, "roles") {
		r := fmt.Sprintf("r-%s-%d", id, n)
		p.roles[r], p.linked[r] = q.role(), p.profile && q.likely("linked")
	}
	return p
}

func (q *sequence) role() roles.Role {
	return roles.Role{
		Word: q.some("word", "student", "teacher", "principal", "ext:coach"), Primary: q.likely("primary"),
		Org: uint32(rapid.IntRange(1, 3).Draw(q.T, "at")),
	}
}

// status of a row, and its date: bulk files leave them blank.
func (q *sequence) status(file, status string) string {
	if q.delta[file] {
		return status + ",2026-02-01T07:00:00.000Z"
	}
	return ","
}

func (q *sequence) put(file string, cells ...string) {
	q.rows[file] = append(q.rows[file], strings.Join(cells, ","))
}

func (q *sequence) putUser(id string, p member) {
	status := q.status("users", "active")
	if q.v == catalog.V12 {
		q.put("users", id, status, "true", id, "{SIS:"+p.bus+id+"}", p.name, "Lin", "", "", "", "", "", listed(p.agents), "", "", "", p.preferred, "", "", orgNamed(p.home), "", p.bus)
		return
	}
	var orgs []string
	for _, org := range p.orgs {
		orgs = append(orgs, orgNamed(org))
	}
	q.put("users", id, status, "true", `"`+strings.Join(orgs, ",")+`"`, p.role, id, "{SIS:"+p.bus+id+"}", p.name, "Lin", "", "", "", "", "", listed(p.agents), "", "", p.bus)
}

// listed is a list as a cell.
func listed(ids []string) string { return `"` + strings.Join(ids, ",") + `"` }

func (q *sequence) putRole(id, user string) {
	p := q.now.people[user]
	r := p.roles[id]
	kind, profile := map[bool]string{true: "primary", false: "secondary"}[r.Primary], ""
	if p.linked[id] {
		profile = "p-" + user
	}
	q.put("roles", id, q.status("roles", "active"), user, kind, r.Word, "", "", orgNamed(r.Org), profile)
}

func (q *sequence) putProfile(user string) {
	q.put("userProfiles", "p-"+user, q.status("userProfiles", "active"), user, "login", "vendor", "", "", "password", user, "")
}

func (q *sequence) putSession(id, parent string) {
	q.put("academicSessions", id, q.status("academicSessions", "active"), id, "term", "2025-08-18", "2025-12-19", parent, "2026")
}

func (q *sequence) putClass(id string, terms []string) {
	q.rows["classes"] = slices.DeleteFunc(q.rows["classes"], func(row string) bool { return strings.HasPrefix(row, id+",") })
	q.put("classes", id, q.status("classes", "active"), "C", "", "math", "", "scheduled", "", "oak", listed(terms), "", "", "")
}

func (q *sequence) putEnrollment(id, user string) {
	q.put("enrollments", id, q.status("enrollments", "active"), "c1", "oak", user, "student", "", "", "")
}

func (q *sequence) putBirth(user, date string) {
	q.put("demographics", user, q.status("demographics", "active"), date, "", "", "", "", "", "", "", "", "", "", "", "")
}

// drop says in a delta that a record is gone.
func (q *sequence) drop(file, id string) {
	q.put(file, id, q.status(file, "tobedeleted")+strings.Repeat(",", strings.Count(headers(q.v)[file], ",")-2))
}

func headers(v catalog.Version) map[string]string {
	all := map[string]string{}
	for _, e := range catalog.Tables(v) {
		var names []string
		for _, f := range e.Columns(v) {
			names = append(names, f.Header())
		}
		all[e.Plural] = strings.Join(names, ",")
	}
	all["users"] += ",metadata.bus"
	return all
}

// fixed are the rows of what never changes.
func (q *sequence) fixed() {
	q.putSession("fall", "")
	for org := range 3 {
		q.put("orgs", orgNamed(uint32(org+1)), ",", "Org", "school", "", "")
	}
	q.put("courses", "math", ",", q.now.year, "Math", "", "", "oak", "", "")
}

// moves to a district as a bulk set of the version has it, all of it.
func (q *sequence) bulk(v catalog.Version) {
	q.v, q.delta, q.alone, q.rows = v, map[string]bool{}, false, map[string][]string{}
	q.fixed()
	for _, id := range slices.Sorted(maps.Keys(q.now.sessions)) {
		q.putSession(id, q.now.sessions[id])
	}
	for _, id := range slices.Sorted(maps.Keys(q.now.classes)) {
		q.putClass(id, q.now.classes[id])
	}
	for _, id := range slices.Sorted(maps.Keys(q.now.people)) {
		q.putUser(id, q.now.people[id])
		if v == catalog.V12 {
			q.putRoles(id)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(q.now.enrollments)) {
		q.putEnrollment(id, q.now.enrollments[id])
	}
	for _, id := range slices.Sorted(maps.Keys(q.now.births)) {
		q.putBirth(id, q.now.births[id])
	}
}

// putRoles puts the profile of a user, and the roles.
func (q *sequence) putRoles(user string) {
	if q.now.people[user].profile {
		q.putProfile(user)
	}
	for _, r := range slices.Sorted(maps.Keys(q.now.people[user].roles)) {
		q.putRole(r, user)
	}
}

// calendar draws the sessions and what refers to them.
func (q *sequence) calendar() {
	q.now.classes["c1"] = []string{"fall"}
	for _, id := range []string{"s1", "s2"} {
		if !q.likely("held") {
			continue
		}
		q.now.sessions[id] = q.some("parent", append(slices.Sorted(maps.Keys(q.now.sessions)), "", "fall")...)
		for _, class := range []string{"c1", "c2"} {
			if q.likely("taught") {
				q.now.classes[class] = append(q.now.classes[class], id)
			}
		}
		q.now.year = q.some("year", "", "fall", id)
	}
}

// redraw draws a whole new school, and tells it by a bulk set.
func (q *sequence) redraw(v catalog.Version) {
	q.v, q.now = v, newRoll()
	q.calendar()
	for n := range 4 {
		id := fmt.Sprint("u", n)
		if !q.likely("there") {
			continue
		}
		q.now.people[id] = q.member(id)
		if q.likely("enrolled") {
			q.now.enrollments["e-"+id] = id
		}
		if q.likely("described") {
			q.now.births[id] = q.some("birth", "2015-01-01", "2016-02-02")
		}
	}
	q.bulk(v)
}

// replace draws all users anew, and tells them by bulk files of users, roles and profiles alone.
func (q *sequence) replace(v catalog.Version) {
	q.v, q.delta, q.alone, q.rows = v, map[string]bool{}, true, map[string][]string{}
	for n := range 4 {
		id := fmt.Sprint("u", n)
		if !q.likely("there") {
			q.leaveSilently(id)
			continue
		}
		p := q.member(id)
		q.now.people[id] = p
		q.putUser(id, p)
		q.putRoles(id)
	}
}

// change draws a delta. What hangs on somebody who is gone may be told, or not.
func (q *sequence) change(v catalog.Version) {
	q.alone = false
	q.v, q.delta, q.rows = v, map[string]bool{
		"academicSessions": true, "classes": true, "users": true, "userProfiles": v == catalog.V12, "roles": v == catalog.V12,
		"enrollments": true, "demographics": true,
	}, map[string][]string{}
	for _, id := range []string{"s1", "s2"} {
		q.reschedule(id)
	}
	for n := range 4 {
		id := fmt.Sprint("u", n)
		p, there := q.now.people[id]
		switch what := rapid.IntRange(0, 6).Draw(q.T, "what"); {
		case what == 0 && there:
			q.leave(id)
		case what == 1 || what == 2 && there:
			q.renew(id)
		case what == 3 && there && v == catalog.V12 && len(p.roles) > 0:
			q.reassign(id)
		case what == 4 && there:
			q.now.births[id] = q.some("birth", "2015-01-01", "2016-02-02")
			q.putBirth(id, q.now.births[id])
		case what == 5 && q.now.enrollments["e-"+id] != "":
			delete(q.now.enrollments, "e-"+id)
			q.drop("enrollments", "e-"+id)
		case what == 6 && v == catalog.V12 && p.profile:
			p.profile, p.linked = false, map[string]bool{}
			q.now.people[id] = p
			q.drop("userProfiles", "p-"+id)
		}
	}
	for file := range q.delta {
		q.delta[file] = len(q.rows[file]) > 0
	}
}

// reschedule changes a session, or ends it. What refers to it may be told, or not.
func (q *sequence) reschedule(id string) {
	_, held := q.now.sessions[id]
	switch what := rapid.IntRange(0, 3).Draw(q.T, "session"); {
	case what == 0 && held:
		q.endSession(id)
		q.drop("academicSessions", id)
		for _, class := range slices.Sorted(maps.Keys(q.now.classes)) {
			if q.likely("untold") {
				continue
			}
			q.putClass(class, q.now.classes[class])
		}
	case what == 1 && !held:
		q.now.sessions[id] = q.some("parent", "", "fall")
		q.putSession(id, q.now.sessions[id])
		q.now.classes["c2"] = append(q.now.classes["c2"], id)
		q.putClass("c2", q.now.classes["c2"])
	}
}

// endSession takes a session out of all that refers to it. A class without terms is none.
func (q *sequence) endSession(id string) {
	delete(q.now.sessions, id)
	for child, parent := range q.now.sessions {
		if parent == id {
			q.now.sessions[child] = ""
		}
	}
	for class, terms := range q.now.classes {
		if q.now.classes[class] = less(terms, id); len(q.now.classes[class]) == 0 {
			delete(q.now.classes, class)
		}
	}
	if q.now.year == id {
		q.now.year = ""
	}
}

func (q *sequence) leave(id string) {
	q.drop("users", id)
	if _, had := q.now.births[id]; had && q.likely("told") {
		q.drop("demographics", id)
	}
	q.leaveSilently(id)
}

// renew brings a user, by a row of the version at hand.
func (q *sequence) renew(id string) {
	old, p := q.now.people[id], q.member(id)
	if q.v == catalog.V11 { // a delta says nothing of columns that it lacks
		p.preferred, p.home, p.profile = old.preferred, old.home, old.profile
	}
	q.putUser(id, p)
	q.now.people[id] = p
	if q.v == catalog.V12 {
		q.putRoles(id)
		if old.profile && !p.profile {
			q.drop("userProfiles", "p-"+id)
		}
		for _, r := range slices.Sorted(maps.Keys(old.roles)) {
			if _, still := p.roles[r]; !still {
				q.drop("roles", r)
			}
		}
	}
}

// reassign changes one role of a user of whom there is no row.
func (q *sequence) reassign(id string) {
	r := slices.Sorted(maps.Keys(q.now.people[id].roles))[0]
	q.now.people[id].roles[r], q.now.people[id].linked[r] = q.role(), false
	q.putRole(r, id)
}

// write makes a package of the rows at hand.
func (q *sequence) write(dir string) {
	version := map[catalog.Version]string{catalog.V11: "1.1", catalog.V12: "1.2"}[q.v]
	manifest := "propertyName,value\nmanifest.version,1.0\noneroster.version," + version + "\n"
	partial := len(q.delta) > 0
	for _, e := range catalog.Tables(q.v) {
		mode := "absent"
		switch {
		case q.delta[e.Plural]:
			mode = "delta"
		case q.alone:
			if e.Plural == "users" || e.Plural == "roles" || e.Plural == "userProfiles" {
				mode = "bulk"
			}
		case !partial && (len(q.rows[e.Plural]) > 0 || !e.Optional || e.Plural == "demographics" || e.Plural == "userProfiles"):
			mode = "bulk"
		}
		manifest += "file." + e.Plural + "," + mode + "\n"
		if mode != "absent" {
			q.file(dir, e.File(), headers(q.v)[e.Plural]+"\n"+strings.Join(append(q.rows[e.Plural], ""), "\n"))
		}
	}
	q.file(dir, "manifest.csv", manifest)
}

func (q *sequence) file(dir, name, text string) {
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		q.Fatal(err)
	}
}

// in11 is the school as 1.1 has it.
func (q *sequence) in11() {
	byName := func(a, b uint32) int { return strings.Compare(orgNamed(a), orgNamed(b)) }
	for id, p := range q.now.people {
		if len(p.roles) == 0 {
			continue
		}
		var held []roles.Role
		for _, r := range slices.Sorted(maps.Keys(p.roles)) {
			held = append(held, p.roles[r])
		}
		p.role, p.orgs = roles.Before12(held, p.home, byName)
		q.now.people[id] = p
	}
}

// seen is what the store has of the active records of a version, by names alone.
func seen(t testing.TB, c census, v catalog.Version) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, e := range catalog.Tables(v) {
		for key, row := range c.records {
			id, of := strings.CutPrefix(key, e.Plural+" ")
			if !of || row["status"] != "active" {
				continue
			}
			for _, f := range e.Stored(v)[3:] {
				text := row[f.Column()]
				switch {
				case f.Kind == catalog.Identifiers:
					text = canonical(t, text)
				case f.Kind.Refers():
					text = cellOf(t, c, e.Plural, id, f.Name)
				}
				if text != "" {
					all[key+" "+f.Name] = text
				}
			}
			all[key] = canonical(t, row["metadata"])
		}
	}
	return all
}

// canonical is JSON in one form.
func canonical(t testing.TB, text string) string {
	t.Helper()
	var v any
	if text == "" {
		return ""
	}
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(v)
}

// filledKeys are the keys that some record has, with how many do.
func filledKeys(t testing.TB, s dbtest.Store) map[string]int64 {
	t.Helper()
	all := map[string]int64{}
	for _, k := range keysFor(t, s.DB, "") {
		if k.Present && k.Filled > 0 {
			all[k.FullName()] = k.Filled
		}
	}
	return all
}

// found is what the last import counted: the keys that some record has, what a sound roster
// has none of, and values that are no codes. What two rows of a file share is not among
// them, for a delta has only some.
func found(t testing.TB, s dbtest.Store) map[string]int64 {
	t.Helper()
	all := filledKeys(t, s)
	counts, err := sanity.Load(s.DB.Read)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range counts {
		if !strings.HasPrefix(c.Name, sanity.SharedName(c.Entity, "")) {
			all[c.Name] = c.Records
		}
	}
	for _, row := range rows(t, s.DB, "outside_codes") {
		records, err := strconv.ParseInt(row["records"], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		all[row["entity"]+"."+row["name"]+" outside"] = records
	}
	return all
}

// fewest is how many sequences are drawn, each of several imports: few, unless more are asked
// for by -rapid.checks.
func fewest() int {
	const few, usual = 20, 100
	n, err := strconv.Atoi(flag.Lookup("rapid.checks").Value.String())
	if err != nil || n == usual {
		return few
	}
	return n
}

func TestASequenceOfBulkSetsAndDeltasEndsAsOneBulkSetDoes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		brings := func(q *sequence) (changed int) {
			dir := t.TempDir()
			q.write(dir)
			report, err := r.Import(context.Background(), dir, intake.Options{AcceptHold: true})
			if err != nil || report.Verdict != intake.Stored && report.Verdict != intake.Unchanged {
				q.Fatalf("%+v, %v", report, err)
			}
			for _, c := range report.Files {
				if c.Refused > 0 {
					q.Fatalf("%+v", report.Problems)
				}
				if c.Entity != "orgs" {
					changed += c.Changed
				}
			}
			if len(q.delta) == 0 {
				return changed
			}
			report, err = r.Import(context.Background(), dir, intake.Options{})
			if err != nil || report.Verdict != intake.Unchanged || strings.Contains(fmt.Sprintf("%+v", report.Problems), "stored records") {
				q.Fatalf("and again: %+v, %v", report, err)
			}
			return changed
		}
		left := fewest()
		rapid.Check(t, func(rt *rapid.T) {
			if left--; left < 0 {
				return
			}
			q := &sequence{T: rt}
			version := func() catalog.Version {
				return rapid.SampledFrom([]catalog.Version{catalog.V11, catalog.V12}).Draw(rt, "version")
			}
			first := version()
			q.redraw(first)
			brings(q)
			pure := true
			for range rapid.IntRange(1, 5).Draw(rt, "steps") {
				v := version()
				switch rapid.IntRange(0, 5).Draw(rt, "bulk") {
				case 0:
					q.redraw(v)
					first, pure = v, true
				case 1:
					q.replace(v)
					pure = pure && v == first
				default:
					if q.change(v); len(q.rows) == 0 {
						continue
					}
					pure = pure && v == first
				}
				brings(q)
			}
			shown := catalog.Both
			if !pure || first == catalog.V11 {
				shown = catalog.V11
			}
			got, counted := seen(t, take(t, s.DB), shown), found(t, s)
			if shown == catalog.V11 {
				q.in11()
				for id, p := range q.now.people { // whom 1.1 does not have
					if p.role == "" {
						forget(got, id)
						q.leaveSilently(id)
					}
				}
				counted = nil
			}
			q.bulk(map[bool]catalog.Version{true: catalog.V12, false: catalog.V11}[shown == catalog.Both])
			for i, row := range q.rows["orgs"] { // so that all is counted anew
				q.rows["orgs"][i] = strings.Replace(row, "Org", fmt.Sprint("Org ", left), 1)
			}
			if changed := brings(q); changed > 0 && shown == catalog.Both {
				rt.Errorf("a bulk set of what is there changes %d records", changed)
			}
			for _, org := range []string{"oak", "elm", "ash"} {
				delete(got, "orgs "+org+" name")
			}
			want := seen(t, take(t, s.DB), shown)
			for _, org := range []string{"oak", "elm", "ash"} {
				delete(want, "orgs "+org+" name")
			}
			if diff := cmp.Diff(want, got); diff != "" {
				rt.Fatalf("after one bulk set, and after the sequence:\n%s", diff)
			}
			if diff := cmp.Diff(found(t, s), counted); counted != nil && diff != "" {
				rt.Fatalf("what is counted, after one bulk set, and after the sequence:\n%s", diff)
			}
		})
	})
}

// leaveSilently takes a user out of the school.
func (q *sequence) leaveSilently(id string) {
	delete(q.now.people, id)
	delete(q.now.births, id)
	delete(q.now.enrollments, "e-"+id)
	for other, p := range q.now.people {
		p.agents = less(p.agents, id)
		q.now.people[other] = p
	}
}

// forget takes out what is seen of a user and of what hangs on the user.
func forget(seen map[string]string, id string) {
	maps.DeleteFunc(seen, func(key, _ string) bool {
		words := strings.Fields(key)
		return words[1] == id || words[1] == "e-"+id
	})
	for key, text := range seen {
		if strings.HasSuffix(key, " agents") {
			if seen[key] = strings.Join(less(strings.Split(text, ","), id), ","); seen[key] == "" {
				delete(seen, key)
			}
		}
	}
}
