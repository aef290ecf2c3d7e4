package roster_test

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/rostertest"
)

// reading is what roster.Read returns of an entity: the cells of each record by
// field, by "userIds.Type" and by "metadata.key", in the order of the ids.
type reading struct {
	ids   map[string]uint32 // by sourcedId
	cells map[string]map[string]string
}

// everything reads all that is stored of e.
func everything(t *testing.T, r *rostertest.Rooms, e catalog.Entity, types, keys []string) reading {
	t.Helper()
	selection := roster.Selection{Entity: e, Fields: e.Stored(catalog.V11), Types: types, Keys: keys}
	names := make([]string, 0, selection.Width())
	for _, f := range selection.Fields {
		names = append(names, f.Name)
	}
	for _, kind := range types {
		names = append(names, "userIds."+kind)
	}
	for _, key := range keys {
		names = append(names, "metadata."+key)
	}
	snapshot, err := r.Snapshot(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	all := reading{ids: map[string]uint32{}, cells: map[string]map[string]string{}}
	_, err = r.Read(context.Background(), selection, snapshot.Live(e.Plural).ToArray(), func(id uint32, cells [][]byte) error {
		record := map[string]string{}
		for i, name := range names {
			record[name] = string(cells[i])
		}
		all.ids[string(cells[0])], all.cells[string(cells[0])] = id, record
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// rendered is a cell of the CSV as the roster ought to store it.
func rendered(t *testing.T, f catalog.Field, cell string, found map[string]reading) string {
	t.Helper()
	switch {
	case cell == "":
		return ""
	case f.Kind == catalog.List || f.Kind == catalog.Tokens:
		return jsonList(t, strings.Split(cell, ","))
	case f.Kind.Refers():
		var ids []string
		for sourcedID := range strings.SplitSeq(cell, ",") {
			ids = append(ids, strconv.Itoa(int(found[f.Target].ids[sourcedID])))
		}
		return strings.Join(ids, ",")
	}
	return cell
}

func jsonList(t *testing.T, items []string) string {
	t.Helper()
	var b strings.Builder
	out := json.NewEncoder(&b)
	out.SetEscapeHTML(false)
	if err := out.Encode(items); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(b.String())
}

// typed reads userIds, of which the sample has no awkward ones.
func typed(cell string) map[string][]string {
	byType := map[string][]string{}
	for part := range strings.SplitSeq(cell, "},") {
		if kind, id, ok := strings.Cut(strings.Trim(part, "{}"), ":"); ok {
			byType[kind] = append(byType[kind], id)
		}
	}
	return byType
}

func TestWhatWasWrittenIsWhatIsRead(t *testing.T) {
	p := drawn(t, 500)
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		report, err := r.Import(context.Background(), p.Folder(t), intake.Options{})
		if err != nil || report.Verdict != intake.Stored {
			t.Fatalf("%+v, %v", report, err)
		}
		found := map[string]reading{}
		for _, e := range catalog.Tables(catalog.V11) {
			types, keys := members(t, s.DB, e)
			found[e.Plural] = everything(t, r, e, types, keys)
			equals(t, tableOf(t, p, e), e, found, string(report.CommittedAt))
		}
		passwordsAreNowhere(t, p, s.DB, report)
	})
}

// members are the types and keys that an entity has.
func members(t *testing.T, db *database.Database, e catalog.Entity) (types, keys []string) {
	t.Helper()
	all, err := roster.Keys(db.Read)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range all {
		switch {
		case k.Entity != e.Plural:
		case k.Bag == catalog.UserIDs:
			types = append(types, k.Name)
		default:
			keys = append(keys, k.Name)
		}
	}
	return types, keys
}

// equals compares a file with what is stored of it, cell by cell.
func equals(t *testing.T, rows table, e catalog.Entity, found map[string]reading, committed string) {
	t.Helper()
	stored := found[e.Plural].cells
	if len(stored) != len(rows)-1 || len(stored) == 0 {
		t.Errorf("%s: %d of %d rows are stored", e.Plural, len(stored), len(rows)-1)
	}
	for _, row := range rows[1:] {
		record, ok := stored[row[0]]
		if !ok || record["status"] != "active" || record["dateLastModified"] > committed {
			t.Errorf("%s: a record is not there as active and of this import", e.Plural)
			continue
		}
		for i, header := range rows[0] {
			if key, isKey := strings.CutPrefix(header, "metadata."); isKey && record[header] != row[i] {
				t.Errorf("%s metadata %s: %q is stored as %q", e.Plural, key, row[i], record[header])
			}
		}
		for _, f := range e.Stored(catalog.V11)[3:] {
			cell := row[rows.column(f.Header())]
			if f.Kind == catalog.Identifiers {
				equalIdentifiers(t, f, cell, record)
			} else if want := rendered(t, f, cell, found); record[f.Name] != want {
				t.Errorf("%s.%s: %q is stored as %q", e.Plural, f.Name, cell, record[f.Name])
			}
		}
	}
}

func equalIdentifiers(t *testing.T, f catalog.Field, cell string, record map[string]string) {
	t.Helper()
	want := typed(cell)
	for name, got := range record {
		kind, isType := strings.CutPrefix(name, f.Name+".")
		if !isType {
			continue
		}
		var ids []string
		if got != "" {
			if err := json.Unmarshal([]byte(got), &ids); err != nil {
				t.Fatal(err)
			}
		}
		if !slices.Equal(ids, want[kind]) {
			t.Errorf("userIds %s: %q is stored as %s", kind, cell, got)
		}
		delete(want, kind)
	}
	if len(want) > 0 {
		t.Errorf("userIds %q: not read: %v", cell, slices.Collect(maps.Keys(want)))
	}
}

func passwordsAreNowhere(t *testing.T, p parcel, db *database.Database, report *intake.Report) {
	t.Helper()
	users, _ := catalog.Find("users")
	rows, everywhere := tableOf(t, p, users), take(t, db).text()
	passwords := 0
	for _, row := range rows[1:] {
		if password := row[rows.column("password")]; password != "" {
			passwords++
			if strings.Contains(everywhere, password) {
				t.Error("a password is in the database")
			}
		}
	}
	if passwords == 0 || report.PasswordsDropped != passwords {
		t.Errorf("%d passwords, %d counted", passwords, report.PasswordsDropped)
	}
}

// The sample is valid; all that may be said of it is that ids differ by case.
func TestASampleDistrictHasNoProblems(t *testing.T) {
	p := drawn(t, 1000)
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		report, err := rostertest.Open(s.DB, s.Ledger, time.Now).Import(context.Background(), p.Folder(t), intake.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range report.Causes {
			if !strings.Contains(c.Problem.Problem, "only by case") {
				t.Errorf("%d times: %s", c.Count, problem(c.Problem))
			}
		}
	})
}
