package roster_test

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/rostertest"
)

// tableColumns are the columns that the catalog asks for.
func tableColumns(e catalog.Entity) []string {
	want := []string{"id", "hash"}
	for _, f := range e.Stored(catalog.Both) {
		want = append(want, f.Column())
	}
	if e.Metadata {
		want = append(want, "metadata")
	}
	return want
}

func TestTablesHaveTheColumnsOfTheCatalogAndNoOthers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		for _, e := range catalog.Tables(catalog.Both) {
			types, err := s.DB.Read.Migrator().ColumnTypes(e.Table())
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, c := range types {
				got = append(got, c.Name())
			}
			slices.Sort(got) // a column that came later stands last
			if diff := cmp.Diff(slices.Sorted(slices.Values(tableColumns(e))), got); diff != "" {
				t.Errorf("%s (-catalog +database):\n%s", e.Table(), diff)
			}
			for _, f := range e.Fields {
				if f.Class == catalog.Credential && slices.Contains(got, f.Column()) {
					t.Errorf("%s has a column for %s", e.Table(), f.Name)
				}
			}
		}
	})
}

// What stands in quotation marks in a statement is a column.
func TestStatementsOfAnImportNameOnlyColumnsOfTheCatalog(t *testing.T) {
	quoted := regexp.MustCompile(`"([^"]+)"`)
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		s.Trace.Take()
		restore(t, r, base(t))
		restore(t, r, changedBase(t))
		var known []string
		for _, e := range catalog.Tables(catalog.Both) {
			known = append(known, tableColumns(e)...)
		}
		seen := 0
		for _, statement := range s.Trace.Take() {
			text, _, _ := strings.Cut(statement, " -- ")
			if about := slices.ContainsFunc(catalog.Tables(catalog.Both), func(e catalog.Entity) bool {
				return regexp.MustCompile(`(FROM|INTO|UPDATE|JOIN) (changed_)?` + e.Table() + `\b`).MatchString(text)
			}); !about {
				continue
			}
			for _, name := range quoted.FindAllStringSubmatch(text, -1) {
				seen++
				if !slices.Contains(known, name[1]) {
					t.Errorf("%q is no column of the catalog: %s", name[1], text)
				}
			}
			if strings.Contains(text, "*") && !strings.Contains(text, "WITH NO DATA") {
				t.Errorf("a statement reads all columns: %s", text)
			}
		}
		if seen == 0 {
			t.Error("no statement was seen")
		}
	})
}

func TestASourcedIdMayHave255CharactersOfAnyScript(t *testing.T) {
	longest, tooLong := strings.Repeat("学", 255), strings.Repeat("a", 256)
	p := base(t)
	p["resources.csv"] = "sourcedId,status,dateLastModified,vendorResourceId,title,roles,importance,vendorId,applicationId\n" +
		longest + ",,,V-1,,,,,\n" + tooLong + ",,,V-2,,,,,\n"
	p.Edit(t, "manifest.csv", "~ file.resources,absent => file.resources,bulk\n")
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		report, err := rostertest.Open(s.DB, s.Ledger, time.Now).Import(context.Background(), p.Folder(t), intake.Options{AcceptHold: true})
		if err != nil || len(report.Problems) != 1 {
			t.Fatalf("%+v, %v", report, err)
		}
		if got, want := problem(report.Problems[0]), "error resources.csv:3 sourcedId: the sourcedId is longer than 255 characters"; got != want {
			t.Errorf("%s, want %s", got, want)
		}
		if c := take(t, s.DB); status(c, "resources", longest) != "active" || status(c, "resources", tooLong) != "nobody" {
			t.Error("the wrong one is stored")
		}
	})
}

// A value may look like SQL, like an escape of COPY, or like JSON: it comes back
// as it went in.
func TestAwkwardValuesComeBackAsTheyWere(t *testing.T) {
	awkward := []string{
		`\.`, `\N`, `\\`, `NULL`, `'; DROP TABLE users; --`, `"`, `""`, `{"a":1}`, `[1]`, `=1+1`, `a,b;c|d`, `%s %d`, `$1 ?`,
		"Zoë 学 😀", "e\u0301", "x\u2028y", "\ufeffx", "&lt;b&gt;", "<script>", strings.Repeat("long ", 20000) + "end", "#", "-- x --",
	}
	users, _ := catalog.Find("users")
	keys := []string{"a.b", "$", "[0]", "#-1", "*", "a b", "Größe 学", "😀", "a{b}", "id", "given_name", "metadata", "--", "a`b", "%"}
	p := crowd(t, len(awkward))
	rows := tableOf(t, p, users)
	for _, key := range keys {
		rows[0] = append(rows[0], "metadata."+key)
	}
	for i, row := range rows[1:] {
		row[rows.column("familyName")] = awkward[i]
		for n := range keys {
			row = append(row, awkward[(i+n)%len(awkward)])
		}
		rows[i+1] = row
	}
	put(t, p, users, rows)
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		for range 2 { // read by COPY, and compared with what was stored
			report, err := r.Import(context.Background(), p.Folder(t), intake.Options{})
			others := slices.DeleteFunc(report.Problems, func(p bundle.Problem) bool { return strings.Contains(p.Problem, "stands for no value") })
			if err != nil || report.Verdict == intake.Held || len(others) > 0 {
				t.Fatalf("%+v, %v", report, err)
			}
		}
		found := everything(t, r, users, nil, keys)
		for i, row := range rows[1:] {
			record := found.cells[row[0]]
			if record["familyName"] != awkward[i] {
				t.Errorf("%q came back as %q", awkward[i], record["familyName"])
			}
			for n, key := range keys {
				want := awkward[(i+n)%len(awkward)]
				if want == "NULL" || want == `\N` { // no values in metadata, and names all the same
					want = ""
				}
				if record["metadata."+key] != want {
					t.Errorf("metadata %q: %.40q came back as %.40q", key, want, record["metadata."+key])
				}
			}
		}
		if len(found.cells) != len(awkward) {
			t.Errorf("%d records", len(found.cells))
		}
	})
}
