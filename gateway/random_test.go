package gateway_test

import (
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/catalog"
)

// words are texts that filters, databases and folds of case may stumble over.
func words() []string {
	return []string{
		"Ana", "ana", "ANA", "O'Brien", "o''brien", "'", `\`, `a\'b`, "x' AND y='z", "R OR S", "Éa", "éA", "Ñandú", "學生", "e\u0301",
		"50%", "_", "a.b", "‘quoted’", "0", "007", "7", "2014-05-01", "true", "null", "a b", "~", "<b>", `"`, "Zoë", "zz", "Z",
	}
}

// memberKeys are keys of metadata, some of which look like something else.
func memberKeys() []string {
	return []string{"note", "Note", "a.b", "a", "Été 學", "with blank", "=odd", "sourcedId"}
}

// dice makes a package of small random files: every entity of the catalog, every
// column, with values of the column's kind or none.
type dice struct {
	*rand.Rand
	ids map[string][]string
}

// many is how many records an entity has. Some are only there to be referred to.
func (d *dice) many(e catalog.Entity) int {
	switch e.Plural {
	case "users":
		return 26
	case "enrollments":
		return 34
	}
	return 9
}

// randomParcel is a package that only the seed decides.
func randomParcel(t testing.TB, seed uint64) parcel {
	t.Helper()
	d := &dice{rand.New(rand.NewPCG(seed, 1)), map[string][]string{}}
	p := parcel{}
	manifest := "propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\n"
	for _, e := range catalog.Tables(catalog.V11) {
		p[e.File()] = d.file(t, e)
		manifest += "file." + e.Plural + ",bulk\n"
	}
	for _, other := range []string{"categories", "lineItems", "results"} {
		manifest += "file." + other + ",absent\n"
	}
	p["manifest.csv"] = manifest
	return p
}

func (d *dice) file(t testing.TB, e catalog.Entity) string {
	t.Helper()
	var b strings.Builder
	w := csv.NewWriter(&b)
	fields := e.Columns(catalog.V11)
	var header []string
	for _, f := range fields {
		header = append(header, f.Header())
	}
	var keys []string
	if e.Metadata {
		keys = memberKeys()
	}
	for _, key := range keys {
		header = append(header, string(catalog.Metadata)+"."+key)
	}
	rows := [][]string{header}
	for i := range d.many(e) {
		var row []string
		for _, f := range fields {
			row = append(row, d.cell(e, f, i))
		}
		for range keys {
			row = append(row, d.maybe(d.word()))
		}
		rows = append(rows, row)
		d.ids[e.Plural] = append(d.ids[e.Plural], row[0])
	}
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func (d *dice) word() string { return words()[d.IntN(len(words()))] }

// maybe is the text, or nothing.
func (d *dice) maybe(text string) string {
	if d.IntN(3) == 0 {
		return ""
	}
	return text
}

func (d *dice) cell(e catalog.Entity, f catalog.Field, row int) string {
	switch {
	case f.Kind == catalog.ID && e.Describes != "":
		return d.ids[e.Describes][row]
	case f.Kind == catalog.ID:
		// In small letters and capitals by turns, so that order and case matter.
		return []string{e.Name, strings.ToUpper(e.Name)}[row%2] + fmt.Sprint("-", (row*7)%40)
	case f.Name == "status", f.Kind == catalog.Timestamp:
		return "" // as bulk files have it
	case f.Target == e.Plural && f.Kind == catalog.Reference:
		if row == 0 {
			return ""
		}
		return d.maybe(d.ids[e.Plural][d.IntN(row)]) // upwards, so never in a circle
	}
	value := d.value(e, f)
	if f.Required {
		return value
	}
	return d.maybe(value)
}

func (d *dice) value(e catalog.Entity, f catalog.Field) string {
	pick := func(from []string) string { return from[d.IntN(len(from))] }
	target := d.ids[f.Target]
	if f.Target == e.Plural && f.Kind == catalog.References { // agents: whoever came before
		target = append(target, e.Name+"-0")
	}
	switch f.Kind {
	case catalog.Token:
		return pick(f.Values)
	case catalog.Tokens:
		return pick(f.Values) + "," + pick(f.Values)
	case catalog.Boolean:
		return pick([]string{"true", "false"})
	case catalog.Date:
		return fmt.Sprintf("20%02d-%02d-%02d", 10+d.IntN(16), 1+d.IntN(12), 1+d.IntN(28))
	case catalog.Year:
		return fmt.Sprint(2020 + d.IntN(8))
	case catalog.List:
		return pick([]string{"03", "09", "9", "KG", "a", "Ä"}) + "," + pick([]string{"10", "x", "KG"})
	case catalog.Identifiers:
		return fmt.Sprintf("{StateID:%d},{LDAP:%s}", d.IntN(30), pick([]string{"ana", "Ana", "zoë"}))
	case catalog.Reference:
		return pick(target)
	case catalog.References:
		return pick(target) + "," + pick(target)
	}
	return d.word()
}
