package audit_test

import (
	"context"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/fault"
)

func TestTheLatestEntriesComeFirstAndNoMoreThanAskedFor(t *testing.T) {
	cases := []struct {
		about string
		kind  audit.Kind
		q     audit.Question
		most  int
		want  string
	}{
		{"everything", audit.KindDisclosure, audit.Question{}, 10, "mar6 mar5 mar4 mar3 mar2 mar1"},
		{"two", audit.KindDisclosure, audit.Question{}, 2, "mar6 mar5"},
		{"none", audit.KindDisclosure, audit.Question{}, 0, ""},
		{"an app's last", audit.KindDisclosure, audit.Question{App: "sports"}, 1, "mar5"},
		{"between days", audit.KindDisclosure, audit.Question{From: on(2), To: on(5)}, 2, "mar4 mar3"},
		{"a key by its exact name, behind others that contain it", audit.KindDisclosure, audit.Question{Field: "demographics.metadata.homeLanguage"}, 1, "mar2"},
		{"refusals", audit.KindRefusal, audit.Question{}, 1, "no-"},
		{"changes of one kind", audit.KindChange, audit.Question{Action: "import"}, 5, "generation 1"},
		{"changes of no kind", audit.KindChange, audit.Question{Action: "imp"}, 5, ""},
	}
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		l := year(t, s)
		for _, c := range cases {
			found, err := l.Latest(context.Background(), c.kind, c.q, c.most)
			if err != nil {
				t.Fatalf("%s: %v", c.about, err)
			}
			var got []string
			for _, e := range found {
				got = append(got, e.RequestID+e.Subject)
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("%s: got %q, want %q", c.about, got, c.want)
			}
		}
	})
}

func TestTheLatestOfAnotherKindOrByRecordAreNoQuestion(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		l := year(t, s)
		wrong := []struct {
			kind audit.Kind
			q    audit.Question
		}{
			{"disclosure' OR '1'='1", audit.Question{}},
			{"", audit.Question{}},
			{audit.KindDisclosure, audit.Question{About: about("users", 1)}},
			{audit.KindDisclosure, audit.Question{Action: "import"}},
			{audit.KindRefusal, audit.Question{Action: "import"}},
		}
		for _, w := range wrong {
			if found, err := l.Latest(context.Background(), w.kind, w.q, 5); !fault.Is(err, fault.Invalid) || found != nil {
				t.Errorf("%q %+v: %d entries, %v", w.kind, w.q, len(found), err)
			}
		}
	})
}

func TestDisclosuresAreCountedByTheHour(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		hours, err := year(t, s).Hours(context.Background(), on(4))
		if err != nil {
			t.Fatal(err)
		}
		noonOf := func(day int) time.Time { return on(day).Add(12 * time.Hour) }
		want := map[time.Time]int64{noonOf(4): 1, noonOf(5): 1} // the answer of the sixth had no record
		if !maps.Equal(hours, want) {
			t.Errorf("got %v, want %v", hours, want)
		}
	})
}

func TestANoteIsAChangeOnRecord(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		l := year(t, s)
		if err := l.Note(context.Background(), audit.Change{Actor: "ada@example.org", Action: "audit.download"}); err != nil {
			t.Fatal(err)
		}
		sequence(t, l)
		found, err := l.Latest(context.Background(), audit.KindChange, audit.Question{}, 1)
		if err != nil || len(found) != 1 || found[0].Action != "audit.download" || found[0].Actor != "ada@example.org" {
			t.Errorf("found %+v, %v", found, err)
		}
	})
}
