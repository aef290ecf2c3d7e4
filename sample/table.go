package sample

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"slices"

	"github.com/rostergate/rostergate/catalog"
)

// table writes one entity's CSV file, cell by name.
type table struct {
	csv      *csv.Writer
	entity   string
	place    map[string]int // the column of a field's name, or of "metadata." and a key
	headings []string
	cells    []string
	count    int // of rows

	// each, where set, gets the rows instead of the file.
	each func(cells map[string]string) error
}

// fill writes an entity's header, as the catalog has it, and its rows, and counts these.
func fill(w io.Writer, e catalog.Entity, v catalog.Version, rows func(*table) error) (int, error) {
	t := &table{csv: csv.NewWriter(w), entity: e.Plural, place: map[string]int{}}
	var header []string
	for _, f := range e.Columns(catalog.Both) {
		if !f.Versions.Has(v) {
			t.place[f.Name] = elsewhere
			continue
		}
		t.place[f.Name] = len(header)
		header = append(header, f.Header())
	}
	for _, key := range keys(e.Plural) {
		t.place["metadata."+key] = len(header)
		header = append(header, "metadata."+key)
	}
	t.headings = header
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

// elsewhere is the column of a field that the version does not have.
const elsewhere = -1

// row writes a record given as names and values in turn: the catalog's names of
// fields, or "metadata." and a key. What is not named stays blank, as status and
// dateLastModified must be in a bulk file.
func (t *table) row(pairs ...string) error {
	if t.each != nil {
		cells := map[string]string{}
		for pair := range slices.Chunk(pairs, 2) {
			cells[pair[0]] = pair[1]
		}
		return t.each(cells)
	}
	clear(t.cells)
	for pair := range slices.Chunk(pairs, 2) {
		at, ok := t.place[pair[0]]
		if !ok {
			return fmt.Errorf("%s has no column %s", t.entity, pair[0])
		}
		if at != elsewhere {
			t.cells[at] = pair[1]
		}
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

// manifest writes manifest.csv, with the modes of the files: one that the catalog does not
// describe is absent from the package.
func manifest(w io.Writer, v catalog.Version, modes map[string]string) error {
	out := csv.NewWriter(w)
	lines := [][]string{{"propertyName", "value"}, {"manifest.version", "1.0"}, {"oneroster.version", "1.1"}}
	names := []string{
		"academicSessions", "categories", "classes", "classResources", "courses", "courseResources",
		"demographics", "enrollments", "lineItems", "orgs", "resources", "results", "users",
	}
	if v.Has(catalog.V12) {
		lines[2][1] = "1.2"
		names = append(names, "lineItemLearningObjectiveIds", "lineItemScoreScales", "resultLearningObjectiveIds", "resultScoreScales", "roles",
			"scoreScales", "userProfiles", "userResources")
	}
	for _, name := range names {
		mode := cmp.Or(modes[name], "absent")
		lines = append(lines, []string{"file." + name, mode})
	}
	lines = append(lines, []string{"source.systemName", "Rostergate sample district"}, []string{"source.systemCode", "sample"})
	return out.WriteAll(lines)
}
