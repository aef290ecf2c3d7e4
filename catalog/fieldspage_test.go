package catalog_test

import (
	"bytes"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
	"text/template"

	"github.com/google/go-cmp/cmp"
	"github.com/rostergate/rostergate/catalog"
)

// update writes docs/fields.md instead of comparing it: make fields.
var update = flag.Bool("update", false, "write docs/fields.md anew")

const fieldsPage = "../docs/fields.md"

func TestTheFieldsPageSaysWhatTheCatalogSays(t *testing.T) {
	page := renderFieldsPage(t)
	if *update {
		if err := os.WriteFile(fieldsPage, page, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	written, err := os.ReadFile(fieldsPage)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(written, page) {
		t.Errorf("docs/fields.md is out of date, run `make fields`\n%s", cmp.Diff(string(written), string(page)))
	}
}

func renderFieldsPage(t *testing.T) []byte {
	t.Helper()
	layout, err := template.New("fields.md.tmpl").Funcs(template.FuncMap{
		"classes":  classes,
		"code":     code,
		"entities": catalog.Entities,
		"hides":    hides,
		"in":       func(e catalog.Entity, f catalog.Field) catalog.Version { return e.Versions & f.Versions },
		"keys":     catalog.KnownKeys,
		"list":     list,
		"refers":   refers,
		"reveals":  reveals,
		"routes":   func() []catalog.Route { return catalog.Routes(catalog.V11) },
		"versions": versions,
	}).ParseFiles("testdata/fields.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	var page bytes.Buffer
	if err := layout.Execute(&page, nil); err != nil {
		t.Fatal(err)
	}
	return page.Bytes()
}

func classes() string {
	var names []string
	for _, c := range catalog.Classes() {
		if c != catalog.Unclassified {
			names = append(names, string(c))
		}
	}
	return strings.Join(names, ", ")
}

func code(name string) string {
	if name == "" {
		return ""
	}
	return "`" + name + "`"
}

func list(names []string) string {
	marked := slices.Clone(names)
	for i := range marked {
		marked[i] = code(marked[i])
	}
	return strings.Join(marked, ", ")
}

func versions(v catalog.Version) string {
	switch v {
	case catalog.V11:
		return "1.1"
	case catalog.V12:
		return "1.2"
	}
	return "1.1, 1.2"
}

func hides(f catalog.Field) string {
	switch f.Class {
	case catalog.Structural:
		return "with the entity"
	case catalog.Credential:
		return "always"
	}
	return "alone"
}

func refers(f catalog.Field) string {
	if f.Through == nil {
		return f.Target
	}
	return f.Target + ", by `" + f.Through.Entity + "." + f.Through.Field + "`"
}
