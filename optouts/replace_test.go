package optouts_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/optouts"
	"github.com/rostergate/rostergate/roster/rostertest"
)

// crowd imports a roster that has more students, p-1 to p-40.
func (d district) crowd() []string {
	d.t.Helper()
	whole := rostertest.Read(d.t, "../roster/testdata/base.txtar")
	lines := strings.SplitAfter(whole["users.csv"], "\n")
	at := slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, "ana,") })
	var ids []string
	for i := range 40 {
		id := fmt.Sprintf("p-%d", i+1)
		ids = append(ids, id)
		cells := strings.Split(lines[at], ",")
		cells[0] = id
		for j, cell := range cells {
			if strings.Contains(cell, "@") || cell == "ana" {
				cells[j] = strings.ReplaceAll(cell, "ana", id)
			}
		}
		whole["users.csv"] += strings.Join(cells, ",")
	}
	d.imports(whole)
	return ids
}

// out are opt-outs of all apps.
func out(students ...string) []optouts.Wanted {
	var wanted []optouts.Wanted
	for _, id := range students {
		wanted = append(wanted, optouts.Wanted{Student: id})
	}
	return wanted
}

func TestAReplacementThatLetsManyBackWaitsForAPersonWhoSaysSo(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		ids := d.crowd()
		d.add(append(out(ids...), optouts.Wanted{Student: ids[0], App: "amplify"})...)
		for _, c := range []struct {
			stays []string
			held  bool
		}{{nil, true}, {ids[:10], true}, {ids[6:], true}, {ids[5:], false}} {
			before := d.stamp()
			report, err := d.Replace(t.Context(), append(out(c.stays...), optouts.Wanted{Student: ids[0], App: "amplify"}), false, ada)
			if err != nil || report.Held != c.held || report.Stored == c.held || (d.stamp() == before) != c.held {
				t.Errorf("of %d that stay: %+v, %v", len(c.stays), report, err)
			}
		}
		d.want("alexandria", sorted(ids[5:])...)
		d.want("amplify", sorted(append([]string{ids[0]}, ids[5:]...))...)
		d.add(out(ids...)...)
		look, err := d.Look(t.Context(), out(ids[20:]...), true)
		want := []optouts.Opening{{App: "alexandria", Students: 20}, {App: "amplify", Students: 20}}
		if err != nil || !look.Held || look.Back != 20 || !slices.Equal(look.Opens, want) {
			t.Errorf("the look says %+v, %v", look, err)
		}
		report, err := d.Replace(t.Context(), nil, true, ada)
		if err != nil || !report.Stored || report.Removed != 41 || report.Back != 40 {
			t.Errorf("whoever says so gets %+v, %v", report, err)
		}
		d.want("amplify")
	})
}

// The last opt-outs do not go by a file that names nobody, however few they are, and what
// is in the register in another line lets nobody back.
func TestAReplacementThatEmptiesTheRegisterWaitsHoweverSmallItIs(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.add(optouts.Wanted{Student: "ana"})
		if report, err := d.Replace(t.Context(), nil, false, ada); err != nil || !report.Held || report.Stored {
			t.Errorf("an empty file is %+v, %v", report, err)
		}
		each := []optouts.Wanted{{Student: "ana", App: "amplify"}, {Student: "ana", App: "alexandria"}}
		report, err := d.Replace(t.Context(), each, false, ada)
		if err != nil || !report.Stored || report.Back != 0 || len(report.Opens) > 0 {
			t.Errorf("the same by app is %+v, %v", report, err)
		}
		d.want("amplify", "ana")
		d.want("alexandria", "ana")
	})
}

func sorted(ids []string) []string { return slices.Sorted(slices.Values(ids)) }
