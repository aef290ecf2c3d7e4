package dataguard

import (
	"cmp"
	"slices"

	"github.com/rostergate/rostergate/roster/view"
	"github.com/rostergate/rostergate/web/frame"
)

const (
	coursesShown = 50 // of those that are found
	orgsOpen     = 40 // up to so many orgs, the tree is unfolded
)

// orgBranch is an org of the tree, with what is below it.
type orgBranch struct {
	Box      frame.Switch
	Below    []orgBranch
	Within   int  // how many orgs are below, at any depth
	Open     bool // what is below is unfolded
	Included bool // not ticked itself, but what is above it
}

// orgs makes the tree of the roster's orgs, and lists the ticks that are not in it.
func (m *scopeModel) orgs(v *frame.Visit, form scopeForm) error {
	live := form.snapshot.Live("orgs")
	called, err := v.Sight.Titles("orgs", form.snapshot, live.ToArray())
	if err != nil {
		return err
	}
	m.Many = live.GetCardinality() > orgsOpen/2
	t := orgTree{form.snapshot, called, frame.SortedUnique(form.scope.Orgs.Only), m.May, live.GetCardinality() <= orgsOpen, map[uint32]bool{}}
	m.Tree = t.branches(form.snapshot.Roots("orgs", "parent"), false)
	m.Lost = lostTicks(form, "orgs", "org", m.May)
	return nil
}

// lostTicks are the ticks of records that the roster does not have now.
func lostTicks(form scopeForm, entity, box string, may bool) []frame.Switch {
	had := frame.SortedUnique(form.offered(entity))
	var all []frame.Switch
	for _, c := range frame.ScopeConditions() {
		if c.Group != entity {
			continue
		}
		for _, id := range c.Of(&form.scope).Only {
			if !inSorted(had, id) {
				all = append(all, frame.Switch{Name: box, Value: id, Label: id, Hint: "Not in the roster now", On: true, Fixed: !may})
			}
		}
	}
	return all
}

// orgTree is the tree while it is made.
type orgTree struct {
	snapshot *view.Snapshot
	called   frame.Titles
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
		ticked := inSorted(t.ticked, sourcedID)
		b := orgBranch{
			Box:   frame.Switch{Name: "org", Value: sourcedID, Label: t.called.Show(id), On: ticked || above, Fixed: !t.may || above && !ticked},
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
func (m *scopeModel) courses(v *frame.Visit, form scopeForm) error {
	snapshot := form.snapshot
	live := snapshot.Live("courses").ToArray()
	titles, err := v.Sight.Titles("courses", snapshot, live)
	if err != nil {
		return err
	}
	ticked := frame.SortedUnique(form.scope.Courses.Only)
	var chosen, found []uint32
	for _, id := range live {
		switch {
		case inSorted(ticked, snapshot.SourcedID("courses", id)):
			chosen = append(chosen, id)
		case titles.IsCalled(id, form.search):
			found = append(found, id)
		}
	}
	slices.SortFunc(chosen, titles.Compare)
	slices.SortFunc(found, titles.Compare)
	m.More = max(0, len(found)-coursesShown)
	m.Chosen, m.Found = m.courseBoxes(titles, chosen, true), m.courseBoxes(titles, found[:len(found)-m.More], false)
	m.Chosen = append(m.Chosen, lostTicks(form, "courses", "course", m.May)...)
	return nil
}

func (m *scopeModel) courseBoxes(titles frame.Titles, ids []uint32, on bool) []frame.Switch {
	var all []frame.Switch
	for _, id := range ids {
		box := frame.Switch{Name: "course", Value: titles.Snapshot.SourcedID("courses", id), Label: titles.Show(id), On: on, Fixed: !m.May}
		if box.Label != box.Value {
			box.Hint = box.Value
		}
		all = append(all, box)
	}
	return all
}
