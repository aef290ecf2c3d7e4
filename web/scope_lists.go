package web

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/roster"
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
func (m *scopeModel) orgs(ctx context.Context, names namer, form scopeForm) error {
	live := form.snapshot.Live("orgs")
	title, err := names.titles(ctx, "orgs", live.ToArray())
	if err != nil {
		return err
	}
	m.Many = live.GetCardinality() > orgsOpen/2
	t := orgTree{form.snapshot, title, ordered(form.scope.Orgs.Only), m.May, live.GetCardinality() <= orgsOpen, map[uint32]bool{}}
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
	snapshot *roster.Snapshot
	title    func(uint32) string
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
			Box:   Switch{Name: "org", Value: sourcedID, Label: t.title(id), On: ticked || above, Fixed: !t.may || above && !ticked},
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
func (m *scopeModel) courses(ctx context.Context, names namer, form scopeForm) error {
	snapshot := form.snapshot
	live := snapshot.Live("courses").ToArray()
	title, err := names.titles(ctx, "courses", live)
	if err != nil {
		return err
	}
	ticked := ordered(form.scope.Courses.Only)
	for _, id := range live {
		sourcedID := snapshot.SourcedID("courses", id)
		box := Switch{Name: "course", Value: sourcedID, Label: title(id), On: among(ticked, sourcedID), Fixed: !m.May}
		if box.Label != sourcedID {
			box.Hint = sourcedID
		}
		switch {
		case box.On:
			m.Chosen = append(m.Chosen, box)
		case called(box, form.search):
			m.Found = append(m.Found, box)
		}
	}
	byLabel := func(a, b Switch) int { return cmp.Or(cmp.Compare(a.Label, b.Label), cmp.Compare(a.Value, b.Value)) }
	slices.SortFunc(m.Chosen, byLabel)
	slices.SortFunc(m.Found, byLabel)
	m.Chosen = append(m.Chosen, lost(form, "courses", "course", m.May)...)
	m.More = max(0, len(m.Found)-coursesShown)
	m.Found = m.Found[:len(m.Found)-m.More]
	return nil
}

// called reports whether a box is called like the words of a search.
func called(box Switch, search string) bool {
	name := strings.ToLower(box.Label + " " + box.Value)
	for word := range strings.FieldsSeq(strings.ToLower(search)) {
		if !strings.Contains(name, word) {
			return false
		}
	}
	return true
}
