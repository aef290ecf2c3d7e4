package web

import (
	"cmp"
	"slices"

	"github.com/rostergate/rostergate/roster/view"
)

const (
	coursesShown = 50 // of those that are found
	orgsOpen     = 40 // up to so many orgs, the tree is unfolded
)

// orgBranch is an org of the tree, with what is below it.
type orgBranch struct {
	Box      Switch
	Below    []orgBranch
	Within   int  // how many orgs are below, at any depth
	Open     bool // what is below is unfolded
	Included bool // not ticked itself, but what is above it
}

// orgs makes the tree of the roster's orgs, and lists the ticks that are not in it.
func (m *scopeModel) orgs(v *visit, form scopeForm) error {
	live := form.snapshot.Live("orgs")
	called, err := v.sight.titles("orgs", form.snapshot, live.ToArray())
	if err != nil {
		return err
	}
	m.Many = live.GetCardinality() > orgsOpen/2
	t := orgTree{form.snapshot, called, ordered(form.scope.Orgs.Only), m.May, live.GetCardinality() <= orgsOpen, map[uint32]bool{}}
	m.Tree = t.branches(form.snapshot.Roots("orgs", "parent"), false)
	m.Lost = lost(form, "orgs", "org", m.May)
	return nil
}

// lost are the ticks of records that the roster does not have now.
func lost(form scopeForm, entity, box string, may bool) []Switch {
	had := ordered(form.offered(entity))
	var all []Switch
	for _, c := range conditions() {
		if c.group != entity {
			continue
		}
		for _, id := range c.of(&form.scope).Only {
			if !among(had, id) {
				all = append(all, Switch{Name: box, Value: id, Label: id, Hint: "Not in the roster now", On: true, Fixed: !may})
			}
		}
	}
	return all
}

// orgTree is the tree while it is made.
type orgTree struct {
	snapshot *view.Snapshot
	called   titles
	ticked   []string
	may      bool
	open     bool
	placed   map[uint32]bool
}

// branches are the orgs, with what is below them. Of orgs whose parent is included,
// so are all.
func (t orgTree) branches(ids []uint32, above bool) []orgBranch {
	var all []orgBranch
	for _, id := range ids {
		if t.placed[id] {
			continue
		}
		t.placed[id] = true
		sourcedID := t.snapshot.SourcedID("orgs", id)
		ticked := among(t.ticked, sourcedID)
		b := orgBranch{
			Box:   Switch{Name: "org", Value: sourcedID, Label: t.called.show(id), On: ticked || above, Fixed: !t.may || above && !ticked},
			Below: t.branches(t.snapshot.Referring("orgs", "parent", id), above || ticked), Open: t.open, Included: above && !ticked,
		}
		if b.Box.Label != sourcedID {
			b.Box.Hint = sourcedID
		}
		for _, below := range b.Below {
			b.Within += 1 + below.Within
			b.Open = b.Open || below.Box.On && !below.Included || below.Open && len(below.Below) > 0
		}
		all = append(all, b)
	}
	slices.SortStableFunc(all, func(a, b orgBranch) int { return cmp.Compare(a.Box.Label, b.Box.Label) })
	return all
}

// courses lists the chosen courses, and the first of those that the search finds.
func (m *scopeModel) courses(v *visit, form scopeForm) error {
	snapshot := form.snapshot
	live := snapshot.Live("courses").ToArray()
	titles, err := v.sight.titles("courses", snapshot, live)
	if err != nil {
		return err
	}
	ticked := ordered(form.scope.Courses.Only)
	var chosen, found []uint32
	for _, id := range live {
		switch {
		case among(ticked, snapshot.SourcedID("courses", id)):
			chosen = append(chosen, id)
		case titles.called(id, form.search):
			found = append(found, id)
		}
	}
	slices.SortFunc(chosen, titles.compare)
	slices.SortFunc(found, titles.compare)
	m.More = max(0, len(found)-coursesShown)
	m.Chosen, m.Found = m.courseBoxes(titles, chosen, true), m.courseBoxes(titles, found[:len(found)-m.More], false)
	m.Chosen = append(m.Chosen, lost(form, "courses", "course", m.May)...)
	return nil
}

func (m *scopeModel) courseBoxes(titles titles, ids []uint32, on bool) []Switch {
	var all []Switch
	for _, id := range ids {
		box := Switch{Name: "course", Value: titles.snapshot.SourcedID("courses", id), Label: titles.show(id), On: on, Fixed: !m.May}
		if box.Label != box.Value {
			box.Hint = box.Value
		}
		all = append(all, box)
	}
	return all
}
