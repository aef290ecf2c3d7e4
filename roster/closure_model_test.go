package roster_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/rostertest"
	"github.com/rostergate/rostergate/roster/view"
	"gorm.io/gorm"
	"pgregory.net/rapid"
)

// The closure's rules once more, as plainly as they can be said: maps of names
// and loops over everything, again and again until nothing is added. It shares
// nothing with the closure but the catalog.

// fact is a record as the packages told it.
type fact struct {
	live bool
	text map[string]string   // by field; what is not a reference
	refs map[string][]string // by field, sourcedIds in the order of the cell
}

// world is every record ever told of, by entity and sourcedId.
type world map[string]map[string]*fact

// insiders are sets of sourcedIds by entity.
type insiders map[string]map[string]bool

// outsiders are kept among the insiders by a name that no entity has.
const outsiders = "(opted out)"

func (m insiders) has(entity, id string) bool { return m[entity][id] }

func (w world) live(entity, id string) bool {
	f := w[entity][id]
	return f != nil && f.live
}

// each calls fn for the live records of an entity.
func (w world) each(entity string, fn func(id string, f *fact)) {
	for id, f := range w[entity] {
		if f.live {
			fn(id, f)
		}
	}
}

// absence is why a record is not there, by entity and sourcedId; no record is said
// nothing of that never was.
type absence map[string]map[string]string

// The absences.
const (
	isRefused = "refused"
	isRemoved = "removed"
)

// take brings a package in: a row without something that it must have leaves
// what was there before, a record without a row is gone, and with it every row that
// hangs on it.
func (w world) take(p drafts) {
	why := absence{}
	for _, e := range catalog.Tables(catalog.V11) {
		rows, there := p[e.Plural]
		if w[e.Plural] == nil {
			w[e.Plural] = map[string]*fact{}
		}
		why[e.Plural] = map[string]string{}
		stays := map[string]bool{}
		var accepted []draft
		for _, row := range rows {
			ill, refused, removed := w.wrong(e, row, why)
			switch {
			case row.gone:
			case refused || ill && !removed:
				stays[row.id], why[e.Plural][row.id] = w.live(e.Plural, row.id), isRefused
			case ill:
				why[e.Plural][row.id] = isRefused
			case !removed:
				stays[row.id] = true
				accepted = append(accepted, row)
			default:
				why[e.Plural][row.id] = isRemoved
			}
			if row.gone {
				why[e.Plural][row.id] = isRemoved
			}
		}
		for id, f := range w[e.Plural] {
			f.live = f.live && (stays[id] || !there)
			if _, told := why[e.Plural][id]; !told {
				why[e.Plural][id] = isRemoved
			}
		}
		for id, f := range w[e.Plural] {
			f.live = f.live && (there || w.held(e, id, f))
		}
		for _, row := range accepted {
			w[e.Plural][row.id] = &fact{live: true, text: row.read(), refs: map[string][]string{}}
		}
		for _, row := range accepted {
			for field, ids := range row.refs {
				w[e.Plural][row.id].refs[field] = w.resolved(e, row.id, field, ids)
			}
			if refs := w[e.Plural][row.id].refs; e.Plural == "enrollments" && len(refs["school"]) == 0 {
				refs["school"] = w["classes"][refs["class"][0]].refs["school"]
			}
		}
	}
}

// held reports whether all is there that a record of an absent file hangs on: else it goes.
func (w world) held(e catalog.Entity, id string, f *fact) bool {
	if e.Describes != "" && !w.live(e.Describes, id) {
		return false
	}
	for _, field := range e.Stored(catalog.V11) {
		if field.Kind.Refers() && field.Required && !dispensable(e, field) && len(w.resolved(e, id, field.Name, f.refs[field.Name])) == 0 {
			return false
		}
	}
	return true
}

// wrong says what keeps a row from being taken: something of its own, that it hangs on a
// row that is refused, or on a record that is removed.
func (w world) wrong(e catalog.Entity, row draft, why absence) (ill, refused, removed bool) {
	ill = row.spoiled
	look := func(target string, ids []string) {
		gone := false
		for _, id := range ids {
			switch why[target][id] {
			case isRefused:
				refused = true
				return
			case isRemoved:
				gone = true
			}
		}
		if slices.ContainsFunc(ids, func(id string) bool { return why[target][id] == "" }) {
			ill = true
			return
		}
		removed = removed || gone
	}
	if e.Describes != "" && !w.live(e.Describes, row.id) {
		look(e.Describes, []string{row.id})
	}
	for _, f := range e.Stored(catalog.V11) {
		if f.Kind.Refers() && f.Required && !w.known(e, f, row) && len(w.resolved(e, row.id, f.Name, row.refs[f.Name])) == 0 {
			look(f.Target, row.refs[f.Name])
		}
	}
	return ill, refused, removed
}

// known reports whether a row is taken without what it must refer to: an enrollment has the
// school of its class, where that is there.
func (w world) known(e catalog.Entity, f catalog.Field, row draft) bool {
	class := e.Plural == "enrollments" && f.Name == "school"
	return dispensable(e, f) && !(class && len(w.resolved(e, row.id, "class", row.refs["class"])) == 0)
}

// dispensable reports whether a record is one without what it must refer to: a course is
// without its org, an enrollment has the school of its class.
func dispensable(e catalog.Entity, f catalog.Field) bool {
	return e.Plural == "courses" && f.Name == "org" || e.Plural == "enrollments" && f.Name == "school"
}

// resolved are the references of a cell that lead to somebody else, once each.
func (w world) resolved(e catalog.Entity, own, field string, ids []string) []string {
	f, _ := e.Field(field)
	var found []string
	for _, id := range ids {
		self := f.Target == e.Plural && id == own
		if w.live(f.Target, id) && !self && !slices.Contains(found, id) {
			found = append(found, id)
		}
	}
	return found
}

// whole reports whether a record is live and what it must refer to is whole.
func (w world) whole(plural, id string) bool {
	if !w.live(plural, id) {
		return false
	}
	e, _ := catalog.Find(plural)
	for _, f := range e.Stored(catalog.V11) {
		refs := w[plural][id].refs[f.Name]
		if plural == "courses" && f.Name == "org" && len(refs) == 0 {
			continue
		}
		if f.Kind.Refers() && f.Required && !slices.ContainsFunc(refs, func(to string) bool { return w.whole(f.Target, to) }) {
			return false
		}
	}
	return true
}

func among(a view.Among, word string) bool { return a.All || slices.Contains(a.Only, word) }

// chosen reports whether an org or one above it was chosen.
func (w world) chosen(s view.Scope, org string) bool {
	if !w.live("orgs", org) {
		return false
	}
	return among(s.Orgs, org) || slices.ContainsFunc(w["orgs"][org].refs["parent"], func(up string) bool { return w.chosen(s, up) })
}

// reach applies the rules until none adds a record, and the one for users
// without an org behind all others. Who is opted out is never in.
func (w world) reach(s view.Scope, optedOut ...string) insiders {
	in := insiders{outsiders: {}}
	for _, user := range optedOut {
		in[outsiders][user] = true
	}
	for _, e := range catalog.Tables(catalog.V11) {
		in[e.Plural] = map[string]bool{}
	}
	w.settle(s, in)
	var lonely []string
	for user := range in["users"] {
		if !slices.ContainsFunc(w["users"][user].refs["orgs"], func(org string) bool { return in.has("orgs", org) }) {
			lonely = append(lonely, user)
		}
	}
	for _, user := range lonely {
		orgs := w["users"][user].refs["orgs"]
		in["orgs"][orgs[slices.IndexFunc(orgs, func(org string) bool { return w.live("orgs", org) })]] = true
	}
	w.settle(s, in)
	return in
}

func (w world) settle(s view.Scope, in insiders) {
	for added := true; added; {
		added = false
		for _, e := range catalog.Tables(catalog.V11) {
			w.each(e.Plural, func(id string, f *fact) {
				if !in[e.Plural][id] && w.belongs(s, in, e.Plural, id, f) {
					in[e.Plural][id], added = true, true
				}
			})
		}
	}
}

// belongs reports whether what is in already brings a live record in.
func (w world) belongs(s view.Scope, in insiders, entity, id string, f *fact) bool {
	ref := func(field string) string {
		if len(f.refs[field]) == 0 {
			return ""
		}
		return f.refs[field][0]
	}
	// referred reports whether a record of from that is in refers here.
	referred := func(from, field string) bool {
		for other := range in[from] {
			if slices.Contains(w[from][other].refs[field], id) {
				return true
			}
		}
		return false
	}
	everything := s.Orgs.All && s.Courses.All && s.Classes.All
	switch entity {
	case "orgs":
		return w.chosen(s, id) || referred("classes", "school") || referred("enrollments", "school") ||
			referred("courses", "org") || referred("orgs", "parent")
	case "academicSessions":
		return everything || referred("classes", "terms") || referred("academicSessions", "parent")
	case "courses":
		return w.whole(entity, id) && (among(s.Courses, id) && w.chosen(s, ref("org")) || referred("classes", "course"))
	case "classes":
		return w.whole(entity, id) && w.chosen(s, ref("school")) && among(s.Courses, ref("course")) && among(s.Classes, id)
	case "users":
		return w.whole(entity, id) && !in.has(outsiders, id) && (w.person(s, in, id, f) || s.Guardians && w.guards(in, id, f))
	case "enrollments":
		return w.whole(entity, id) && stillCounts(s, f) && in.has("classes", ref("class")) && in.has("users", ref("user"))
	case "demographics":
		return in.has("users", id)
	case "resources":
		return everything || referred("classResources", "resource") || referred("courseResources", "resource")
	case "classResources":
		return w.whole(entity, id) && in.has("classes", ref("class"))
	case "courseResources":
		return w.whole(entity, id) && in.has("courses", ref("course"))
	}
	panic("no rule for " + entity)
}

func isGuardian(f *fact) bool {
	return slices.Contains([]string{"guardian", "parent", "relative"}, f.text["role"])
}

// person reports whether a user is reached without the help of others.
func (w world) person(s view.Scope, in insiders, id string, f *fact) bool {
	if isGuardian(f) || !among(s.Roles, f.text["role"]) {
		return false
	}
	if f.text["role"] == "student" && !s.Grades.All &&
		!slices.ContainsFunc(strings.Split(f.text["grades"], ","), func(g string) bool {
			return slices.Contains(s.Grades.Only, g)
		}) {
		return false
	}
	here, anywhere := false, false
	w.each("enrollments", func(e string, ef *fact) {
		class := ef.refs["class"][0]
		if ef.refs["user"][0] == id && stillCounts(s, ef) {
			anywhere = anywhere || w.live("classes", class)
			here = here || w.whole("enrollments", e) && in.has("classes", class)
		}
	})
	belongs := slices.ContainsFunc(f.refs["orgs"], func(org string) bool { return w.chosen(s, org) })
	return here || s.Unenrolled && !anywhere && belongs
}

// stillCounts reports whether an enrollment is not former, or former ones are asked for.
func stillCounts(s view.Scope, f *fact) bool {
	end := f.text["endDate"]
	return s.Former || end == "" || s.Day != "" && end >= s.Day
}

// guards reports whether a user is a guardian of a student who is in.
func (w world) guards(in insiders, id string, f *fact) bool {
	if !isGuardian(f) {
		return false
	}
	for other := range in["users"] {
		o := w["users"][other]
		if o.text["role"] == "student" && (slices.Contains(o.refs["agents"], id) || slices.Contains(f.refs["agents"], other)) {
			return true
		}
	}
	return false
}

// draft is a row of a package under construction.
type draft struct {
	id      string
	text    map[string]string
	refs    map[string][]string
	gone    bool // it says that its record is deleted
	spoiled bool // it has no usable value where it must have one
}

// read is the row's text as it is understood: a grade is its code.
func (d draft) read() map[string]string {
	text := maps.Clone(d.text)
	if grades, has := text["grades"]; has {
		text["grades"] = strings.Replace(","+grades, ",1", ",01", 1)[1:]
	}
	return text
}

// drafts are the rows of a package by entity; an entity that is not in it has no
// file.
type drafts map[string][]draft

// sizes are how many records of each entity there can be.
func sizes() map[string]int {
	return map[string]int{
		"academicSessions": 4, "orgs": 6, "courses": 4, "classes": 6, "users": 9, "enrollments": 10,
		"demographics": 9, "resources": 3, "classResources": 4, "courseResources": 4,
	}
}

// idOf is the sourcedId of the nth record of an entity; demographics have that of
// their user.
func idOf(e catalog.Entity, n int) string {
	if e.Describes != "" {
		e, _ = catalog.Find(e.Describes)
	}
	return fmt.Sprint(e.Name, "-", n)
}

// drawPackage draws a package out of one world of names, so that a second one
// changes, removes and brings back records of the first.
func drawPackage(t *rapid.T) drafts {
	p := drafts{}
	for _, e := range catalog.Tables(catalog.V11) {
		if e.Optional && rapid.IntRange(0, 5).Draw(t, e.Plural+" absent") == 0 {
			continue
		}
		p[e.Plural] = []draft{}
		for n := range sizes()[e.Plural] {
			luck := rapid.IntRange(0, 19).Draw(t, fmt.Sprint(e.Name, " ", n, " luck"))
			if luck > 16 { // rapid likes small numbers
				continue
			}
			row := draft{id: idOf(e, n), text: map[string]string{}, refs: map[string][]string{}, gone: luck == 16, spoiled: luck == 15 && spoilable(e)}
			for _, f := range e.Stored(catalog.V11)[3:] {
				row.drawCell(t, e, f, n)
			}
			p[e.Plural] = append(p[e.Plural], row)
		}
	}
	return p
}

// spoilable reports whether the entity has a cell that a row must have right.
func spoilable(e catalog.Entity) bool { return requiredCell(e).Name != "" }

// requiredCell is such a cell: a name of a person, or a word by which records hang
// together.
func requiredCell(e catalog.Entity) catalog.Field {
	for _, f := range e.Stored(catalog.V11)[3:] {
		named := f.Kind == catalog.Text && f.Category == catalog.StudentName
		if f.Required && (named || f.Kind == catalog.Token && f.Class == catalog.Structural) {
			return f
		}
	}
	return catalog.Field{}
}

func (d draft) drawCell(t *rapid.T, e catalog.Entity, f catalog.Field, n int) {
	label := d.id + " " + f.Name
	switch {
	case f.Kind == catalog.Reference && f.Target == e.Plural: // a tree: up is before
		if up := rapid.IntRange(-1, n-1).Draw(t, label); up >= 0 {
			d.refs[f.Name] = []string{idOf(e, up)}
		}
	case f.Kind == catalog.Reference:
		d.refs[f.Name] = []string{drawID(t, f.Target, label)}
	case f.Kind == catalog.References:
		least := 0
		if f.Required {
			least = 1
		}
		for i := range rapid.IntRange(least, 3).Draw(t, label+" count") {
			d.refs[f.Name] = append(d.refs[f.Name], drawID(t, f.Target, fmt.Sprint(label, " ", i)))
		}
	case f.Name == "role" && e.Plural == "users":
		d.text[f.Name] = rapid.SampledFrom([]string{"student", "student", "student", "teacher", "guardian", "parent", "aide"}).Draw(t, label)
	case f.Name == "grades" && e.Plural == "users":
		d.text[f.Name] = rapid.SampledFrom([]string{"", "01", "1", "02", "1,02"}).Draw(t, label)
	case f.Kind == catalog.Token && f.Class == catalog.Structural:
		d.text[f.Name] = rapid.SampledFrom(f.Values).Draw(t, label)
	case f.Kind == catalog.Text && f.Class != catalog.Credential:
		d.text[f.Name] = rapid.SampledFrom([]string{"x", "xy", "yx", "7"}).Draw(t, label)
	case f.Name == "birthDate": // one that has not been is left out
		d.text[f.Name] = rapid.SampledFrom([]string{"", "2015-01-01", "2015-12-31", "2016-01-01"}).Draw(t, label)
	case f.Kind == catalog.Date && !f.Required:
		d.text[f.Name] = rapid.SampledFrom([]string{"", "2026-01-01", "2026-12-31", "2027-01-01"}).Draw(t, label)
	case f.Required:
		d.text[f.Name] = anything(f)
	}
}

// drawID is the sourcedId of a record of the entity, or now and then of none.
func drawID(t *rapid.T, plural, label string) string {
	e, _ := catalog.Find(plural)
	return idOf(e, rapid.SampledFrom(upTo(sizes()[plural])).Draw(t, label))
}

// upTo are the numbers from 0 to n.
func upTo(n int) []int {
	all := make([]int, n+1)
	for i := range all {
		all[i] = i
	}
	return all
}

// anything is a value that the field may have.
func anything(f catalog.Field) string {
	switch f.Kind {
	case catalog.Token:
		return f.Values[0]
	case catalog.Boolean:
		return "true"
	case catalog.Date:
		return "2026-01-01"
	case catalog.Year:
		return "2026"
	}
	return "x"
}

// parcel is the package as files.
func (p drafts) parcel() parcel {
	files := parcel{}
	manifest := "propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\n"
	for _, name := range []string{"categories", "lineItems", "results"} {
		manifest += "file." + name + ",absent\n"
	}
	for _, e := range catalog.Tables(catalog.V11) {
		rows, there := p[e.Plural]
		if !there {
			manifest += "file." + e.Plural + ",absent\n"
			continue
		}
		manifest += "file." + e.Plural + ",bulk\n"
		files[e.File()] = sheet(e, rows)
	}
	files["manifest.csv"] = manifest
	return files
}

func sheet(e catalog.Entity, rows []draft) string {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	var header []string
	for _, f := range e.Columns(catalog.V11) {
		header = append(header, f.Header())
	}
	_ = w.Write(header) // a Buffer takes everything
	for _, row := range rows {
		var cells []string
		for _, f := range e.Columns(catalog.V11) {
			cells = append(cells, row.cellOf(e, f))
		}
		_ = w.Write(cells)
	}
	w.Flush()
	return b.String()
}

func (d draft) cellOf(e catalog.Entity, f catalog.Field) string {
	switch {
	case f.Name == "sourcedId":
		return d.id
	case f.Name == "status" && d.gone:
		return "tobedeleted"
	case f.Kind.Refers():
		return strings.Join(d.refs[f.Name], ",")
	case d.spoiled && f.Name == requiredCell(e).Name:
		return map[catalog.Kind]string{catalog.Token: "unsaid"}[f.Kind]
	}
	return d.text[f.Name]
}

func drawScope(t *rapid.T, n int) view.Scope {
	label := func(part string) string { return fmt.Sprint("scope ", n, " ", part) }
	some := func(part string, words []string) view.Among {
		if rapid.SampledFrom(upTo(2)).Draw(t, label(part)) > 0 {
			return view.Among{All: true}
		}
		return view.Among{Only: rapid.SliceOfNDistinct(rapid.SampledFrom(words), 0, 4, rapid.ID[string]).Draw(t, label(part+" only"))}
	}
	ids := func(plural string) []string {
		e, _ := catalog.Find(plural)
		var all []string
		for _, n := range upTo(sizes()[plural]) {
			all = append(all, idOf(e, n))
		}
		return all
	}
	return view.Scope{
		Orgs: some("orgs", ids("orgs")), Courses: some("courses", ids("courses")), Classes: some("classes", ids("classes")),
		Roles:      some("roles", []string{"student", "teacher", "guardian", "aide"}),
		Grades:     some("grades", []string{"01", "02", "03"}),
		Unenrolled: rapid.Bool().Draw(t, label("unenrolled")), Guardians: rapid.Bool().Draw(t, label("guardians")),
		Former: rapid.Bool().Draw(t, label("former")), Day: rapid.SampledFrom([]string{"2026-12-31", "", "2026-01-01", "2027-01-01", "2027-01-02"}).Draw(t, label("day")),
	}
}

// drawing is a world told in two packages, and scopes to look at it.
type drawing struct {
	packages []drafts
	scopes   []view.Scope
	optedOut [][]string // by scope, sourcedIds of users
	kept     [][]view.Kept
}

const scopesPerWorld = 6

func draw(t *rapid.T) drawing {
	d := drawing{packages: []drafts{drawPackage(t)}}
	if rapid.Bool().Draw(t, "a second package") {
		d.packages = append(d.packages, drawPackage(t))
	}
	for n := range scopesPerWorld {
		d.scopes = append(d.scopes, drawScope(t, n))
		d.optedOut = append(d.optedOut, drawOptOuts(t, n))
		d.kept = append(d.kept, drawKept(t, n))
	}
	return d
}

// drawOptOuts draws who is opted out: now and then somebody whom the roster does not have.
func drawOptOuts(t *rapid.T, n int) []string {
	users, _ := catalog.Find("users")
	var all []string
	for _, user := range upTo(sizes()["users"]) {
		all = append(all, idOf(users, user))
	}
	return rapid.SliceOfNDistinct(rapid.SampledFrom(all), 0, 4, rapid.ID[string]).Draw(t, fmt.Sprint("opted out ", n))
}

// reset empties a roster: a new database for each drawing would take longer than
// the rest.
func reset(t testing.TB, db *database.Database) {
	t.Helper()
	err := db.Write.Transaction(func(tx *gorm.DB) error {
		tables := []string{"changes", "generations", "entity_ids", "bag_keys", "reviews"}
		for _, e := range catalog.Tables(catalog.V11) {
			tables = append(tables, e.Table())
		}
		for _, table := range tables {
			if err := tx.Exec("DELETE FROM " + table).Error; err != nil {
				return err
			}
		}
		return tx.Exec("UPDATE numbers SET value = 0 WHERE name = 'generation'").Error
	})
	if err != nil {
		t.Fatal(err)
	}
}

// told imports the packages of a drawing into an empty roster, and into the
// model.
func (d drawing) told(t testing.TB, s dbtest.Store) (*view.Snapshot, world) {
	t.Helper()
	reset(t, s.DB)
	r, w := rostertest.Open(s.DB, s.Ledger, time.Now), world{}
	for _, p := range d.packages {
		report, err := r.Import(context.Background(), p.parcel().Folder(t), intake.Options{AcceptHold: true})
		if err != nil {
			t.Fatal(err)
		}
		if v := report.Verdict; v != intake.Stored && v != intake.Unchanged {
			t.Fatalf("the package was %s: %+v", v, report.Causes)
		}
		w.take(p)
	}
	snapshot, err := r.Snapshot(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return snapshot, w
}

// register is who has which id.
type register map[string]map[uint32]string

func registered(t testing.TB, db *database.Database) register {
	t.Helper()
	all := register{}
	for _, e := range catalog.Tables(catalog.V11) {
		var rows []struct {
			ID        uint32
			SourcedID string
		}
		if err := db.Read.Table(e.Table()).Select("id, sourced_id").Find(&rows).Error; err != nil {
			t.Fatal(err)
		}
		all[e.Plural] = map[uint32]string{}
		for _, row := range rows {
			all[e.Plural][row.ID] = row.SourcedID
		}
	}
	return all
}

// check holds a drawing's views against the model.
func (d drawing) check(t testing.TB, s dbtest.Store) {
	t.Helper()
	snapshot, w := d.told(t, s)
	who := registered(t, s.DB)
	for n, scope := range d.scopes {
		view, in := snapshot.View(who.optedOut(scope, "", d.optedOut[n]...)), w.reach(scope, d.optedOut[n]...)
		checkOptOuts(t, view, who, d.optedOut[n])
		checkKept(t, snapshot, who.optedOut(scope, "", d.optedOut[n]...), d.kept[n], w, who)
		for _, e := range catalog.Tables(catalog.V11) {
			got := []string{}
			for _, id := range view.Set(e.Plural).ToArray() {
				got = append(got, who[e.Plural][id])
			}
			slices.Sort(got)
			if want := slices.Sorted(maps.Keys(in[e.Plural])); !slices.Equal(got, want) {
				t.Fatalf("%s in %+v:\n got %q\nwant %q", e.Plural, scope, got, want)
			}
			checkReferences(t, e, view, w, in, who)
			checkWhy(t, e, view, who)
		}
	}
}

// checkOptOuts wants no trace of who is opted out, whatever a scope says.
func checkOptOuts(t testing.TB, view *view.View, who register, optedOut []string) {
	t.Helper()
	enrollments, _ := catalog.Find("enrollments")
	user, _ := enrollments.Field("user")
	for _, sourcedID := range optedOut {
		id := who.id("users", sourcedID)
		if id == 0 {
			continue
		}
		if view.Set("users").Contains(id) || view.Set("demographics").Contains(id) {
			t.Fatalf("%s is opted out, and in the view", sourcedID)
		}
		for _, e := range view.Set("enrollments").ToArray() {
			if slices.Contains(view.Snapshot.Backwards(enrollments, user, id), e) {
				t.Fatalf("%s is opted out, and an enrollment of theirs is in the view", sourcedID)
			}
		}
	}
}

// checkReferences wants of each record in the view exactly the references that
// lead into it, and one at least where the record must refer.
func checkReferences(t testing.TB, e catalog.Entity, view *view.View, w world, in insiders, who register) {
	t.Helper()
	for _, id := range view.Set(e.Plural).ToArray() {
		sourcedID := who[e.Plural][id]
		for _, f := range e.In(catalog.V11) {
			if !f.Kind.Refers() {
				continue
			}
			var got []string
			targets := view.Targets(e.Plural, f, id)
			for _, to := range targets {
				got = append(got, who[f.Target][to])
			}
			if f.Through != nil && !slices.IsSorted(targets) {
				t.Fatalf("%s.%s of %s are listed in the order of something else", e.Plural, f.Name, sourcedID)
			}
			if want := w.targets(in, e, f, sourcedID); !same(f, got, want) {
				t.Fatalf("%s.%s of %s leads to %q, not %q", e.Plural, f.Name, sourcedID, got, want)
			}
			if f.Required && len(got) == 0 && len(w[e.Plural][sourcedID].refs[f.Name]) > 0 {
				t.Fatalf("%s.%s of %s leads nowhere", e.Plural, f.Name, sourcedID)
			}
		}
	}
}

// same compares targets, those of computed fields without an order.
func same(f catalog.Field, got, want []string) bool {
	if f.Through != nil {
		got, want = slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
	}
	return slices.Equal(got, want)
}

// targets are what a field of a record that is in refers to and is in as well.
func (w world) targets(in insiders, e catalog.Entity, f catalog.Field, id string) []string {
	all := w[e.Plural][id].refs[f.Name]
	if f.Through != nil {
		all = nil
		for other := range in[f.Through.Entity] {
			through := w[f.Through.Entity][other]
			switch {
			case !slices.Contains(through.refs[f.Through.Field], id):
			case f.Through.Member == "":
				all = append(all, other)
			case !slices.Contains(all, through.refs[f.Through.Member][0]):
				all = append(all, through.refs[f.Through.Member][0])
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(to string) bool { return !in.has(f.Target, to) })
}

func TestAViewHoldsWhatTheRulesSay(t *testing.T) {
	s := dbtest.New(t, database.SQLite)
	rapid.Check(t, func(rt *rapid.T) {
		d := draw(rt)
		d.check(failing{t, rt}, s)
	})
}

// The database must not matter, so a few worlds are enough.
func TestAViewHoldsWhatTheRulesSayOnPostgreSQL(t *testing.T) {
	s := dbtest.New(t, database.Postgres)
	for seed := range 12 {
		rapid.Custom(draw).Example(seed).check(t, s)
	}
}

// failing is a test whose failures rapid hears of, so that it can look for a
// smaller one.
type failing struct {
	testing.TB
	draws *rapid.T
}

// Fatal fails the draw.
func (f failing) Fatal(args ...any) { f.draws.Fatal(args...) }

// Fatalf fails the draw.
func (f failing) Fatalf(format string, args ...any) { f.draws.Fatalf(format, args...) }

// Errorf fails the draw, later.
func (f failing) Errorf(format string, args ...any) { f.draws.Errorf(format, args...) }
