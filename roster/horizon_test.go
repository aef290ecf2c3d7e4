package roster_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/notice"
	"github.com/rostergate/rostergate/roster/rostertest"
	"github.com/rostergate/rostergate/roster/view"
	"gorm.io/gorm"
)

// watcher is a reader who looks now and then, and remembers what was there.
type watcher struct {
	s     dbtest.Store
	r     *rostertest.Rooms
	name  string
	scope view.Scope
	shows map[string]notice.Names

	dates    map[string]string // by "users ana"
	revision string
	shown    string
	latest   string // of all dates ever seen
}

// opened is a roster that keeps its horizons where the ledger is.
func opened(s dbtest.Store, clock func() time.Time) *rostertest.Rooms {
	return rostertest.Open(s.DB, s.Ledger, clock)
}

// watch has somebody see all fields of all records, and look for the first time.
func watch(t testing.TB, s dbtest.Store, r *rostertest.Rooms, name string) *watcher {
	t.Helper()
	w := &watcher{s: s, r: r, name: name, scope: everybody(), shows: map[string]notice.Names{}}
	for _, e := range catalog.Tables(catalog.V11) {
		if e.Served {
			w.shows[e.Plural] = namesOf(e)
		}
	}
	w.look(t)
	return w
}

// namesOf are all names that an entity of the town shows.
func namesOf(e catalog.Entity) notice.Names {
	var names notice.Names
	for _, f := range e.In(catalog.V11) {
		if f.Kind == catalog.Identifiers {
			names = append(names, f.Name+".LDAP", f.Name+".StateID")
			continue
		}
		names = append(names, f.Name)
	}
	slices.Sort(names)
	return names
}

// sight is what the watcher may see now.
func (w *watcher) sight(t testing.TB, r *rostertest.Rooms) notice.Sight {
	t.Helper()
	snapshot, err := r.Snapshot(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	stamp, err := revision.Read(w.s.DB.Read)
	if err != nil {
		t.Fatal(err)
	}
	return notice.Sight{Reader: w.name, Print: fmt.Sprint(w.scope, w.shows), Stamp: stamp, View: snapshot.View(w.scope), Shows: w.shows}
}

// look looks, and returns what is different from the last time: "users ana" whose
// date moved or who came, "-users ben" who went. What holds of any two looks is
// checked on the way: dates only grow, a new one is later than all that were ever
// seen, and the revision moves exactly if something is different.
func (w *watcher) look(t testing.TB) []string {
	t.Helper()
	sight := w.sight(t, w.r)
	h, err := w.r.Horizon(context.Background(), sight)
	if err != nil {
		t.Fatal(err)
	}
	who, now := registered(t, w.s.DB), map[string]string{}
	for entity := range w.shows {
		date := h.Dates(entity)
		for _, id := range sight.View.Set(entity).ToArray() {
			now[entity+" "+who[entity][id]] = string(date(id))
		}
	}
	noticed := w.compare(t, now)
	first, shown := w.dates == nil, fmt.Sprint(w.shows)
	if moved := h.Revision() != w.revision; !first && moved != (len(noticed) > 0 || shown != w.shown) {
		t.Errorf("%s noticed %q, and the revision moved is %t", w.name, noticed, moved)
	}
	w.dates, w.revision, w.shown = now, h.Revision(), shown
	for _, date := range now {
		w.latest = max(w.latest, date)
	}
	return noticed
}

func (w *watcher) compare(t testing.TB, now map[string]string) []string {
	t.Helper()
	noticed := []string{}
	for record, date := range now {
		if date == w.dates[record] {
			continue
		}
		noticed = append(noticed, record)
		if date <= w.latest {
			t.Errorf("%s sees %s dated %s, and saw %s before", w.name, record, date, w.latest)
		}
	}
	for record := range w.dates {
		if now[record] == "" {
			noticed = append(noticed, "-"+record)
		}
	}
	slices.Sort(noticed)
	return noticed
}

// notices looks and compares; want is "users ana; -users ben".
func (w *watcher) notices(t testing.TB, want string) {
	t.Helper()
	wanted := []string{}
	for record := range strings.SplitSeq(want, ";") {
		if record = strings.TrimSpace(record); record != "" {
			wanted = append(wanted, record)
		}
	}
	slices.Sort(wanted)
	if got := w.look(t); !slices.Equal(got, wanted) {
		t.Errorf("%s notices %q, not %q", w.name, got, wanted)
	}
}

// save is a saved permission, whatever it says.
func save(t testing.TB, s dbtest.Store) {
	t.Helper()
	if err := s.DB.Write.Transaction(revision.MovePermission); err != nil {
		t.Fatal(err)
	}
}

// started is an imported town, and somebody who watches all of it.
func started(t *testing.T, s dbtest.Store) (*rostertest.Rooms, parcel, *watcher) {
	t.Helper()
	r, p := opened(s, time.Now), town(t)
	restore(t, r, p)
	return r, p, watch(t, s, r, "all")
}

func TestAReaderNoticesWhatItSeesChangeAndNothingElse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r, p, all := started(t, s)
		names := watch(t, s, r, "names")
		names.shows = map[string]notice.Names{"users": {"dateLastModified", "familyName", "givenName=initial", "middleName!constant", "sourcedId", "userIds.LDAP"}}
		names.look(t)
		change := func(file, edit, forAll, forNames string) {
			t.Helper()
			p.Edit(t, file, edit)
			restore(t, r, p)
			all.notices(t, forAll)
			names.notices(t, forNames)
		}
		change("users.csv", "~ ana@cedar.example => ana@new.example", "users ana", "")
		change("users.csv", "~ Ben,Cole => Ben,Kohl", "users ben", "users ben")
		change("users.csv", "~ Ana,Ruiz => Anna,Ruiz", "users ana", "")               // an initial stays the same
		change("users.csv", "~ Sol => Luz", "users ana", "")                          // a constant does not
		change("users.csv", "~ Ben,Kohl,, => Ben,Kohl,Bo,", "users ben", "users ben") // but where it comes
		change("users.csv", "~ {StateID:880011} => {StateID:880012}", "users ana", "")
		change("users.csv", "~ {LDAP:bcole} => {LDAP:bkohl}", "users ben", "users ben")
		change("orgs.csv", "~ Elm High => Elm Tree High", "orgs elm", "")
		change("users.csv", "- cleo", "-users cleo", "-users cleo")
	})
}

func TestAComputedFieldChangesWithTheRecordsThatMakeItUp(t *testing.T) {
	s := dbtest.New(t, database.SQLite)
	r, p, all := started(t, s)
	blind := watch(t, s, r, "blind")
	for entity, hidden := range map[string]string{"orgs": "children", "academicSessions": "children", "classes": "resources", "courses": "resources"} {
		blind.shows[entity] = slices.DeleteFunc(slices.Clone(blind.shows[entity]), func(name string) bool { return name == hidden })
	}
	blind.look(t)
	change := func(file, edit, forAll, forBlind string) {
		t.Helper()
		p.Edit(t, file, edit)
		restore(t, r, p)
		all.notices(t, forAll)
		blind.notices(t, forBlind)
	}
	change("orgs.csv", "~ 103,oak => 103,elm", "orgs annex; orgs oak; orgs elm", "orgs annex")
	change("orgs.csv", "~ 103,elm => 103,", "orgs annex; orgs elm", "orgs annex")
	change("orgs.csv", "+ new,,,New,school,109,elm", "orgs new; orgs elm", "orgs new")
	change("orgs.csv", "- new", "-orgs new; orgs elm", "-orgs new")
	change("academicSessions.csv", "~ 2026-06-05,year,2026 => 2026-06-05,,2026", "academicSessions spring; academicSessions year", "academicSessions spring")
	change("classResources.csv", "~ reading-a,primer => art-a,primer", "classes reading-a; classes art-a", "")
	change("classResources.csv", "~ art-a,primer => art-a,shelved", "classes art-a", "")
	change("classResources.csv", "+ cr-2,,,,reading-a,atlas", "classes reading-a", "")
	change("classResources.csv", "- cr-2", "classes reading-a", "")
	change("courseResources.csv", "~ algebra,atlas => art,atlas", "courses algebra; courses art", "")
	change("courseResources.csv", "~ ,art => a title,art", "", "")
}

// What a reader does not see, it must not notice by the records that refer to it.
func TestAReferenceToARecordOutOfSightIsNotNoticed(t *testing.T) {
	s := dbtest.New(t, database.SQLite)
	r, p, all := started(t, s)
	oak := watch(t, s, r, "oak")
	oak.scope = narrowed(func(sc *view.Scope) { sc.Orgs, sc.Guardians = only("oak"), false })
	oak.look(t)
	change := func(file, edit, forAll, forOak string) {
		t.Helper()
		p.Edit(t, file, edit)
		restore(t, r, p)
		all.notices(t, forAll)
		oak.notices(t, forOak)
	}
	change("users.csv", "~ ,rosa,03 => ,,03", "users ana", "")
	change("users.csv", "~ 7001,ana@cedar.example,,,,03 => 7001,ana@cedar.example,,,otto,03", "users ana", "")
	change("users.csv", `~ true,"oak,elm",teacher => true,"oak,annex",teacher`, "users t-lin", "users t-lin")
	change("users.csv", `~ true,"oak,annex",teacher => true,"oak,elm",teacher`, "users t-lin", "users t-lin")
	change("users.csv", `~ true,"oak,elm",teacher => true,oak,teacher`, "users t-lin", "")
	change("orgs.csv", "+ new,,,New,school,109,district", "orgs new; orgs district", "")
	change("orgs.csv", "- new", "-orgs new; orgs district", "")
	change("orgs.csv", "~ 103,oak => 103,elm", "orgs annex; orgs elm; orgs oak", "-orgs annex; orgs oak")
}

func TestTheOrderOfReferencesIsNoticed(t *testing.T) {
	s := dbtest.New(t, database.SQLite)
	r, p, all := started(t, s)
	p.Edit(t, "users.csv", `~ "oak,elm" => "elm,oak"`)
	restore(t, r, p)
	all.notices(t, "users t-lin")
}

func TestWhatComesIntoSightIsDatedAnew(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r, _, all := started(t, s)
		some := watch(t, s, r, "some")
		full := some.shows["users"]
		step := func(scope func(*view.Scope), users notice.Names, want string) {
			t.Helper()
			save(t, s)
			some.scope, some.shows["users"] = narrowed(scope), users
			some.notices(t, want)
			all.notices(t, "")
		}
		everyone := func(*view.Scope) {}
		without := func(names ...string) notice.Names {
			return slices.DeleteFunc(slices.Clone(full), func(n string) bool { return slices.Contains(names, n) })
		}
		step(everyone, full, "")
		step(everyone, without("email", "phone"), "")
		everyUser := "users ana; users ben; users cleo; users dan; users otto; users rosa; users t-lin"
		step(everyone, without("phone"), everyUser)
		step(everyone, full, everyUser)
		step(everyone, without("phone"), "")
		// Ana's agent goes, and Ben's does not name anybody: his father names him.
		step(func(sc *view.Scope) { sc.Guardians = false }, without("phone"), "-users otto; -users rosa; users ana")
		step(everyone, without("phone"), "users otto; users rosa; users ana")
		step(func(sc *view.Scope) { sc.Unenrolled = false }, without("phone"), "-users cleo")
		step(everyone, without("phone"), "users cleo")
		delete(some.shows, "demographics")
		step(everyone, without("phone"), "-demographics ana; -demographics ben; -demographics dan")
		some.shows["demographics"] = all.shows["demographics"]
		step(everyone, without("phone"), "demographics ana; demographics ben; demographics dan")
	})
}

func TestAMaskIsNoticedWhenItChanges(t *testing.T) {
	s := dbtest.New(t, database.SQLite)
	r, p, _ := started(t, s)
	w := watch(t, s, r, "masked")
	w.shows = map[string]notice.Names{"users": {"familyName", "sourcedId"}}
	w.look(t)
	everyUser := "users ana; users ben; users cleo; users dan; users otto; users rosa; users t-lin"
	for _, mask := range []string{"familyName=initial", "familyName=pseudonym", "familyName!constant", "familyName"} {
		w.shows = map[string]notice.Names{"users": {mask, "sourcedId"}}
		save(t, s)
		w.notices(t, everyUser)
		save(t, s)
		w.notices(t, "")
	}
	p.Edit(t, "users.csv", "~ Ben,Cole => Ben,Kohl")
	restore(t, r, p)
	w.notices(t, "users ben")
}

// Whoever asks for what changed since the last answer must find it dated later
// than that, however long the import took.
func TestAnImportIsDatedBehindWhatWasAnsweredWhileItRan(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r, p, all := started(t, s)
		later := watch(t, s, r, "later")
		p.Edit(t, "users.csv", "~ ana@cedar.example => ana@new.example")
		ahead := opened(s, func() time.Time { return time.Now().Add(time.Hour) })
		_, err := r.Import(context.Background(), p.Folder(t), intake.Options{Committing: func(*gorm.DB, *intake.Report) error {
			// Another process, whose clock is ahead, answers meanwhile.
			later.r = ahead
			later.shows["users"] = notice.Names{"email", "phone", "sourcedId"}
			later.shows["orgs"] = notice.Names{"name", "sourcedId"}
			if s.DB.Dialect == database.Postgres {
				save(t, s) // on SQLite the import is the one writer
			}
			later.scope = narrowed(func(sc *view.Scope) { sc.Unenrolled = false })
			later.look(t)
			return nil
		}})
		if err != nil {
			t.Fatal(err)
		}
		later.notices(t, "users ana")
		all.notices(t, "users ana")
		var began, committed string
		row := s.DB.Read.Raw("SELECT u.date_last_modified, g.committed_at FROM users u, generations g WHERE u.sourced_id = 'ana' ORDER BY g.generation DESC LIMIT 1").Row()
		if err := row.Scan(&began, &committed); err != nil || committed < began {
			t.Errorf("began at %s, committed at %s, %v", began, committed, err)
		}
	})
}

func TestDatesGrowThoughTheClockGoesBack(t *testing.T) {
	s := dbtest.New(t, database.SQLite)
	r, p := opened(s, backwards()), town(t)
	restore(t, r, p)
	w := watch(t, s, r, "all")
	for i := range 3 {
		p.Edit(t, "users.csv", fmt.Sprintf("~ ana%s@ => ana%s@", strings.Repeat("a", i), strings.Repeat("a", i+1)))
		restore(t, r, p)
		w.notices(t, "users ana")
		save(t, s)
		w.scope = narrowed(func(sc *view.Scope) { sc.Unenrolled = i%2 == 1 })
		w.look(t)
	}
}

// After a restore the numbers may be lower, and stand for other states.
func TestARestoredDatabaseIsSeenAnew(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r, p, all := started(t, s)
		for range 3 {
			save(t, s)
			all.notices(t, "")
		}
		behind(t, r, false)
		if err := s.DB.Write.Exec("UPDATE numbers SET value = value - 2 WHERE name = 'permission'").Error; err != nil {
			t.Fatal(err)
		}
		behind(t, r, true)
		begin := func(tx *gorm.DB) error { return revision.Renew(tx, rand.Reader) }
		if err := s.DB.Write.Transaction(begin); err != nil {
			t.Fatal(err)
		}
		behind(t, r, false)
		if got := all.look(t); len(got) != len(all.dates) {
			t.Errorf("of %d records, %d come anew", len(all.dates), len(got))
		}
		all.notices(t, "")
		p.Edit(t, "users.csv", "- cleo")
		restore(t, r, p)
		all.notices(t, "-users cleo")
		save(t, s)
		all.scope = narrowed(func(sc *view.Scope) { sc.Guardians = false })
		all.notices(t, "-users otto; -users rosa; users ana")
	})
}

// behind wants the store to be older than what readers saw, or not.
func behind(t *testing.T, r *rostertest.Rooms, want bool) {
	t.Helper()
	if is, err := r.Behind(context.Background()); err != nil || is != want {
		t.Errorf("the store is older than what readers saw: %t, %v", is, err)
	}
}

// After a restore the ledger may know ids that the store would give again.
func TestIDsThatTheLedgerKnowsAreNotGivenAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r, p, _ := started(t, s)
		skip := func(tx *gorm.DB) error {
			return roster.SkipIDs(tx, map[string]uint32{"users": 500, "demographics": 600, "orgs": 1})
		}
		if err := s.DB.Write.Transaction(skip); err != nil {
			t.Fatal(err)
		}
		p.Edit(t, "users.csv", "+ newcomer,,,true,oak,student,newcomer,,New,Comer,,,,,,,03,")
		p.Edit(t, "orgs.csv", "+ fir,,,Fir,school,,district")
		restore(t, r, p)
		who := registered(t, s.DB)
		if who["users"][601] != "newcomer" {
			t.Errorf("an id that stands for somebody else in the ledger is given again: %v", who["users"])
		}
		if last := slices.Max(slices.Collect(maps.Keys(who["orgs"]))); int(last) != len(who["orgs"]) {
			t.Errorf("of orgs no id was to be skipped, and the last one is %d", last)
		}
	})
}

func TestWhatCameIntoSightDoesNotPileUp(t *testing.T) {
	s := dbtest.New(t, database.SQLite)
	_, _, all := started(t, s)
	for i := range 20 {
		save(t, s)
		all.scope = narrowed(func(sc *view.Scope) { sc.Guardians = i%2 == 1; sc.Unenrolled = i%3 > 0 })
		all.look(t)
	}
	var kept int64
	if err := s.Ledger.Read.Table("horizon_moves").Count(&kept).Error; err != nil || kept > 6 {
		t.Errorf("%d moves are kept, %v", kept, err)
	}
}

// Two processes, many answers at once, and savers in between: whoever asks gets
// the same dates.
func TestProcessesDateAlike(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r, _, all := started(t, s)
		processes := []*rostertest.Rooms{r, opened(s, func() time.Time { return time.Now().Add(time.Minute) })}
		for i := range 6 {
			save(t, s)
			all.scope = narrowed(func(sc *view.Scope) { sc.Guardians = i%2 == 1 })
			var answers [8]string
			var asking sync.WaitGroup
			for n := range answers {
				asking.Go(func() { answers[n] = all.asked(t, processes[n%2]) })
			}
			asking.Wait()
			if different := slices.Compact(slices.Sorted(slices.Values(answers[:]))); len(different) > 1 {
				t.Fatalf("after save %d there are %d answers:\n%s", i, len(different), strings.Join(different, "\n"))
			}
		}
	})
}

// asked is all that a process tells of dates, as text.
func (w *watcher) asked(t *testing.T, r *rostertest.Rooms) string {
	sight := w.sight(t, r)
	h, err := r.Horizon(context.Background(), sight)
	if err != nil {
		t.Error(err)
		return ""
	}
	text := h.Revision()
	for _, entity := range slices.Sorted(maps.Keys(w.shows)) {
		date := h.Dates(entity)
		for _, id := range sight.View.Set(entity).ToArray() {
			text += fmt.Sprintf(" %s %d %s", entity, id, date(id))
		}
	}
	return text
}
