package audit_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/fault"
)

// busy is a refusal of an app that asks too often.
func busy(request string) audit.Refusal {
	return audit.Refusal{RequestID: request, App: "library", Door: "rest-1.1", Route: "/users", Entity: "users", Status: 429, Reason: "server_busy"}
}

// stranger is a refusal of somebody from a block of addresses.
func stranger(request, block string) audit.Refusal {
	return audit.Refusal{RequestID: request, Address: block, Door: "rest-1.1", Route: "/users", Entity: "users", Status: 401, Reason: "unauthorized"}
}

func refuse(t testing.TB, l *audit.Ledger, all ...audit.Refusal) {
	t.Helper()
	for _, r := range all {
		if err := l.Refuse(context.Background(), r); err != nil {
			t.Fatal(err)
		}
	}
}

// settle ends a minute.
func settle(t testing.TB, l *audit.Ledger) {
	t.Helper()
	if err := l.Settle(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// refusals are those on record: what each stands for, and the ids of its requests.
func refusals(t testing.TB, l *audit.Ledger) string {
	t.Helper()
	var all []string
	for _, e := range ask(t, l.Refusals, audit.Question{}) {
		all = append(all, strings.TrimSuffix(fmt.Sprintf("%d:%s-%s", e.Count, e.RequestID, e.LastRequestID), "-"))
	}
	return strings.Join(all, " ")
}

func TestTheFirstRefusalOfAKindIsWrittenAtOnceAndTheRestAreCounted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		l := open(t, s, noon)
		check := func(when, wanted string) {
			t.Helper()
			if got := refusals(t, l); got != wanted {
				t.Errorf("%s the ledger has %q; want %q", when, got, wanted)
			}
		}
		for i := range 215 {
			refuse(t, l, busy(fmt.Sprint("a", i)))
		}
		check("within the minute", "0:a0")
		settle(t, l)
		check("after it", "0:a0 214:a1-a214")
		refuse(t, l, busy("b0"), busy("b1"), busy("b2"))
		check("within the next", "0:a0 214:a1-a214")
		settle(t, l)
		settle(t, l)
		settle(t, l)
		check("after two quiet ones", "0:a0 214:a1-a214 3:b0-b2")
		refuse(t, l, busy("c0"))
		check("when it begins again", "0:a0 214:a1-a214 3:b0-b2 0:c0")
		all := ask(t, l.Refusals, audit.Question{})
		if e := all[1]; e.App != "library" || e.Route != "/users" || e.Status != 429 || e.Reason != "server_busy" || e.Door != "rest-1.1" || e.Entity != "users" {
			t.Errorf("the entry of those that were counted is %+v", e)
		}
	})
}

func TestRefusalsOfDifferentKindsAreToldApart(t *testing.T) {
	s := dbtest.New(t, database.SQLite)
	l := open(t, s, noon)
	wanted := []string{"0:same"}
	refuse(t, l, busy("same"))
	for name, change := range map[string]func(*audit.Refusal){
		"app": func(r *audit.Refusal) { r.App = "sports" }, "address": func(r *audit.Refusal) { r.Address = "192.0.2.0/24" },
		"door": func(r *audit.Refusal) { r.Door = "token" }, "route": func(r *audit.Refusal) { r.Route = "/orgs" },
		"entity": func(r *audit.Refusal) { r.Entity = "orgs" }, "status": func(r *audit.Refusal) { r.Status = 403 },
		"reason": func(r *audit.Refusal) { r.Reason = "forbidden" },
	} {
		r := busy(name)
		change(&r)
		refuse(t, l, r)
		wanted = append(wanted, "0:"+name) // in the order of the map, as they are written
	}
	if got := refusals(t, l); got != strings.Join(wanted, " ") {
		t.Errorf("the ledger has %q; want %q", got, wanted)
	}
	// A person who was shown a refusal was shown each of them.
	shown := busy("shown")
	shown.Actor, shown.Door = "ada@example.org", audit.DoorPreview
	refuse(t, l, shown, shown)
	if got := refusals(t, l); strings.Count(got, "0:shown") != 2 {
		t.Errorf("the ledger has %q", got)
	}
}

func TestHoweverManyKindsThereAreTheLedgerGrowsByAFewAMinute(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		l := open(t, s, noon)
		const many = 2000
		for i := range many {
			refuse(t, l, stranger(fmt.Sprint("s", i), fmt.Sprintf("10.%d.%d.0/24", i/256, i%256)))
		}
		refuse(t, l, busy("app")) // whom no stranger takes the room from
		settle(t, l)
		all := ask(t, l.Refusals, audit.Question{})
		if len(all) != audit.StrangerKinds+3 {
			t.Fatalf("%d entries", len(all))
		}
		first, app, counted := all[audit.StrangerKinds], all[audit.StrangerKinds+1], all[audit.StrangerKinds+2]
		if first.RequestID != fmt.Sprint("s", audit.StrangerKinds) || first.Route != "(several)" || first.Address != "" || first.Status != 0 {
			t.Errorf("the first of those without room is %+v", first)
		}
		if app.App != "library" || app.Status != 429 {
			t.Errorf("the app's is %+v", app)
		}
		if counted.Count != many-audit.StrangerKinds-1 || counted.LastRequestID != fmt.Sprint("s", many-1) || counted.Reason != "(several)" {
			t.Errorf("the others are %+v", counted)
		}
		settle(t, l)
		refuse(t, l, stranger("next", "192.0.2.0/24"))
		if e := ask(t, l.Refusals, audit.Question{})[len(all)]; e.RequestID != "next" || e.Address != "192.0.2.0/24" {
			t.Errorf("a quiet minute later a new kind is %+v", e)
		}
	})
}

func TestWhatWasCountedIsWrittenWhenTheLedgerCloses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		l := audit.Open(s.Ledger, s.DB, noon)
		refuse(t, l, busy("a"), busy("b"), busy("c"))
		l.Close()
		if got := refusals(t, l); got != "0:a 2:b-c" {
			t.Errorf("the ledger has %q", got)
		}
		for what, err := range map[string]error{
			"refuse": l.Refuse(context.Background(), busy("d")), "settle": l.Settle(context.Background()),
		} {
			if !fault.Is(err, fault.Unavailable) {
				t.Errorf("%s after the end: %v", what, err)
			}
		}
	})
}

func TestWhatCannotBeWrittenIsCountedOn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		l := open(t, s, noon)
		rename := func(from, to string) {
			t.Helper()
			if err := s.Ledger.Write.Exec("ALTER TABLE " + from + " RENAME TO " + to).Error; err != nil {
				t.Fatal(err)
			}
		}
		refuse(t, l, busy("a"), busy("b"))
		rename("ledger_entries", "gone")
		if err := l.Settle(context.Background()); !fault.Is(err, fault.Unavailable) {
			t.Errorf("without its table: %v", err)
		}
		refuse(t, l, busy("c")) // of which the ledger has one already
		if err := l.Refuse(context.Background(), stranger("x", "192.0.2.0/24")); !fault.Is(err, fault.Unavailable) {
			t.Errorf("the first of a kind without its table: %v", err)
		}
		rename("gone", "ledger_entries")
		refuse(t, l, stranger("y", "192.0.2.0/24"))
		settle(t, l)
		if got := refusals(t, l); got != "0:a 0:y 2:b-c" {
			t.Errorf("the ledger has %q", got)
		}
	})
}

func TestARefusalThatIsCountedUsesItsNonceUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		l := open(t, s, noon)
		signed := func(request, nonce string) audit.Refusal {
			r := busy(request)
			r.Nonce = &audit.Nonce{Consumer: "key", Value: nonce, Expires: noon().Add(time.Minute)}
			return r
		}
		refuse(t, l, signed("a", "one"), signed("b", "two"))
		for _, nonce := range []string{"one", "two"} {
			again := signed("again", nonce)
			if err := l.Refuse(context.Background(), again); !fault.Is(err, fault.Unauthenticated) {
				t.Errorf("the nonce %s a second time: %v", nonce, err)
			}
			d := users("again", 1)
			d.Nonce = again.Nonce
			if err := l.Disclose(context.Background(), d); !fault.Is(err, fault.Unauthenticated) {
				t.Errorf("an answer with the nonce %s: %v", nonce, err)
			}
		}
		settle(t, l)
		if got := refusals(t, l); got != "0:a 1:b-b" {
			t.Errorf("the ledger has %q", got)
		}
		if n := len(ask(t, l.Disclosures, audit.Question{})); n != 0 {
			t.Errorf("%d answers are on record", n)
		}
	})
}

// What an entry takes is measured on full pages, with the longest texts that one has.
func TestTheDocsSayWhatRefusalsCanAddToTheLedgerInADay(t *testing.T) {
	page, err := os.ReadFile("../ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	said := strings.Join(strings.Fields(string(page)), " ")
	for _, sentence := range []string{
		fmt.Sprintf("strangers add at most %d MB a day", audit.StrangersADay()/1_000_000+1),
		fmt.Sprintf("all apps together at most %d MB", audit.AppsADay()/1_000_000+1),
		fmt.Sprintf("%d kinds of strangers and %d of apps", audit.StrangerKinds, audit.AppKinds),
	} {
		if !strings.Contains(said, sentence) {
			t.Errorf("ARCHITECTURE.md does not say %q", sentence)
		}
	}
	longest := ""
	for _, r := range catalog.Routes(catalog.V11) {
		longest = max(strings.Repeat("x", len(r.Path)), longest)
	}
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		l := open(t, s, noon)
		const rounds = 12
		id := strings.Repeat("f", 36)
		before, entries := bytesOf(t, s.Ledger), 0
		for round := range rounds {
			for i := range audit.AppKinds {
				r := audit.Refusal{
					RequestID: id, App: fmt.Sprintf("%064d", i), Door: "rest-1.1", Route: longest, Entity: "academicSessions",
					Status: 400, Reason: "invalid_blank_selection_field",
				}
				refuse(t, l, r)
				if round == 0 {
					refuse(t, l, r)
				}
			}
			settle(t, l)
		}
		entries = audit.AppKinds * (rounds + 1)
		if n := len(ask(t, l.Refusals, audit.Question{})); n != entries {
			t.Fatalf("%d entries; want %d", n, entries)
		}
		if each := (bytesOf(t, s.Ledger) - before) / int64(entries); each > audit.RefusalBytes || each < 200 {
			t.Errorf("an entry takes %d bytes; %d are said", each, audit.RefusalBytes)
		} else {
			t.Logf("an entry takes %d bytes", each)
		}
	})
}

// bytesOf is what the ledger's entries take.
func bytesOf(t testing.TB, db *database.Database) (n int64) {
	t.Helper()
	size := "SELECT pg_total_relation_size('ledger_entries')"
	if db.Dialect == database.SQLite {
		size = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
	}
	if err := db.Write.Raw(size).Row().Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAPanicOfTheWriterIsOneBatchsAndIsTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		broken := true
		l := open(t, s, func() time.Time {
			if broken {
				broken = false
				var none []time.Time
				return none[len(t.Name())]
			}
			return noon()
		})
		l.Panics = &fault.Panics{}
		if err := l.Disclose(context.Background(), users("lost", 1)); !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "index out of range") {
			t.Errorf("the answer whose entry crashed: %v", err)
		}
		disclose(t, l, users("kept", 1))
		if got := requests(ask(t, l.Disclosures, audit.Question{})); got != "kept" {
			t.Errorf("the ledger has %q", got)
		}
		told := make(chan error, 1)
		l.Trouble = func(err error) { told <- err }
		ctx, stop := context.WithCancel(context.Background())
		ended := make(chan struct{})
		go func() { defer close(ended); l.Run(ctx) }()
		if err := <-told; err == nil || l.Panics.Count() != 1 {
			t.Errorf("%v, %d panics", err, l.Panics.Count())
		}
		stop()
		<-ended
	})
}
