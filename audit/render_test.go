package audit_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/fault"
	"gorm.io/gorm"
)

func walk(about question) audit.Walk {
	return func(fn func(audit.Entry) error) error {
		return about(context.Background(), audit.Question{}, fn)
	}
}

// told is a ledger with one entry of each kind.
func told(t *testing.T, s dbtest.Store) *audit.Ledger {
	t.Helper()
	l := open(t, s, noon)
	d := users("r1", 1, 2, 3)
	d.Metadata, d.Types, d.Masked = []string{"homeLanguage", "=a.b"}, []string{"StateID"}, []string{"email"}
	disclose(t, l, d)
	refusal := audit.Refusal{RequestID: "r2", Address: "198.51.100.0/24", Door: "rest-1.2", Route: "/users/{id}", Entity: "users", Status: 403, Reason: "not_granted"}
	if err := l.Refuse(context.Background(), refusal); err != nil {
		t.Fatal(err)
	}
	err := s.DB.Write.Session(&gorm.Session{NowFunc: noon}).Transaction(func(tx *gorm.DB) error {
		return audit.Record(tx, audit.Change{
			Actor: "@root", Action: "grant.save", App: "library", Subject: "=1+1", Reason: "-", After: map[string]any{"share": []string{"users.email"}},
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	sequence(t, l)
	return l
}

func TestJSONIsOneArrayOfObjects(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		l := told(t, s)
		for _, c := range []struct {
			about question
			want  string
		}{
			{l.Disclosures, `[
{"id":1,"time":"2026-03-02T12:00:00.123Z","kind":"disclosure","app":"library","request_id":"r1","door":"rest-1.1","route":"/users","entity":"users","fields":["sourcedId","email"],"metadata":["homeLanguage","=a.b"],"types":["StateID"],"masked":["email"],"filter":[],"count":3,"revision":4,"generation":2,"actor":"","reason":""}
]
`},
			{l.Refusals, `[
{"id":2,"time":"2026-03-02T12:00:00.123Z","kind":"refusal","app":"","request_id":"r2","door":"rest-1.2","route":"/users/{id}","entity":"users","status":403,"reason":"not_granted","actor":"","address":"198.51.100.0/24","count":1,"last_request_id":""}
]
`},
			{l.Changes, `[
{"id":3,"time":"2026-03-02T12:00:00.123Z","kind":"change","app":"library","actor":"@root","action":"grant.save","subject":"=1+1","reason":"-","before":null,"after":{"share":["users.email"]}}
]
`},
		} {
			var b strings.Builder
			if err := audit.WriteJSON(&b, walk(c.about)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, b.String()); diff != "" {
				t.Error(diff)
			}
		}
	})
}

func TestJSONOfManyAndOfNoneIsAnArray(t *testing.T) {
	for _, n := range []int{0, 1, 3} {
		var b strings.Builder
		if err := audit.WriteJSON(&b, made(n)); err != nil {
			t.Fatal(err)
		}
		var all []map[string]any
		if err := json.Unmarshal([]byte(b.String()), &all); err != nil || len(all) != n || all == nil {
			t.Errorf("%d entries: %s, err %v", n, b.String(), err)
		}
		for _, entry := range all {
			if fields, is := entry["fields"].([]any); !is || len(fields) != 0 {
				t.Errorf("no fields are written as %v", entry["fields"])
			}
		}
	}
}

// made is a walk over n disclosures.
func made(n int) audit.Walk {
	return func(fn func(audit.Entry) error) error {
		for i := range n {
			if err := fn(audit.Entry{ID: int64(i), Kind: audit.KindDisclosure}); err != nil {
				return err
			}
		}
		return nil
	}
}

func TestAnAnswerThatBrokeOffIsNoJSON(t *testing.T) {
	broken := errors.New("broken")
	for _, n := range []int{0, 2} {
		var b strings.Builder
		err := audit.WriteJSON(&b, func(fn func(audit.Entry) error) error { return errors.Join(made(n)(fn), broken) })
		if !errors.Is(err, broken) || json.Valid([]byte(b.String())) {
			t.Errorf("after %d entries: %q, err %v", n, b.String(), err)
		}
		if err := audit.WriteCSV(&b, audit.KindDisclosure, func(fn func(audit.Entry) error) error { return broken }); !errors.Is(err, broken) {
			t.Errorf("CSV: %v", err)
		}
	}
}

func TestCSVIsHarmlessInASpreadsheet(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		l := told(t, s)
		for _, c := range []struct {
			kind  audit.Kind
			about question
			want  string
		}{
			{audit.KindDisclosure, l.Disclosures, "id,time,kind,app,request_id,door,route,entity,fields,metadata,types,masked,filter,count,revision,generation,actor,reason\n" +
				"1,2026-03-02T12:00:00.123Z,disclosure,library,r1,rest-1.1,/users,users,sourcedId email,homeLanguage =a.b,StateID,email,,3,4,2,,\n"},
			{audit.KindRefusal, l.Refusals, "id,time,kind,app,request_id,door,route,entity,status,reason,actor,address,count,last_request_id\n" +
				"2,2026-03-02T12:00:00.123Z,refusal,,r2,rest-1.2,/users/{id},users,403,not_granted,,198.51.100.0/24,1,\n"},
			{audit.KindChange, l.Changes, "id,time,kind,app,actor,action,subject,reason,before,after\n" +
				"3,2026-03-02T12:00:00.123Z,change,library,'@root,grant.save,'=1+1,'-,,\"{\"\"share\"\":[\"\"users.email\"\"]}\"\n"},
		} {
			var b strings.Builder
			if err := audit.WriteCSV(&b, c.kind, walk(c.about)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, b.String()); diff != "" {
				t.Error(diff)
			}
		}
	})
}

// A metadata key may hold a space.
func TestNamesInACellOfCSVReadLikeAsManyAsThereAre(t *testing.T) {
	cells := map[string]bool{}
	for _, names := range []audit.Names{{"a", "b"}, {"a b"}, {`"a`, `b"`}, {`"a b"`}, {"a\nb"}, {`a\nb`}, {"a\u00a0b"}, {"", "a", "b"}, {"a,b"}} {
		var b strings.Builder
		entry := audit.Entry{Kind: audit.KindDisclosure, Metadata: names}
		if err := audit.WriteCSV(&b, audit.KindDisclosure, func(fn func(audit.Entry) error) error { return fn(entry) }); err != nil {
			t.Fatal(err)
		}
		if cells[b.String()] {
			t.Errorf("%q read like others: %s", names, b.String())
		}
		cells[b.String()] = true
	}
}

func TestAChangeWhoseReasonIsNotOnOneLineIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		put := func(c audit.Change) error {
			return s.DB.Write.Transaction(func(tx *gorm.DB) error { return audit.Record(tx, c) })
		}
		for _, text := range []string{"one\ntwo", "one\r", "\x1b[2J", "\u009b2J", "\u202etxt.exe", "tab\t", "\u2028", "\xff", "zero\x00"} {
			for _, c := range []audit.Change{{Reason: text}, {Actor: text}, {Subject: text}} {
				if err := put(c); !fault.Is(err, fault.Invalid) {
					t.Errorf("%q in %+v: %v", text, c, err)
				}
			}
		}
		for _, text := range []string{"", "a plain reason", "ŷ, 李, محمد", "non\u00a0breaking", "می\u200cخواهم", "1 < 2 & \"so\" 🙂"} {
			if err := put(audit.Change{Actor: "cli:ada", Action: "grant.save", Reason: text}); err != nil {
				t.Errorf("%q: %v", text, err)
			}
		}
	})
}

func TestNoCellBeginsAFormula(t *testing.T) {
	for _, start := range []string{"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"} {
		var b strings.Builder
		entry := audit.Entry{Kind: audit.KindDisclosure, Metadata: audit.Names{start + "1", "x"}}
		err := audit.WriteCSV(&b, audit.KindDisclosure, func(fn func(audit.Entry) error) error { return fn(entry) })
		if err != nil {
			t.Fatal(err)
		}
		lines, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if cell := lines[1][slices.Index(lines[0], "metadata")]; !strings.HasPrefix(cell, "'"+start[:1]) && !strings.HasPrefix(cell, `"\`) {
			t.Errorf("%q is written as %q", start, cell)
		}
	}
}
