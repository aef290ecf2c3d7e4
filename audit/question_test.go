package audit_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/fault"
)

// year is a ledger with a disclosure a day from March 1st, at noon, and some
// refusals and changes.
func year(t *testing.T, s dbtest.Store) *audit.Ledger {
	t.Helper()
	day := 0
	l := open(t, s, func() time.Time { day++; return noon().AddDate(0, 0, day-2) })
	all := []audit.Disclosure{
		{RequestID: "mar1", App: "library", Entity: "users", Fields: []string{"sourcedId", "email"}, Records: roaring.BitmapOf(1, 2)},
		{RequestID: "mar2", App: "library", Entity: "demographics", Fields: []string{"sourcedId"}, Metadata: []string{"homeLanguage"}, Records: roaring.BitmapOf(1, 2)},
		{RequestID: "mar3", App: "sports", Entity: "users", Fields: []string{"sourcedId", "userIds"}, Types: []string{"StateID"}, Records: roaring.BitmapOf(2)},
		{RequestID: "mar4", App: "sports", Entity: "demographics", Fields: []string{"sourcedId"}, Metadata: []string{`x"homeLanguage`, "homelanguage", "a.b"}, Records: roaring.BitmapOf(3)},
		{RequestID: "mar5", App: "sports", Entity: "users", Fields: []string{"sourcedId", "email"}, Masked: []string{"email"}, Records: roaring.BitmapOf(3)},
		{RequestID: "mar6", App: "library", Entity: "users", Fields: []string{"sourcedId", "email"}},
	}
	disclose(t, l, all...)
	for _, app := range []string{"library", ""} {
		if err := l.Refuse(context.Background(), audit.Refusal{RequestID: "no-" + app, App: app, Entity: "users", Status: 401, Reason: "unknown_key"}); err != nil {
			t.Fatal(err)
		}
	}
	record(t, s.DB, audit.Change{Actor: "cli:root", Action: "app.create", App: "sports", Subject: "sports"}, audit.Change{Actor: "cli:root", Action: "import", Subject: "generation 1"})
	sequence(t, l)
	return l
}

func on(day int) time.Time { return time.Date(2026, 3, day, 0, 0, 0, 0, time.UTC) }

func about(entity string, ids ...uint32) map[string]*roaring.Bitmap {
	return map[string]*roaring.Bitmap{entity: roaring.BitmapOf(ids...)}
}

func TestAQuestionGetsItsEntriesAndNoOthers(t *testing.T) {
	both := about("users", 2)
	both["demographics"] = roaring.BitmapOf(3)
	cases := []struct {
		about string
		q     audit.Question
		want  string
	}{
		{"everything", audit.Question{}, "mar1 mar2 mar3 mar4 mar5 mar6"},
		{"an app", audit.Question{App: "library"}, "mar1 mar2 mar6"},
		{"an app that never asked", audit.Question{App: "lib"}, ""},
		{"a field", audit.Question{Field: "users.email"}, "mar1 mar5 mar6"},
		{"a field of another entity", audit.Question{Field: "demographics.birthDate"}, ""},
		{"a field that all have", audit.Question{Field: "demographics.sourcedId"}, "mar2 mar4"},
		{"a metadata key, by its exact name", audit.Question{Field: "demographics.metadata.homeLanguage"}, "mar2"},
		{"a metadata key with a dot", audit.Question{Field: "demographics.metadata.a.b"}, "mar4"},
		{"the same key of another entity", audit.Question{Field: "users.metadata.homeLanguage"}, ""},
		{"a type of userIds", audit.Question{Field: "users.userIds.StateID"}, "mar3"},
		{"userIds of any type", audit.Question{Field: "users.userIds"}, "mar3"},
		{"from a day on", audit.Question{From: on(4)}, "mar4 mar5 mar6"},
		{"until a day", audit.Question{To: on(3)}, "mar1 mar2"},
		{"between days", audit.Question{From: on(2), To: on(5)}, "mar2 mar3 mar4"},
		{"between days of another zone", audit.Question{From: on(2).In(time.FixedZone("east", 9*3600)), To: on(5)}, "mar2 mar3 mar4"},
		{"from its own time on", audit.Question{From: noon(), To: on(3)}, "mar2"},
		{"until its own time", audit.Question{From: on(2), To: noon().Truncate(time.Millisecond)}, ""},
		{"until a moment after", audit.Question{From: on(2), To: noon()}, "mar2"},
		{"before everything", audit.Question{To: on(1)}, ""},
		{"after everything", audit.Question{From: on(30)}, ""},
		{"a student", audit.Question{About: about("users", 2)}, "mar1 mar3"},
		{"another student", audit.Question{About: about("users", 3, 99)}, "mar5"},
		{"a student with all that is theirs", audit.Question{About: both}, "mar1 mar3 mar4"},
		{"nobody", audit.Question{About: map[string]*roaring.Bitmap{}}, ""},
		{"nobody of an entity", audit.Question{About: map[string]*roaring.Bitmap{"users": nil}}, ""},
		{"a field of a student", audit.Question{Field: "users.email", About: about("users", 2)}, "mar1"},
		{"a field of who is not of its entity", audit.Question{Field: "users.email", About: about("demographics", 1)}, ""},
		{"all at once", audit.Question{App: "sports", Field: "users.email", From: on(5), To: on(6), About: both}, ""},
		{"all at once, of another student", audit.Question{App: "sports", Field: "users.email", From: on(5), To: on(6), About: about("users", 3)}, "mar5"},
	}
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		l := year(t, s)
		for _, c := range cases {
			if got := requests(ask(t, l.Disclosures, c.q)); got != c.want {
				t.Errorf("%s: %q; want %q", c.about, got, c.want)
			}
		}
	})
}

func TestRefusalsAndChangesAreAskedForByAppAndTime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		l := year(t, s)
		for _, c := range []struct {
			q    audit.Question
			want string
		}{
			{audit.Question{}, "no-library no-"},
			{audit.Question{App: "library"}, "no-library"},
			{audit.Question{App: "sports"}, ""},
			{audit.Question{From: on(8)}, "no-"},
			{audit.Question{To: on(8)}, "no-library"},
		} {
			if got := requests(ask(t, l.Refusals, c.q)); got != c.want {
				t.Errorf("refusals %+v: %q; want %q", c.q, got, c.want)
			}
		}
		for _, c := range []struct {
			q    audit.Question
			want string
		}{
			{audit.Question{}, "sports,generation 1"},
			{audit.Question{App: "sports"}, "sports"},
			{audit.Question{App: "library"}, ""},
			{audit.Question{To: on(2)}, ""},
		} {
			if got := strings.Join(subjects(ask(t, l.Changes, c.q)), ","); got != c.want {
				t.Errorf("changes %+v: %q; want %q", c.q, got, c.want)
			}
		}
	})
}

func TestAQuestionThatCannotBeMeantIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		l := year(t, s)
		refused := func(about question, q audit.Question) {
			t.Helper()
			err := about(context.Background(), q, func(audit.Entry) error { return errors.New("answered") })
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("%+v: %v; want invalid", q, err)
			}
		}
		for _, field := range []string{"email", "users", "users.", "users.emial", "users.Email", "pupils.email", "users.metadata", "users.metadata.", "users.userIds.", "users.email.x"} {
			refused(l.Disclosures, audit.Question{Field: field})
		}
		refused(l.Disclosures, audit.Question{About: about("user", 1)})
		for _, other := range []question{l.Refusals, l.Changes} {
			refused(other, audit.Question{Field: "users.email"})
		}
		refused(l.Refusals, audit.Question{About: about("users", 1)})
	})
}

// many puts n disclosures into the ledger, each of record 7, with their number as
// request id.
func many(t *testing.T, db *database.Database, n int) {
	t.Helper()
	records, err := roaring.BitmapOf(7).ToBytes()
	if err != nil {
		t.Fatal(err)
	}
	err = db.Write.Exec("INSERT INTO ledger_entries (time, kind, app, request_id, door, route, entity, fields, metadata, types, masked, filter, "+
		"records, count, permission, generation, status, reason, actor, action, subject, before, after) "+
		"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "+
		"SELECT '2026-03-02T12:00:00.000Z', 'disclosure', 'library', CAST(i AS text), '', '', 'users', '[]', '[]', '[]', '[]', '[]', "+
		"?, 1, 0, 0, 0, '', '', '', '', '', '' FROM n ORDER BY n.i", n-1, records).Error
	if err != nil {
		t.Fatal(err)
	}
}

func TestALongWalkIsReadInPartsAndEndsWhereItBegan(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		l := open(t, s, noon)
		const entries = 450
		many(t, s.Ledger, entries)
		for _, q := range []audit.Question{{App: "library"}, {About: about("users", 7)}} {
			n := 0
			err := l.Disclosures(context.Background(), q, func(e audit.Entry) error {
				if e.RequestID != fmt.Sprint(n) {
					t.Fatalf("entry %d is of request %s", n, e.RequestID)
				}
				if n++; n == 300 {
					disclose(t, l, users("meanwhile", 9)) // needs a connection while the walk goes on
				}
				return nil
			})
			if err != nil || n != entries {
				t.Errorf("%d entries, err %v; want %d", n, err, entries)
			}
		}
	})
}

func TestASearchGoesOnBehindWhatOneStatementLooksThrough(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		l := open(t, s, noon)
		many(t, s.Ledger, 20_100)
		disclose(t, l, users("last", 9))
		if got := requests(ask(t, l.Disclosures, audit.Question{About: about("users", 9)})); got != "last" {
			t.Errorf("found %q", got)
		}
		if got := ask(t, l.Disclosures, audit.Question{About: about("users", 8)}); len(got) != 0 {
			t.Errorf("found %d entries of nobody", len(got))
		}
	})
}

func TestAWalkEndsWithTheErrorOfWhoeverListens(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		l := year(t, s)
		enough := errors.New("enough")
		calls := 0
		err := l.Disclosures(context.Background(), audit.Question{}, func(audit.Entry) error { calls++; return enough })
		if !errors.Is(err, enough) || calls != 1 {
			t.Errorf("%d calls, err %v", calls, err)
		}
	})
}

func TestAnEntryWhoseRecordsCannotBeReadIsNotSkipped(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		l := year(t, s)
		if err := s.Ledger.Write.Exec("UPDATE ledger_entries SET records = ? WHERE id = 3", []byte("spoilt")).Error; err != nil {
			t.Fatal(err)
		}
		err := l.Disclosures(context.Background(), audit.Question{About: about("users", 2)}, func(audit.Entry) error { return nil })
		if err == nil || !strings.Contains(err.Error(), "entry 3") {
			t.Errorf("err %v; want one that names entry 3", err)
		}
	})
}

func TestSentIsTheSetThatWasGiven(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		l := open(t, s, noon)
		given := roaring.BitmapOf(5, 70_000, 1<<31)
		given.AddRange(1000, 3000)
		d := users("r")
		d.Records = given
		disclose(t, l, d, audit.Disclosure{RequestID: "none", App: "library", Entity: "users"})
		all := ask(t, l.Disclosures, audit.Question{})
		for i, want := range []*roaring.Bitmap{given, roaring.New()} {
			sent, err := all[i].Sent()
			if err != nil || !sent.Equals(want) || all[i].Count != int64(want.GetCardinality()) {
				t.Errorf("entry %d: count %d, err %v", i, all[i].Count, err)
			}
		}
	})
}

// A preview or a page was shown to a person; the app got nothing by it.
func TestWhatAnAppReceivedLeavesPreviewsAndPagesOutAndEveryOtherQuestionHasThem(t *testing.T) {
	for _, door := range []string{audit.DoorPreview, audit.DoorPage} {
		t.Run(door, func(t *testing.T) { leavesOut(t, door) })
	}
}

func leavesOut(t *testing.T, door string) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		l := open(t, s, noon)
		disclose(t, l, users("sent", 7))
		shown := users("shown", 7)
		shown.Door, shown.Actor, shown.Reason, shown.Generation = door, "ada@example.org", "the grant was not saved", 9
		disclose(t, l, shown)

		about := map[string]*roaring.Bitmap{"users": roaring.BitmapOf(7)}
		for _, c := range []struct {
			asked audit.Question
			want  []string
		}{
			{audit.Question{App: "library"}, []string{"sent", "shown"}},
			{audit.Question{Field: "users.email", About: about}, []string{"sent", "shown"}},
			{audit.Question{App: "library", Received: true}, []string{"sent"}},
			{audit.Question{Field: "users.email", About: about, Received: true}, []string{"sent"}},
		} {
			var got []string
			err := l.Disclosures(context.Background(), c.asked, func(e audit.Entry) error {
				got = append(got, e.RequestID)
				if preview := e.RequestID == "shown"; preview != (e.Actor == "ada@example.org") || preview != (e.Door == door) || preview != (e.Reason != "") {
					t.Errorf("%s came by %q to %q, %q", e.RequestID, e.Door, e.Actor, e.Reason)
				}
				return nil
			})
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("%+v finds %q, %v", c.asked, got, err)
			}
		}
		hours, err := l.Hours(context.Background(), noon().Add(-time.Hour))
		if err != nil || len(hours) != 1 || hours[noon().Truncate(time.Hour)] != 1 {
			t.Errorf("by the hour: %v, %v", hours, err)
		}
		last, err := l.Latest(context.Background(), audit.KindDisclosure, audit.Question{App: "library", Received: true}, 1)
		if err != nil || len(last) != 1 || last[0].RequestID != "sent" {
			t.Errorf("the latest that was received: %+v, %v", last, err)
		}
		if sync, err := l.LastSync(context.Background(), "library"); err != nil || sync.Answers != 1 {
			t.Errorf("the last sync: %+v, %v", sync, err)
		}
		// Whoever was seen keeps their id, whoever saw them.
		if highest, err := l.HighestIDs(context.Background(), 8); err != nil || highest["users"] != 7 {
			t.Errorf("the highest ids: %v, %v", highest, err)
		}
	})
}

func TestAChangeIsFoundByTheStudentsThatItNames(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		l := open(t, s, noon)
		record(t, s.DB,
			audit.Change{Actor: "cli:root", Action: "optout.add", Subject: "one", After: audit.Students{Students: []uint32{2}}},
			audit.Change{Actor: "cli:root", Action: "optout.add", Subject: "three", App: "sports", After: audit.Students{Students: []uint32{1, 12, 22}}},
			audit.Change{Actor: "cli:root", Action: "optout.remove", Subject: "gone", Before: audit.Students{Students: []uint32{2, 3}}},
			audit.Change{Actor: "cli:root", Action: "app.create", Subject: "student 2", After: map[string]any{"students": "2"}},
			audit.Change{Actor: "cli:root", Action: "import", Subject: "generation 2"})
		sequence(t, l)
		for _, c := range []struct {
			q    audit.Question
			want string
		}{
			{audit.Question{About: about("users", 2)}, "one gone"},
			{audit.Question{About: about("users", 12)}, "three"},
			{audit.Question{About: about("users", 12), App: "library"}, ""},
			{audit.Question{About: about("users", 2), Action: "optout.remove"}, "gone"},
			{audit.Question{About: about("users", 4)}, ""},
			{audit.Question{About: about("enrollments", 2)}, ""},
			{audit.Question{About: map[string]*roaring.Bitmap{}}, ""},
			{audit.Question{About: map[string]*roaring.Bitmap{"users": nil}}, ""},
		} {
			var got []string
			err := l.Changes(context.Background(), c.q, func(e audit.Entry) error { got = append(got, e.Subject); return nil })
			if err != nil || strings.Join(got, " ") != c.want {
				t.Errorf("%+v finds %q, %v; want %q", c.q, got, err, c.want)
			}
		}
	})
}
