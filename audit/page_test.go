package audit_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/fault"
)

// askedFor are the entries of a page by what tells them apart in a year.
func askedFor(page []audit.Entry) string {
	var all []string
	for _, e := range page {
		all = append(all, e.RequestID+e.Action)
	}
	return strings.Join(all, " ")
}

func TestAPageOfTheLedgerGoesByAColumnAndThenByTime(t *testing.T) {
	cases := []struct {
		about string
		kind  audit.Kind
		q     audit.Question
		turn  audit.Turn
		want  string
	}{
		{"time", audit.KindDisclosure, audit.Question{}, audit.Turn{}, "mar6 mar5 mar4 mar3 mar2 mar1"},
		{"time, the oldest first", audit.KindDisclosure, audit.Question{}, audit.Turn{Rising: true, Skip: 4}, "mar5 mar6"},
		{"app", audit.KindDisclosure, audit.Question{}, audit.Turn{By: audit.ByApp, Rising: true}, "mar6 mar2 mar1 mar5 mar4 mar3"},
		{"app, the last first", audit.KindDisclosure, audit.Question{}, audit.Turn{By: audit.ByApp}, "mar5 mar4 mar3 mar6 mar2 mar1"},
		{"app, as people call them", audit.KindDisclosure, audit.Question{}, audit.Turn{By: audit.ByApp, Ranks: []string{"sports", "library"}, Rising: true}, "mar5 mar4 mar3 mar6 mar2 mar1"},
		{"app, of which one has a name", audit.KindDisclosure, audit.Question{}, audit.Turn{By: audit.ByApp, Ranks: []string{"sports"}, Rising: true}, "mar5 mar4 mar3 mar6 mar2 mar1"},
		{"app, of which one has a name, the last first", audit.KindDisclosure, audit.Question{}, audit.Turn{By: audit.ByApp, Ranks: []string{"library"}}, "mar6 mar2 mar1 mar5 mar4 mar3"},
		{"a value that is no SQL", audit.KindDisclosure, audit.Question{}, audit.Turn{By: audit.ByApp, Ranks: []string{"' THEN 0 END --"}, Rising: true, AtMost: 1}, "mar6"},
		{"records", audit.KindDisclosure, audit.Question{}, audit.Turn{By: audit.ByCount}, "mar2 mar1 mar5 mar4 mar3 mar6"},
		{"records, the few first", audit.KindDisclosure, audit.Question{}, audit.Turn{By: audit.ByCount, Rising: true, Skip: 1, AtMost: 2}, "mar5 mar4"},
		{"kind of record", audit.KindDisclosure, audit.Question{App: "sports"}, audit.Turn{By: audit.ByEntity, Rising: true}, "mar4 mar5 mar3"},
		{"between days", audit.KindDisclosure, audit.Question{From: on(2), To: on(5)}, audit.Turn{By: audit.ByCount}, "mar2 mar4 mar3"},
		{"behind the end", audit.KindDisclosure, audit.Question{}, audit.Turn{By: audit.ByCount, Skip: 6}, ""},
		{"status", audit.KindRefusal, audit.Question{}, audit.Turn{By: audit.ByStatus}, "no- no-library"},
		{"action", audit.KindChange, audit.Question{}, audit.Turn{By: audit.ByAction, Rising: true}, "app.create import"},
		{"action, the last first", audit.KindChange, audit.Question{}, audit.Turn{By: audit.ByAction}, "import app.create"},
	}
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		l := year(t, s)
		for _, c := range cases {
			if c.turn.AtMost == 0 {
				c.turn.AtMost = 10
			}
			page, _, _, err := l.Page(context.Background(), c.kind, c.q, c.turn)
			if err != nil {
				t.Fatalf("%s: %v", c.about, err)
			}
			if got := askedFor(page); got != c.want {
				t.Errorf("%s: got %q, want %q", c.about, got, c.want)
			}
		}
		for _, wrong := range []audit.Order{"id", "records", "before", "app; DROP TABLE ledger_entries"} {
			if _, _, _, err := l.Page(context.Background(), audit.KindDisclosure, audit.Question{}, audit.Turn{By: wrong, AtMost: 1}); !fault.Is(err, fault.Invalid) {
				t.Errorf("by %q: %v", wrong, err)
			}
		}
	})
}

// A question that leaves millions may not sort them all.
func TestOfManyEntriesTheNewestAreSorted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		l := open(t, s, time.Now)
		disclose(t, l, audit.Disclosure{RequestID: "first", App: "a", Entity: "users"}) // the smallest, too old
		write := func(name string, some int) {
			t.Helper()
			entries := make([]audit.Entry, some)
			for i := range entries {
				entries[i] = audit.Entry{Time: "2026-03-01T12:00:00.000Z", Kind: audit.KindDisclosure, RequestID: fmt.Sprint(name, i), App: "b", Entity: "users", Records: []byte{}}
			}
			if err := s.Ledger.Write.CreateInBatches(entries, 500).Error; err != nil {
				t.Fatal(err)
			}
		}
		write("many", audit.MostCounted-1)
		page, total, more, err := l.Page(context.Background(), audit.KindDisclosure, audit.Question{}, audit.Turn{By: audit.ByApp, Rising: true, AtMost: 1})
		if err != nil || askedFor(page) != "first" || total != audit.MostCounted || more {
			t.Fatalf("of just so many: %q of %d, %v, %v", askedFor(page), total, more, err)
		}
		write("new", 1)
		page, total, more, err = l.Page(context.Background(), audit.KindDisclosure, audit.Question{}, audit.Turn{By: audit.ByApp, Rising: true, AtMost: 1})
		if err != nil || askedFor(page) != "new0" || total != audit.MostCounted || !more {
			t.Errorf("of one more: %q of %d, %v, %v", askedFor(page), total, more, err)
		}
		page, _, _, err = l.Page(context.Background(), audit.KindDisclosure, audit.Question{App: "a"}, audit.Turn{By: audit.ByCount, AtMost: 1})
		if err != nil || askedFor(page) != "first" {
			t.Errorf("narrowed: %q, %v", askedFor(page), err)
		}
	})
}
