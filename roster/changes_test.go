package roster_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/rostertest"
	"github.com/rostergate/rostergate/sample"
)

// drawn is a package of a made-up district, with every file of OneRoster in it.
func drawn(t testing.TB, students int) parcel {
	t.Helper()
	dir := t.TempDir()
	if err := (sample.District{Students: students, Seed: 7}).WriteDir(dir); err != nil {
		t.Fatal(err)
	}
	p := parcel{}
	names, err := filepath.Glob(filepath.Join(dir, "*.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		p[filepath.Base(name)] = string(text)
	}
	return p
}

// table is a file of a package, row by row; the first is the header.
type table [][]string

func tableOf(t testing.TB, p parcel, e catalog.Entity) table {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(p[e.File()])).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func put(t testing.TB, p parcel, e catalog.Entity, rows table) {
	t.Helper()
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	p[e.File()] = b.String()
}

// column is where a header stands.
func (rows table) column(header string) int { return slices.Index(rows[0], header) }

// other is a valid value of the field that differs from the cell's.
func other(t testing.TB, p parcel, f catalog.Field, own, cell string) string {
	t.Helper()
	candidates := map[catalog.Kind][]string{
		catalog.Text:        {"Other", "Another"},
		catalog.Boolean:     {"true", "false"},
		catalog.Date:        {"2025-11-11", "2025-11-12"},
		catalog.Year:        {"2026", "2027"},
		catalog.List:        {"01,02", "03"},
		catalog.Token:       f.Values,
		catalog.Tokens:      f.Values,
		catalog.Identifiers: {"{Locker:1}", "{Locker:2}"},
	}[f.Kind]
	if f.Kind.Refers() {
		target, _ := catalog.Find(f.Target)
		for _, row := range tableOf(t, p, target)[1:] {
			candidates = append(candidates, row[0])
		}
	}
	for _, c := range candidates {
		if c != cell && c != own && !strings.Contains(c, "'") {
			return c
		}
	}
	t.Fatalf("no other value for %s", f.Name)
	return ""
}

// Every field in turn, so that one that is added to the catalog is covered.
func TestTheChangeOfOneFieldOfOneRecordIsKeptAsThatAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r, p := rostertest.Open(s.DB, s.Ledger, time.Now), drawn(t, 12)
		restore(t, r, p)
		for _, e := range catalog.Tables(catalog.V11) {
			for _, f := range e.Stored(catalog.V11)[3:] {
				rows := tableOf(t, p, e)
				at, last := rows.column(f.Header()), rows[len(rows)-1]
				old := last[at]
				last[at] = other(t, p, f, last[0], old)
				put(t, p, e, rows)
				restore(t, r, p)
				want := slices.Sorted(slices.Values(append(alone(e, f, last[0], old), elsewhere(e, f, rows, old)...)))
				if !slices.Equal(changed(t, s.DB), want) {
					t.Errorf("%s.%s (-want +got):\n%s", e.Plural, f.Name, cmp.Diff(want, changed(t, s.DB)))
				}
			}
		}
	})
}

// alone is what a change of the field writes, where the old cell is given.
func alone(e catalog.Entity, f catalog.Field, sourcedID, old string) []string {
	if f.Kind != catalog.Identifiers {
		return []string{e.Plural + "." + f.Name + " " + sourcedID}
	}
	want := []string{e.Plural + "." + f.Name + ".Locker " + sourcedID}
	for part := range strings.SplitSeq(old, "},") {
		if kind, _, typed := strings.Cut(strings.TrimPrefix(part, "{"), ":"); typed {
			want = append(want, e.Plural+"."+f.Name+"."+kind+" "+sourcedID)
		}
	}
	slices.Sort(want)
	return want
}

// elsewhere is what the change of a reference of the last row, where its old cell
// is given, makes other records show in their computed fields.
func elsewhere(e catalog.Entity, f catalog.Field, rows table, old string) []string {
	var all []string
	for _, owner := range catalog.Tables(catalog.V11) {
		for _, shown := range owner.In(catalog.V11) {
			if shown.Through == nil || shown.Through.Entity != e.Plural || f.Name != shown.Through.Field && f.Name != shown.Through.Member {
				continue
			}
			to, _ := e.Field(shown.Through.Field)
			owners := []string{rows[len(rows)-1][rows.column(to.Header())]}
			if f.Name == shown.Through.Field {
				owners = append(owners, old)
			}
			for _, id := range owners {
				all = append(all, owner.Plural+"."+shown.Name+" "+id)
			}
		}
	}
	return all
}

func TestTheChangeOfOneMetadataKeyIsKeptAsThatAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r, p := rostertest.Open(s.DB, s.Ledger, time.Now), drawn(t, 12)
		restore(t, r, p)
		for _, e := range catalog.Tables(catalog.V11) {
			for i, header := range tableOf(t, p, e)[0] {
				if !strings.HasPrefix(header, "metadata.") {
					continue
				}
				for _, value := range []string{"Other", ""} {
					rows := tableOf(t, p, e)
					last := rows[len(rows)-1]
					last[i] = value
					put(t, p, e, rows)
					restore(t, r, p)
					if want := []string{e.Plural + "." + header + " " + last[0]}; !slices.Equal(changed(t, s.DB), want) {
						t.Errorf("%s (-want +got):\n%s", header, cmp.Diff(want, changed(t, s.DB)))
					}
				}
			}
		}
	})
}

func TestAFieldThatIsEmptiedForAllChangesInAllThatHadIt(t *testing.T) {
	users, _ := catalog.Find("users")
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r, p := rostertest.Open(s.DB, s.Ledger, time.Now), drawn(t, 700) // more than are compared at a time
		restore(t, r, p)
		rows := tableOf(t, p, users)
		var want []string
		for _, row := range rows[1:] {
			if at := rows.column("phone"); row[at] != "" {
				row[at] = ""
				want = append(want, "users.phone "+row[0])
			}
		}
		rows[0][rows.column("phone")] = "telephone"
		put(t, p, users, rows)
		report, err := r.Import(context.Background(), p.Folder(t), intake.Options{AcceptHold: true})
		if err != nil || report.Verdict != intake.Stored {
			t.Fatalf("%+v, %v", report, err)
		}
		slices.Sort(want)
		if diff := cmp.Diff(want, changed(t, s.DB)); diff != "" || len(want) < 500 {
			t.Errorf("%d had a phone (-want +got):\n%s", len(want), diff)
		}
	})
}
