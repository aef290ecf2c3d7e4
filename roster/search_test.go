package roster_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/rostertest"
)

// searchable is a roster that holds a package.
func searchable(t *testing.T, s dbtest.Store, p parcel) *rostertest.Rooms {
	t.Helper()
	r := rostertest.Open(s.DB, s.Ledger, time.Now)
	report, err := r.Import(context.Background(), p.Folder(t), intake.Options{AcceptHold: true})
	if err != nil || report.Verdict != intake.Stored {
		t.Fatalf("import: %+v, %v", report, err)
	}
	return r
}

func searched(t *testing.T, r *rostertest.Rooms, plural, text string, most int) (ids []string, more bool) {
	t.Helper()
	e, _ := catalog.Find(plural)
	found, more, err := r.Search(context.Background(), e, text, most)
	if err != nil {
		t.Fatalf("search %s for %q: %v", plural, text, err)
	}
	for _, h := range found {
		ids = append(ids, h.SourcedID)
	}
	return ids, more
}

func TestASearchFindsByAnyTextAndIgnoresCase(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		p := town(t)
		p["users.csv"] += strings.Join([]string{
			"u-1,,,true,oak,student,zmarquez,,Zoé,Márquez,,ID_7,zoe.m@example.org,,,,03,",
			"u-2,,,true,oak,student,weiss,,Jörg,Weißmann,,ID-8,100%@example.org,,,,03,",
			"u-3,,,true,oak,student,elodie,,Élodie-Ève-Noël-Île-Àç,Σοφός,,,,,,,03,",
			"u-4,,,true,oak,student,lee,,小龙,李,,,,,,,03,",
			"U-1,,,true,oak,student,other,,Zoe,Back\\slash,,99,,,,,03,",
		}, "\n") + "\n"
		r := searchable(t, s, p)
		for _, c := range []struct {
			entity, text string
			want         []string
		}{
			{"users", "cleo", []string{"cleo"}},
			{"users", "DAY Cleo", []string{"cleo"}},
			{"users", "zoé", []string{"u-1"}},
			{"users", "ZOÉ márQUEZ", []string{"u-1"}},
			{"users", "WEIß", []string{"u-2"}},
			{"users", "éáéáéá", nil},
			{"users", "ÉLODIE-ÈVE-NOËL-ÎLE-ÀÇ", []string{"u-3"}},
			{"users", "σοφόσ", []string{"u-3"}},
			{"users", "李", []string{"u-4"}},
			{"users", "mÁrquez zmarquez zoe.m@EXAMPLE.org", []string{"u-1"}},
			{"users", "id_7", []string{"u-1"}},
			{"users", "%", []string{"u-2"}},
			{"users", `k\s`, []string{"U-1"}},
			{"users", "U-1", []string{"U-1", "u-1"}},
			{"users", "u-1", []string{"u-1", "U-1"}},
			{"users", "Zoé Day", nil},
			{"users", "", nil},
			{"users", "  ", nil},
			{"users", "nobody' OR 1=1", nil},
			{"users", "a\x00b", nil},
			{"users", "\xff", nil},
			{"orgs", "annex", []string{"annex"}},
			{"orgs", "103", []string{"annex"}},
			{"classes", "art-a", []string{"art-a"}},
			{"courses", "Art", []string{"art"}},
			{"enrollments", "e-dan", []string{"e-dan"}},
			{"demographics", "dan", []string{"dan"}},
			{"demographics", "male", nil},
		} {
			if got, more := searched(t, r, c.entity, c.text, 20); !slices.Equal(got, c.want) || more {
				t.Errorf("%s, %q: found %q, more is %t; wanted %q", c.entity, c.text, got, more, c.want)
			}
		}
	})
}

func TestASearchIsBoundedAndSaysSo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		p := town(t)
		for i := range 30 {
			p["users.csv"] += fmt.Sprintf("many-%02d,,,true,oak,student,m%d,,Renée,Twin,,,,,,,03,\n", i, i)
		}
		r := searchable(t, s, p)
		for _, text := range []string{"twin", "renée", "many"} {
			for most, wantMore := range map[int]bool{5: true, 29: true, 30: false, 31: false} {
				got, more := searched(t, r, "users", text, most)
				if len(got) != min(most, 30) || more != wantMore || !slices.IsSorted(got) {
					t.Errorf("%q, at most %d: %d, more is %t", text, most, len(got), more)
				}
			}
		}
		if got, more := searched(t, r, "users", "many-17", 1); more || !slices.Equal(got, []string{"many-17"}) {
			t.Errorf("by its sourcedId: %q, %t", got, more)
		}
	})
}

func TestTheFirstRecordWithAValueIsAmongThoseAskedFor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		p := town(t)
		p["users.csv"] = strings.Replace(p["users.csv"], "grades,password", "grades,password,metadata.bus", 1)
		lines := strings.Split(strings.TrimSpace(p["users.csv"]), "\n")
		for i, line := range lines[1:] {
			bus := ""
			if strings.HasPrefix(line, "dan,") || strings.HasPrefix(line, "otto,") {
				bus = "7"
			}
			lines[i+1] = line + "," + bus
		}
		p["users.csv"] = strings.Join(lines, "\n") + "\n"
		r := searchable(t, s, p)
		users, _ := catalog.Find("users")
		bus := roster.Selection{Entity: users, Keys: []string{"bus"}}
		everyone := roaring.New()
		everyone.AddRange(1, 1000)
		first := func(among *roaring.Bitmap, s roster.Selection) string {
			t.Helper()
			id, err := r.FirstWith(context.Background(), s, among)
			if err != nil {
				t.Fatal(err)
			}
			found, err := r.Hits(context.Background(), users, []uint32{id}, 1)
			if err != nil {
				t.Fatal(err)
			}
			if len(found) == 0 {
				return ""
			}
			return found[0].SourcedID
		}
		one := first(everyone, bus)
		if one != "dan" && one != "otto" {
			t.Errorf("the first with a bus is %q", one)
		}
		rest := everyone.Clone()
		id, _, err := r.Find(context.Background(), users, one)
		if err != nil {
			t.Fatal(err)
		}
		rest.Remove(id)
		if other := first(rest, bus); other != "dan" && other != "otto" || other == one {
			t.Errorf("without %s the first with a bus is %q", one, other)
		}
		email, _ := users.Field("email")
		if id, err := r.FirstWith(context.Background(), roster.Selection{Entity: users, Types: []string{"none"}, Keys: []string{"train"}}, everyone); id != 0 || err != nil {
			t.Errorf("nobody has it: %d, %v", id, err)
		}
		if got := first(roaring.New(), roster.Selection{Entity: users, Fields: []catalog.Field{email}}); got != "" {
			t.Errorf("among nobody: %q", got)
		}
	})
}

func TestAHitTellsWhatTheRecordIsAndWhetherItIsGone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := searchable(t, s, town(t))
		p := town(t)
		lines := strings.SplitAfter(p["users.csv"], "\n")
		p["users.csv"] = strings.Join(slices.DeleteFunc(lines, func(line string) bool { return strings.HasPrefix(line, "cleo,") }), "")
		if report, err := r.Import(context.Background(), p.Folder(t), intake.Options{AcceptHold: true}); err != nil || report.Verdict != intake.Stored {
			t.Fatalf("import: %+v, %v", report, err)
		}
		users, _ := catalog.Find("users")
		found, _, err := r.Search(context.Background(), users, "CLEO", 5) // of who left nothing but the sourcedId is kept
		if err != nil || len(found) != 1 || !found[0].Gone {
			t.Fatalf("who left: %+v, %v", found, err)
		}
		dan, _, err := r.Search(context.Background(), users, "dan", 5)
		if err != nil || len(dan) != 1 || dan[0].Gone || len(dan[0].Words) != 1 || dan[0].Words[0].Text != "student" {
			t.Errorf("found %+v, %v", dan, err)
		}
		again, err := r.Hits(context.Background(), users, []uint32{dan[0].ID, found[0].ID}, 20)
		if err != nil || len(again) != 2 || again[0].ID > again[1].ID {
			t.Errorf("by id: %+v, %v", again, err)
		}
		if one, err := r.Hits(context.Background(), users, []uint32{dan[0].ID, found[0].ID}, 1); err != nil || len(one) != 1 {
			t.Errorf("at most one: %+v, %v", one, err)
		}
		if none, err := r.Hits(context.Background(), users, nil, 20); err != nil || len(none) != 0 {
			t.Errorf("of none: %+v, %v", none, err)
		}
	})
}
