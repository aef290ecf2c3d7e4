package dataguard

import (
	"cmp"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster/view"
	"github.com/rostergate/rostergate/web/frame"
)

const (
	recordsShown = 50 // of those that are found
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

// find lists the chosen records, and the first of those that the search finds. Of classes
// it finds those of the chosen orgs and courses.
func (f *scopeFinder) find(v *frame.Visit, form scopeForm) error {
	f.App = v.PathParam("app")
	f.Search = form.searches[f.Name]
	snapshot := form.snapshot
	live := snapshot.Live(f.Name)
	titles, err := v.Sight.Titles(f.Name, snapshot, live.ToArray())
	if err != nil {
		return err
	}
	condition := form.condition(f.Name)
	ticked, offered := frame.SortedUnique(condition.Of(&form.scope).Only), form.within(f.Name)
	var chosen, found []uint32
	for _, id := range live.ToArray() {
		switch {
		case inSorted(ticked, snapshot.SourcedID(f.Name, id)):
			chosen = append(chosen, id)
		case offered.Contains(id) && titles.IsCalled(id, f.Search):
			found = append(found, id)
		}
	}
	slices.SortFunc(chosen, titles.Compare)
	slices.SortFunc(found, titles.Compare)
	f.More = max(0, len(found)-recordsShown)
	f.Chosen, f.Found = f.boxes(titles, condition.Box, chosen, true), f.boxes(titles, condition.Box, found[:len(found)-f.More], false)
	f.Chosen = append(f.Chosen, lostTicks(form, f.Name, condition.Box, f.May)...)
	return nil
}

// condition is that of a name.
func (f scopeForm) condition(group string) frame.ScopeCondition {
	all := frame.ScopeConditions()
	return all[slices.IndexFunc(all, func(c frame.ScopeCondition) bool { return c.Group == group })]
}

// within are the records that can be chosen as the rest of the form stands.
func (f scopeForm) within(entity string) *roaring.Bitmap {
	if entity != "classes" {
		return f.snapshot.Live(entity)
	}
	scope := f.scope.Clone()
	scope.Classes = policy.Among{All: true}
	return f.snapshot.Try(gateway.ScopeOf(scope, "", policy.OptOuts{})).Set(entity)
}

func (f *scopeFinder) boxes(titles frame.Titles, name string, ids []uint32, on bool) []frame.Switch {
	var all []frame.Switch
	for _, id := range ids {
		box := frame.Switch{Name: name, Value: titles.Snapshot.SourcedID(f.Name, id), Label: titles.Show(id), On: on, Fixed: !f.May}
		if box.Label != box.Value {
			box.Hint = box.Value
		}
		all = append(all, box)
	}
	return all
}
