package roster_test

import (
	"database/sql"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/RoaringBitmap/roaring/v2/roaring64"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/revision"
)

// census is everything that the roster's tables hold, column by column.
type census struct {
	stamp   revision.Stamp
	records map[string]map[string]string // by "users ana", then by column
	rest    []string                     // the rows of the other tables
}

// tables that an import writes beside those of the entities.
func otherTables() []string {
	return []string{"entity_ids", "generations", "changes", "bag_keys", "reviews"}
}

func take(t testing.TB, db *database.Database) census {
	t.Helper()
	c := census{records: map[string]map[string]string{}}
	var err error
	if c.stamp, err = revision.Read(db.Read); err != nil {
		t.Fatal(err)
	}
	for _, e := range catalog.Tables(catalog.Both) {
		for _, row := range rows(t, db, e.Table()) {
			c.records[e.Plural+" "+row["sourced_id"]] = row
		}
	}
	for _, table := range otherTables() {
		for _, row := range rows(t, db, table) {
			c.rest = append(c.rest, table+" "+line(row))
		}
	}
	slices.Sort(c.rest)
	return c
}

// rows reads a table as text; NULL is the empty string.
func rows(t testing.TB, db *database.Database, table string) []map[string]string {
	t.Helper()
	found, err := db.Read.Raw("SELECT * FROM " + table).Rows()
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	names, err := found.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var all []map[string]string
	for found.Next() {
		cells, into := make([]sql.NullString, len(names)), make([]any, len(names))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := found.Scan(into...); err != nil {
			t.Fatal(err)
		}
		row := map[string]string{}
		for i, name := range names {
			row[name] = cells[i].String
		}
		all = append(all, row)
	}
	return all
}

func line(row map[string]string) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(row)) {
		fmt.Fprintf(&b, "%s=%q ", name, row[name])
	}
	return b.String()
}

// text is all of it, to look for what must not be there, and to compare.
func (c census) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%+v\n", c.stamp)
	for _, key := range slices.Sorted(maps.Keys(c.records)) {
		b.WriteString(key + " " + line(c.records[key]) + "\n")
	}
	return b.String() + strings.Join(c.rest, "\n")
}

// content is a record without its date and what only the store knows.
func content(row map[string]string) string {
	plain := maps.Clone(row)
	delete(plain, "date_last_modified")
	return line(plain)
}

// sourcedID finds the record with an id.
func (c census) sourcedID(entity, id string) string {
	for key, row := range c.records {
		if sourcedID, of := strings.CutPrefix(key, entity+" "); of && row["id"] == id {
			return sourcedID
		}
	}
	return "?"
}

// changed lists what the newest generation changed, as "users.email ana"; the
// field of those who came or went is "*".
func changed(t testing.TB, db *database.Database) []string {
	t.Helper()
	c := take(t, db)
	found, err := db.Read.Raw("SELECT entity, field, records FROM changes WHERE generation = (SELECT MAX(generation) FROM generations)").Rows()
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	var all []string
	for found.Next() {
		var entity, field string
		var packed []byte
		if err := found.Scan(&entity, &field, &packed); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(field, "?") && !strings.Contains(field, ".") { // told again of those who have a value now, or no more
			continue
		}
		ids := unpack(t, entity, &field, packed)
		if field == "" {
			field = "*"
		}
		for _, id := range ids {
			all = append(all, entity+"."+field+" "+c.sourcedID(entity, fmt.Sprint(id)))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// unpack reads the records of a change, and takes off the field's name how it
// changed; records of a field that refers stand in the upper halves of pairs.
func unpack(t testing.TB, entity string, field *string, packed []byte) []uint32 {
	t.Helper()
	if !strings.Contains(*field, ".") {
		*field = regexp.MustCompile("[+-]$|<.*").ReplaceAllString(*field, "")
	}
	e, _ := catalog.Find(entity)
	if f, ok := e.Field(*field); !ok || !f.Kind.Refers() {
		set := roaring.New()
		if err := set.UnmarshalBinary(packed); err != nil {
			t.Fatal(err)
		}
		return set.ToArray()
	}
	pairs := roaring64.New()
	if err := pairs.UnmarshalBinary(packed); err != nil {
		t.Fatal(err)
	}
	var ids []uint32
	for _, pair := range pairs.ToArray() {
		ids = append(ids, uint32(pair>>32))
	}
	return slices.Compact(ids)
}

// nested are the ids of users of whom a role or a profile is another than before.
func (c census) nested(before census) map[string]bool {
	users := map[string]bool{}
	for _, pair := range [][2]census{{c, before}, {before, c}} {
		for key, row := range pair[0].records {
			entity, _, _ := strings.Cut(key, " ")
			if (entity == "roles" || entity == "userProfiles") && content(pair[1].records[key]) != content(row) {
				users[row["user"]] = true
			}
		}
	}
	return users
}

// succeeds checks what holds between the states before and after any import,
// whatever it imported.
func (c census) succeeds(t testing.TB, before census, stored bool) {
	t.Helper()
	if !stored {
		if c.text() != before.text() {
			t.Error("something was stored")
		}
		return
	}
	if c.stamp.Generation != before.stamp.Generation+1 {
		t.Errorf("the generation went from %d to %d", before.stamp.Generation, c.stamp.Generation)
	}
	given := map[string]string{}
	nested := c.nested(before)
	for key, row := range before.records {
		now, still := c.records[key]
		switch {
		case strings.HasPrefix(key, "users ") && nested[row["id"]]:
			if now["date_last_modified"] <= row["date_last_modified"] {
				t.Errorf("what hangs on %s changed, and its date went from %s to %s", key, row["date_last_modified"], now["date_last_modified"])
			}
		case !still || now["id"] != row["id"]:
			t.Errorf("%s lost its row or its id", key)
		case content(now) == content(row) && now["date_last_modified"] != row["date_last_modified"]:
			t.Errorf("the date of %s moved, and nothing else", key)
		case content(now) != content(row) && now["date_last_modified"] <= row["date_last_modified"]:
			t.Errorf("%s changed, and its date went from %s to %s", key, row["date_last_modified"], now["date_last_modified"])
		}
	}
	for key, row := range c.records {
		entity, _, _ := strings.Cut(key, " ")
		if other, twice := given[entity+row["id"]]; twice {
			t.Errorf("%s and %s have one id", key, other)
		}
		given[entity+row["id"]] = key
	}
}
