package sample

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"

	"github.com/rostergate/rostergate/catalog"
)

// table writes one entity's CSV file, cell by name.
type table struct {
	csv    *csv.Writer
	entity string
	place  map[string]int // the column of a field's name, or of "metadata." and a key
	cells  []string
	count  int // of rows
}

// fill writes an entity's header, as the catalog has it, and its rows, and counts these.
func fill(w io.Writer, e catalog.Entity, rows func(*table) error) (int, error) {
	t := &table{csv: csv.NewWriter(w), entity: e.Plural, place: map[string]int{}}
	var header []string
	for _, f := range e.Columns(catalog.V11) {
		t.place[f.Name] = len(header)
		header = append(header, f.Header())
	}
	for _, key := range keys(e.Plural) {
		t.place["metadata."+key] = len(header)
		header = append(header, "metadata."+key)
	}
	t.cells = make([]string, len(header))
	if err := t.csv.Write(header); err != nil {
		return 0, err
	}
	if err := rows(t); err != nil {
		return 0, err
	}
	t.csv.Flush()
	return t.count, t.csv.Error()
}

// row writes a record given as names and values in turn: the catalog's names of
// fields, or "metadata." and a key. What is not named stays blank, as status and
// dateLastModified must be in a bulk file.
func (t *table) row(pairs ...string) error {
	clear(t.cells)
	for pair := range slices.Chunk(pairs, 2) {
		at, ok := t.place[pair[0]]
		if !ok {
			return fmt.Errorf("%s has no column %s", t.entity, pair[0])
		}
		t.cells[at] = pair[1]
	}
	t.count++
	return t.csv.Write(t.cells)
}

// keys lists an entity's metadata keys: those that vendors are known to ask for,
// then those that are this district's own.
func keys(entity string) []string {
	var all []string
	for _, k := range catalog.KnownKeys() {
		if k.Entity == entity {
			all = append(all, k.Key)
		}
	}
	switch entity {
	case "orgs":
		all = append(all, "NCESid", "orgStateid", "gradeRange", "address1", "address2", "city", "state",
			"postCode", "phone", "principal", "principalEmail")
	case "classes":
		all = append(all, "classStateId", "SessionStartTime", "SessionEndTime")
	case "users":
		all = append(all, "lunchBalance")
	case "demographics":
		all = append(all, "transportationRoute")
	}
	return all
}

// manifest writes manifest.csv: a file that the catalog does not describe is
// absent from the package.
func manifest(w io.Writer) error {
	out := csv.NewWriter(w)
	lines := [][]string{{"propertyName", "value"}, {"manifest.version", "1.0"}, {"oneroster.version", "1.1"}}
	for _, name := range []string{
		"academicSessions", "categories", "classes", "classResources", "courses", "courseResources",
		"demographics", "enrollments", "lineItems", "orgs", "resources", "results", "users",
	} {
		mode := "absent"
		if _, ok := catalog.Find(name); ok {
			mode = "bulk"
		}
		lines = append(lines, []string{"file." + name, mode})
	}
	lines = append(lines, []string{"source.systemName", "Rostergate sample district"}, []string{"source.systemCode", "sample"})
	return out.WriteAll(lines)
}
