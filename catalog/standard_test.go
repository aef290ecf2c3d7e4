package catalog_test

import (
	"bufio"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rostergate/rostergate/catalog"
)

// standard reads one of the lists in testdata, which are the standard's own
// words: the lines without comments, by their first word.
func standard(t *testing.T, name string) map[string]string {
	t.Helper()
	file, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	list := map[string]string{}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		key, rest, _ := strings.Cut(lines.Text(), " ")
		if _, twice := list[key]; twice {
			t.Fatalf("%s has %s twice", name, key)
		}
		list[key] = rest
	}
	return list
}

func TestTheCSVHeadersAreTheStandards(t *testing.T) {
	files := map[catalog.Version]string{catalog.V11: "headers-1.1.txt", catalog.V12: "headers-1.2.txt"}
	eachVersion(t, func(t *testing.T, v catalog.Version) {
		ours := map[string]string{}
		for _, e := range catalog.Tables(v) {
			ours[e.File()] = header(e, v)
		}
		if diff := cmp.Diff(standard(t, files[v]), ours); diff != "" {
			t.Errorf("the standard has -, the catalog +\n%s", diff)
		}
	})
}

// header is the header line of an entity's file, required columns starred.
func header(e catalog.Entity, v catalog.Version) string {
	var names []string
	for _, f := range e.Columns(v) {
		name := f.Header()
		if f.Required {
			name += "*"
		}
		names = append(names, name)
	}
	return strings.Join(names, ",")
}

func TestTheRoutesAreTheStandards(t *testing.T) {
	files := map[catalog.Version]string{catalog.V11: "routes-1.1.txt", catalog.V12: "routes-1.2.txt"}
	eachVersion(t, func(t *testing.T, v catalog.Version) {
		ours := map[string]string{}
		for _, r := range catalog.Routes(v) {
			e, ok := catalog.Find(r.Entity)
			if !ok || !e.Served {
				t.Errorf("%s answers with %q, which is not served", r.Path, r.Entity)
			}
			envelope := e.Plural
			if r.Single {
				envelope = e.Name
			}
			if _, twice := ours[r.Path]; twice {
				t.Errorf("%s stands twice", r.Path)
			}
			ours[r.Path] = strings.Join([]string{r.Operation, envelope, string(r.TokenScope)}, " ")
		}
		if diff := cmp.Diff(standard(t, files[v]), ours); diff != "" {
			t.Errorf("the standard has -, the catalog +\n%s", diff)
		}
	})
}

func TestThereAre41RosteringReadsAndAFewOfResources(t *testing.T) {
	of := map[catalog.Version]int{catalog.V11: 4, catalog.V12: 5}
	eachVersion(t, func(t *testing.T, v catalog.Version) {
		rostering, resources := 0, 0
		operations := map[string]bool{}
		for _, r := range catalog.Routes(v) {
			operations[r.Operation] = true
			if r.TokenScope == catalog.ResourceScope || r.TokenScope == catalog.ResourceCoreScope {
				resources++
				continue
			}
			rostering++
		}
		if rostering != 41 || resources != of[v] || len(operations) != 41+of[v] {
			t.Errorf("%d rostering and %d resource reads with %d names", rostering, resources, len(operations))
		}
	})
}

func TestARosterScopeOpensTheCoreAndNeverDemographics(t *testing.T) {
	for _, c := range []struct {
		held  catalog.TokenScope
		opens []catalog.TokenScope
	}{
		{catalog.CoreScope, []catalog.TokenScope{catalog.CoreScope}},
		{catalog.RosterScope, []catalog.TokenScope{catalog.CoreScope, catalog.RosterScope}},
		{catalog.DemographicsScope, []catalog.TokenScope{catalog.DemographicsScope}},
		{catalog.ResourceScope, []catalog.TokenScope{catalog.ResourceScope, catalog.ResourceCoreScope}},
		{catalog.ResourceCoreScope, []catalog.TokenScope{catalog.ResourceCoreScope}},
		{"", nil},
	} {
		for _, needed := range catalog.TokenScopes() {
			want := slices.Contains(c.opens, needed)
			if got := needed.OpenedBy([]catalog.TokenScope{c.held}); got != want {
				t.Errorf("%q opens %q: %t, want %t", c.held, needed, got, want)
			}
		}
	}
}
