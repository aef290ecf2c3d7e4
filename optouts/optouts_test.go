package optouts_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/optouts"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/rostertest"
	"github.com/rostergate/rostergate/secret"
)

var ada = apps.By{Actor: "cli:ada", Reason: "form of 3 May"}

// district is a store with a small roster, two apps and the register.
type district struct {
	*optouts.Registry
	t     *testing.T
	store dbtest.Store
	apps  *apps.Registry
	rooms *rostertest.Rooms
}

// rules compiles the engine once for all tests.
var rules = sync.OnceValues(policy.New)

func each(t *testing.T, fn func(t *testing.T, d district)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		key, err := secret.New(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		d := district{
			t: t, store: s,
			apps:  &apps.Registry{DB: s.DB, Key: key, Clock: time.Now, Rand: rand.Reader, Engine: rules},
			rooms: rostertest.Open(s.DB, s.Ledger, time.Now),
		}
		d.Registry = &optouts.Registry{DB: s.DB, Apps: d.apps, Clock: time.Now}
		d.imports(rostertest.Read(t, "../roster/testdata/base.txtar"))
		for _, id := range []string{"amplify", "alexandria"} {
			if _, _, err := d.apps.Create(t.Context(), apps.NewApp{ID: id, Preset: id}, ada); err != nil {
				t.Fatal(err)
			}
		}
		fn(t, d)
	})
}

func (d district) imports(p rostertest.Parcel) {
	d.t.Helper()
	if _, err := d.rooms.Import(d.t.Context(), p.Folder(d.t), intake.Options{AcceptHold: true}); err != nil {
		d.t.Fatal(err)
	}
}

// of are the sourcedIds of whom an app gets nothing of.
func (d district) of(app string) []string {
	d.t.Helper()
	found, err := optouts.Of(d.store.DB.Read, app)
	if err != nil {
		d.t.Fatal(err)
	}
	persons, err := roster.Persons(d.store.DB.Read, found.Users)
	if err != nil {
		d.t.Fatal(err)
	}
	ids := []string{}
	for _, p := range persons {
		ids = append(ids, p.SourcedID)
	}
	slices.Sort(ids)
	return ids
}

func (d district) id(student string) uint32 {
	d.t.Helper()
	users, _ := catalog.Find("users")
	id, _, err := roster.New(d.store.DB).Find(d.t.Context(), users, student)
	if err != nil || id == 0 {
		d.t.Fatalf("%s is %d, %v", student, id, err)
	}
	return id
}

func (d district) stamp() int64 {
	d.t.Helper()
	now, err := revision.Read(d.store.DB.Read)
	if err != nil {
		d.t.Fatal(err)
	}
	return now.Permission
}

// changes are the entries that a function adds to the outbox, as the ledger has them.
func (d district) changes(do func()) []string {
	d.t.Helper()
	ledger := audit.Open(d.store.Ledger, d.store.DB, time.Now)
	defer ledger.Close()
	read := func() []audit.Entry {
		if _, err := ledger.Sequence(context.Background()); err != nil {
			d.t.Fatal(err)
		}
		var all []audit.Entry
		if err := d.store.Ledger.Read.Order("id").Find(&all).Error; err != nil {
			d.t.Fatal(err)
		}
		return all
	}
	before := len(read())
	do()
	var told []string
	for _, e := range read()[before:] {
		told = append(told, strings.Join([]string{e.Actor, e.Action, e.App, e.Subject, e.Reason, e.Before, e.After}, "|"))
	}
	return told
}

func (d district) add(wanted ...optouts.Wanted) optouts.Report {
	d.t.Helper()
	report, err := d.Add(d.t.Context(), wanted, ada)
	if err != nil {
		d.t.Fatal(err)
	}
	return report
}

func (d district) want(app string, students ...string) {
	d.t.Helper()
	if got := d.of(app); !slices.Equal(got, append([]string{}, students...)) {
		d.t.Errorf("opted out of %q are %q, not %q", app, got, students)
	}
}

func TestAnOptOutIsOfTheAppsThatItNamesAndOnRecordWithoutANameOfTheStudent(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		ana, ben := d.id("ana"), d.id("ben")
		before := d.stamp()
		told := d.changes(func() {
			report := d.add(optouts.Wanted{Student: "ana"}, optouts.Wanted{Student: "ben", App: "amplify"}, optouts.Wanted{Student: "ana"})
			if !report.Stored || report.Added != 2 || report.There != 1 || len(report.Wrong) > 0 {
				t.Errorf("the report is %+v", report)
			}
		})
		d.want("amplify", "ana", "ben")
		d.want("alexandria", "ana")
		d.want("an app that is not added", "ana")
		want := []string{
			fmt.Sprintf(`cli:ada|optout.add||student %d|form of 3 May|null|{"students":[%d]}`, ana, ana),
			fmt.Sprintf(`cli:ada|optout.add|amplify|student %d|form of 3 May|null|{"students":[%d]}`, ben, ben),
		}
		if !slices.Equal(told, want) {
			t.Errorf("on record is\n%q, not\n%q", told, want)
		}
		if moved := d.stamp() - before; moved != 1 {
			t.Errorf("the permissions moved by %d", moved)
		}
		// What is there is not changed, and nobody is told.
		if told := d.changes(func() { d.add(optouts.Wanted{Student: "ana"}) }); len(told) > 0 || d.stamp()-before != 1 {
			t.Errorf("adding what is there is on record as %q", told)
		}
		told = d.changes(func() {
			if err := d.Remove(t.Context(), ana, []string{optouts.AllApps}, ada); err != nil {
				t.Fatal(err)
			}
		})
		if want := fmt.Sprintf(`cli:ada|optout.remove||student %d|form of 3 May|{"students":[%d]}|null`, ana, ana); !slices.Equal(told, []string{want}) {
			t.Errorf("on record is %q, not %q", told, want)
		}
		d.want("amplify", "ben")
		d.want("alexandria")
		if moved := d.stamp() - before; moved != 2 {
			t.Errorf("the permissions moved by %d", moved)
		}
	})
}

func TestOfOptOutsOfWhichOneIsWrongNoneIsStored(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		before := d.stamp()
		told := d.changes(func() {
			report := d.add(
				optouts.Wanted{Line: 2, Student: "ana"}, optouts.Wanted{Line: 3, Student: "Ana"}, optouts.Wanted{Line: 4, Student: "t-lin"},
				optouts.Wanted{Line: 5, Student: "ben", App: "amplfy"}, optouts.Wanted{Line: 6, Student: "a\x00b"}, optouts.Wanted{Line: 7, Student: "\xff"},
			)
			if report.Stored || report.Added != 1 {
				t.Errorf("the report is %+v", report)
			}
			var problems []string
			for _, w := range report.Wrong {
				problems = append(problems, fmt.Sprint(w.Line, " ", w.Problem))
				if strings.Contains(w.Says, "Ana") || strings.Contains(w.Says, "t-lin") || w.Says == "" {
					t.Errorf("line %d is said to be wrong by %q", w.Line, w.Says)
				}
			}
			if want := []string{"3 unknown student", "4 no student", "5 unknown app", "6 unknown student", "7 unknown student"}; !slices.Equal(problems, want) {
				t.Errorf("wrong are %q, not %q", problems, want)
			}
		})
		d.want("amplify")
		if len(told) > 0 || d.stamp() != before {
			t.Errorf("on record is %q", told)
		}
	})
}

func TestWhoLeavesTheRosterStaysOptedOutAndWhoLeftCanBe(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		whole := rostertest.Read(t, "../roster/testdata/base.txtar")
		d.add(optouts.Wanted{Student: "ana"})
		without := rostertest.Read(t, "../roster/testdata/base.txtar")
		for file, rows := range map[string][]string{"users.csv": {"ana,", "ben,"}, "enrollments.csv": {"e-ana", "e-ben"}, "demographics.csv": {"ana,"}} {
			for _, row := range rows {
				without.Edit(t, file, "- "+row)
			}
		}
		d.imports(without)
		if report := d.add(optouts.Wanted{Student: "ben", App: "amplify"}); !report.Stored {
			t.Errorf("who left is %+v", report)
		}
		list, total, err := d.List(t.Context(), optouts.Page{Old: true})
		if err != nil {
			t.Fatal(err)
		}
		named, err := d.Name(t.Context(), list)
		if err != nil || total != 2 || len(named) != 2 || named[0].Student != "ana" || named[1].Student != "ben" || !list[0].Gone || list[1].App != "amplify" || list[1].Reason != "form of 3 May" {
			t.Errorf("the register is %+v of %d, %v", list, total, err)
		}
		d.imports(whole)
		d.want("amplify", "ana", "ben")
		d.want("alexandria", "ana")
	})
}

// An export that comes to write ids in another case makes new records of them, which no
// opt-out is about: the import says so, by a count, and the register which they may be.
func TestWhoLeavesAndComesBackUnderAnotherSpellingIsTold(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.add(optouts.Wanted{Student: "ana"}, optouts.Wanted{Student: "ben", App: "amplify"})
		next := rostertest.Read(t, "../roster/testdata/base.txtar")
		for _, file := range []string{"users.csv", "enrollments.csv", "demographics.csv"} {
			lines := strings.SplitAfter(next[file], "\n")
			for i, line := range lines {
				lines[i] = strings.ReplaceAll(strings.ReplaceAll(line, ",ana,", ",ANA,"), ",ana\n", ",ANA\n")
				if strings.HasPrefix(line, "ana,") {
					lines[i] = "ANA," + strings.TrimPrefix(lines[i], "ana,")
				}
			}
			next[file] = strings.Join(lines, "")
		}
		report, err := d.rooms.Import(t.Context(), next.Folder(t), intake.Options{AcceptHold: true})
		if err != nil {
			t.Fatal(err)
		}
		counts := map[string]int{}
		for _, c := range report.Causes {
			if strings.Contains(c.Problem.Problem, "opted out") {
				counts[c.Problem.Problem] = c.Count
			}
		}
		if len(counts) != 2 || counts["a student who is opted out left the roster"] != 1 {
			t.Errorf("the import warns by %v of %+v", counts, report.Causes)
		}
		list, _, err := d.List(t.Context(), optouts.Page{Old: true})
		if err != nil {
			t.Fatal(err)
		}
		named, err := d.Name(t.Context(), list)
		if err != nil || len(named) != 2 || !named[0].Gone || !slices.Equal(named[0].MayBe, []string{"ANA"}) || len(named[1].MayBe) > 0 {
			t.Errorf("the register is %+v, %v", named, err)
		}
	})
}

// A sourcedId that comes to mean another person keeps that one out, too, and whoever
// reads the register is told to look.
func TestWhoCameBackOrWasRenamedSinceIsDoubted(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.add(optouts.Wanted{Student: "ana"}, optouts.Wanted{Student: "ben"})
		doubted := func() (doubted []string) {
			snapshot, err := d.rooms.Snapshot(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			list, _, err := d.List(t.Context(), optouts.Page{})
			if err != nil {
				t.Fatal(err)
			}
			named, err := d.Name(t.Context(), list)
			if err != nil {
				t.Fatal(err)
			}
			for _, one := range named {
				if snapshot.History.MayBeAnother(one.User, one.AddedAt) {
					doubted = append(doubted, one.Student)
				}
			}
			return doubted
		}
		if got := doubted(); len(got) > 0 {
			t.Errorf("doubted at once are %q", got)
		}
		next := rostertest.Read(t, "../roster/testdata/base.txtar")
		next.Edit(t, "users.csv", "~ ben@cedar.example => b.cole@cedar.example")
		d.imports(next)
		if got := doubted(); len(got) > 0 {
			t.Errorf("another address makes %q doubted", got)
		}
		next.Edit(t, "users.csv", "~ ,Ana,Ruiz, => ,Iris,Vega,")
		d.imports(next)
		if got := doubted(); !slices.Equal(got, []string{"ana"}) {
			t.Errorf("doubted are %q", got)
		}
		d.want("amplify", "ana", "ben")
	})
}

func TestWhatIsNotThereIsNotRemoved(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.add(optouts.Wanted{Student: "ana"}, optouts.Wanted{Student: "ben", App: "amplify"})
		before := d.stamp()
		for _, c := range []struct {
			student, app, says string
		}{
			{"ana", "amplify", "opted out of all apps, and not of amplify alone"},
			{"ben", "alexandria", "not opted out of alexandria"},
			{"ben", optouts.AllApps, "not opted out of all apps"},
			{"t-lin", "amplify", "this student is not opted out"},
		} {
			err := d.Remove(t.Context(), d.id(c.student), []string{c.app}, ada)
			if !fault.Is(err, fault.NotFound) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%s of %q: %v", c.student, c.app, err)
			}
		}
		if err := d.Remove(t.Context(), d.id("ben"), []string{"amplify", "alexandria"}, ada); err == nil {
			t.Error("a part of it was removed")
		}
		d.want("amplify", "ana", "ben")
		if d.stamp() != before {
			t.Error("the permissions moved")
		}
	})
}

func TestAnAppTakesWhatIsOfItAloneAlong(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.add(optouts.Wanted{Student: "ana"}, optouts.Wanted{Student: "ben", App: "amplify"}, optouts.Wanted{Student: "ben", App: "alexandria"})
		if err := d.apps.Delete(t.Context(), "amplify", ada); err != nil {
			t.Fatal(err)
		}
		d.want("alexandria", "ana", "ben")
		if _, total, err := d.List(t.Context(), optouts.Page{}); err != nil || total != 2 {
			t.Errorf("%d lines are left, %v", total, err)
		}
	})
}

func TestOfManyWhoOptTheSameOutAtOnceOneAddsIt(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		before := d.stamp()
		var all sync.WaitGroup
		added := make([]int, 8)
		for i := range added {
			all.Go(func() {
				report, err := d.Add(context.Background(), []optouts.Wanted{{Student: "ana"}, {Student: "ben", App: "amplify"}}, ada)
				if err != nil {
					t.Error(err)
				}
				added[i] = report.Added
			})
		}
		all.Wait()
		slices.Sort(added)
		if want := []int{0, 0, 0, 0, 0, 0, 0, 2}; !slices.Equal(added, want) || d.stamp()-before != 1 {
			t.Errorf("added were %v, and the permissions moved by %d", added, d.stamp()-before)
		}
	})
}

func TestAChangeOfOptOutsByNobodyOrWithAReasonOfTwoLinesIsRefused(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.add(optouts.Wanted{Student: "ana"})
		for _, by := range []apps.By{{}, {Actor: "cli:ada", Reason: "a\nb"}} {
			if _, err := d.Add(t.Context(), []optouts.Wanted{{Student: "ben"}}, by); err == nil {
				t.Errorf("%+v opted somebody out", by)
			}
			if err := d.Remove(t.Context(), d.id("ana"), []string{optouts.AllApps}, by); err == nil {
				t.Errorf("%+v let somebody in again", by)
			}
		}
		d.want("amplify", "ana")
	})
}
