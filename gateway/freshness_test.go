package gateway_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
	"github.com/rostergate/rostergate/roster/intake"
)

// states is a sequence of states that one goroutine makes and others look at.
type states struct{ begun, done atomic.Int64 }

// make makes the next state.
func (s *states) make(change func(n int64)) {
	n := s.begun.Add(1)
	change(n)
	s.done.Store(n)
}

// during runs fn, and returns the first and the last state that fn can have met.
func (s *states) during(fn func()) (first, last int64) {
	first = s.done.Load()
	fn()
	return first, s.begun.Load()
}

// bits are the fields of users by whose ticks the number of a save is written.
func bits() []string {
	return []string{"email", "phone", "sms", "middleName", "identifier", "username"}
}

// ticks writes a number.
func ticks(n int64) apps.Edit {
	var e apps.Edit
	for i, field := range bits() {
		if n>>i&1 == 1 {
			e.Share = append(e.Share, "users."+field)
		} else {
			e.Hide = append(e.Hide, "users."+field)
		}
	}
	return e
}

// ticked reads a number, as far as there are fields to write it.
func ticked(r gatewaytest.Record) int64 {
	var n int64
	for i, field := range bits() {
		if r[field] != nil {
			n |= 1 << i
		}
	}
	return n
}

// among reports whether one of the states from first to last would be read as n.
func among(n, first, last int64) bool {
	for s := first; s <= last; s++ {
		if s%(1<<len(bits())) == n {
			return true
		}
	}
	return false
}

// stamped is the district in a generation: every field of every pupil holds its
// number, and there are more or fewer of them.
func stamped(t testing.TB, generation int64) parcel {
	t.Helper()
	p := cedar(t)
	for n := range pupils(generation) {
		p.Edit(t, "users.csv", fmt.Sprintf("+ z%02d,,,true,oak,student,g%[2]d,,g%[2]d,g%[2]d,g%[2]d,g%[2]d,g%[2]d@x.example,g%[2]d,g%[2]d,,03,,,", n, generation))
	}
	return p
}

func pupils(generation int64) int { return 20 + int(generation%7) }

// generationOf is the number in a record's fields, and whether all have the same.
func generationOf(r gatewaytest.Record) (string, bool) {
	first, _ := r["givenName"].(string)
	for _, field := range append(bits(), "familyName") {
		value, there := r[field].(string)
		if there && strings.TrimSuffix(value, "@x.example") != first {
			return first, false
		}
	}
	return first, true
}

// storm is a district under way: saves, imports and readers at the same time.
type storm struct {
	*testing.T
	d                       *gatewaytest.District
	doors                   []*gatewaytest.Gateway
	saves, imports, enabled states
	read, told              atomic.Int64 // answers, and those that few enough saves overlapped to tell anything
}

// judge reads a page and holds it against the states that it can have met.
func (s *storm) judge(c *gatewaytest.Client, path string) {
	var a gatewaytest.Answer
	var firstSave, lastSave int64
	firstImport, lastImport := s.imports.during(func() {
		firstSave, lastSave = s.saves.during(func() { a = c.Get(path) })
	})
	if a.Status != 200 {
		s.Errorf("%s is answered with %d: %s", path, a.Status, a.Raw)
		return
	}
	s.read.Add(1)
	records := slices.DeleteFunc(a.Records(), func(r gatewaytest.Record) bool { return r.ID()[0] != 'z' })
	if len(records) == 0 {
		s.Errorf("%s has no pupils", path)
		return
	}
	generation, _ := generationOf(records[0])
	for _, r := range records {
		if g, whole := generationOf(r); !whole || g != generation {
			s.Errorf("a page mixes generations: %v and %s", r, generation)
		}
		if ticked(r) != ticked(records[0]) {
			s.Errorf("a page mixes permissions: %v and %v", r, records[0])
		}
	}
	if lastSave-firstSave < 1<<len(bits())-1 {
		s.told.Add(1)
	}
	if !among(ticked(records[0]), firstSave, lastSave) {
		s.Errorf("an answer is of save %d mod 64, and began after save %d and ended before %d", ticked(records[0]), firstSave, lastSave)
	}
	var n int64
	if _, err := fmt.Sscanf(generation, "g%d", &n); err != nil || n < firstImport || n > lastImport {
		s.Errorf("an answer is of import %s, and began after import %d and ended before %d", generation, firstImport, lastImport)
	}
	if want := pupils(n) + 4; total(a) != want { // with Lin, Jo, Ana and Ben
		s.Errorf("an answer of import %d counts %d, not %d", n, total(a), want)
	}
}

// judgeState asks as an app that is suspended and enabled again and again.
func (s *storm) judgeState(c *gatewaytest.Client) {
	var a gatewaytest.Answer
	first, last := s.enabled.during(func() { a = c.Get("/orgs?limit=1") })
	wanted := map[int64]int{0: 200, 1: 401}[first%2]
	if first == last && a.Status != wanted || a.Status != 200 && a.Status != 401 {
		s.Errorf("after change %d of the app's state the status is %d", first, a.Status)
	}
	s.read.Add(1)
}

// loops do things over and over, until all of them are told to end.
type loops struct {
	over chan struct{}
	all  sync.WaitGroup
}

func newLoops() *loops { return &loops{over: make(chan struct{})} }

func (l *loops) do(fn func()) {
	l.all.Go(func() {
		for {
			select {
			case <-l.over:
				return
			default:
				fn()
			}
		}
	})
}

func (l *loops) end() {
	close(l.over)
	l.all.Wait()
}

// longest is how long a storm may take on a slow machine.
const longest = 5 * time.Minute

// blow lets everything happen until so many saves are done.
func (s *storm) blow(saves int64) {
	begun := time.Now()
	token, other := s.d.Token("eduready360"), s.d.Token("schoolinks")
	others := newLoops()
	for _, door := range s.doors {
		others.do(func() { s.judge(door.Bearer(token), "/users?limit=50") })
		others.do(func() { s.judge(door.Bearer(token), "/users?limit=9&offset=4") })
		others.do(func() { s.judgeState(door.Bearer(other)) })
	}
	others.do(func() { s.imports.make(s.importNext) })
	others.do(func() { s.enabled.make(s.suspendOrEnable) })
	for s.saves.done.Load() < saves {
		if time.Since(begun) > longest {
			s.Errorf("there were %d saves within %s", s.saves.done.Load(), longest)
			break
		}
		s.saves.make(func(n int64) { s.doors[n%int64(len(s.doors))].Edit("eduready360", ticks(n)) })
	}
	others.end()
}

func (s *storm) importNext(n int64) {
	door := s.doors[n%int64(len(s.doors))]
	report, err := door.Intake.Import(context.Background(), stamped(s, n).Folder(s), anyway())
	if err != nil || report.Verdict != intake.Stored {
		s.Errorf("import %d: %+v, %v", n, report, err)
	}
}

func (s *storm) suspendOrEnable(n int64) {
	ctx, by := context.Background(), apps.By{Actor: "cli:test"}
	var err error
	if n%2 == 0 {
		err = s.doors[len(s.doors)-1].Apps.Enable(ctx, "schoolinks", by)
	} else {
		err = s.d.Apps.Suspend(ctx, "schoolinks", by)
	}
	if err != nil {
		s.Error(err)
	}
}

func TestEveryAnswerIsOfOneStateThatHeldWhileItWasAsked(t *testing.T) {
	for _, c := range []struct {
		dialect database.Dialect
		saves   int64
		double  bool // two processes
	}{{database.Postgres, 2000, true}, {database.SQLite, 2000, false}} {
		t.Run(string(c.dialect), func(t *testing.T) {
			d := gatewaytest.StartWith(t, dbtest.New(t, c.dialect), stamped(t, 0).Folder(t))
			d.Edit("eduready360", ticks(0))
			s := &storm{T: t, d: d, doors: []*gatewaytest.Gateway{d.Gateway}}
			if c.double {
				s.doors = append(s.doors, d.Replica())
			}
			s.blow(c.saves)
			for _, door := range s.doors {
				if log := door.Log.String(); log != "" {
					t.Errorf("logged:\n%.2000s", log)
				}
			}
			imports, read, told := s.imports.done.Load(), s.read.Load(), s.told.Load()
			if imports < 3 || told < 100 {
				t.Errorf("there were %d imports, and %d of %d answers told anything", imports, told, read)
			}
			t.Logf("%d saves, %d imports and %d answers, of which %d pages told which save they are of", c.saves, imports, read, told)
		})
	}
}

// An import that is nearly done keeps nobody waiting: pages go on, of the state
// before, and on PostgreSQL permissions are saved, and obeyed.
func TestPagesFlowWhileAnImportIsStored(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		d := gatewaytest.StartWith(t, s, stamped(t, 0).Folder(t))
		c := d.As("eduready360")
		answered := 0
		o := anyway()
		o.Committing = func(*gorm.DB, *intake.Report) error {
			for i := range 30 {
				if s.DB.Dialect == database.Postgres && i%5 == 0 {
					d.Edit("eduready360", ticks(int64(i)))
				}
				for _, r := range want(t, c.Get(fmt.Sprintf("/users?limit=3&offset=%d", i/2)), 200).Records() {
					if g, _ := generationOf(r); g != "g0" && r.ID()[0] == 'z' {
						t.Errorf("a page is of %s", g)
					}
				}
				answered++
			}
			return nil
		}
		if report, err := d.Intake.Import(t.Context(), stamped(t, 1).Folder(t), o); err != nil || report.Verdict != intake.Stored {
			t.Fatalf("%+v, %v", report, err)
		}
		if answered != 30 {
			t.Errorf("%d pages were answered", answered)
		}
		if g, _ := generationOf(c.One("users", "z00").Records()[0]); g != "g1" {
			t.Errorf("after the import an answer is of %s", g)
		}
	})
}

// The links of a new generation are read by who looks ahead; without, by the
// first request.
func TestTheFirstRequestAfterAnImportFindsTheLinksRead(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		d := gatewaytest.StartWith(t, s, stamped(t, 0).Folder(t))
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		ticks := make(chan time.Time)
		looking := make(chan struct{})
		go func() {
			defer close(looking)
			d.Server.Warm(ctx, ticks)
		}()
		ticks <- time.Time{} // taken when the first look is over
		c := d.As("eduready360")
		reads := func() bool {
			s.Trace.Take()
			want(t, c.Get("/users"), 200)
			return slices.ContainsFunc(s.Trace.Take(), func(sql string) bool { return strings.Contains(sql, "status = 'active'") })
		}
		if reads() {
			t.Error("the first request of all reads the links")
		}
		d.Import(stamped(t, 1).Folder(t))
		ticks <- time.Time{}
		ticks <- time.Time{} // taken when the look that the tick before began is over
		if reads() {
			t.Error("the first request after an import reads the links")
		}
		stop()
		<-looking
		d.Import(stamped(t, 2).Folder(t))
		if !reads() {
			t.Error("nobody read the links")
		}
	})
}
