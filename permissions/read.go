package permissions

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/likeness"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/wording"
)

// Wanted is what a document asks for.
type Wanted struct {
	Apps      []Change // that it names, by id
	LeftAlone []string // the ids of those that it does not name

	Guardrails *apps.Guarding // nil where they stay
}

// Change is what a document wants for one app. It may want what holds.
type Change struct {
	apps.Saving
	Notes []string // what a person may not expect, a sentence each
}

// Idle reports whether the app has all that the document wants, and nothing else.
func (c Change) Idle() bool { return c.Grant == nil && c.Policy == nil }

// Idle reports whether every app has what the document wants, or is left alone.
func (w Wanted) Idle() bool {
	return w.Guardrails == nil && !slices.ContainsFunc(w.Apps, func(c Change) bool { return !c.Idle() })
}

// Savings are all the changes as apps.Registry saves them.
func (w Wanted) Savings() []apps.Saving {
	var all []apps.Saving
	for _, c := range w.Apps {
		all = append(all, c.Saving)
	}
	return all
}

// Read understands a document, whose file is named in what is wrong with it. Whatever is
// wrong is of Problems, all of it; a policy that is not the one that holds is tested.
func Read(file string, text []byte, district District) (Wanted, error) {
	r := &reader{Problems: Problems{File: file}, district: district, lines: strings.Split(string(text), "\n")}
	if root := r.parse(text); root != nil {
		r.document(root)
	}
	if r.failed != nil {
		return Wanted{}, fmt.Errorf("read %s: %w", file, r.failed)
	}
	if len(r.All) > 0 {
		slices.SortStableFunc(r.All, func(a, b Problem) int { return cmp.Or(a.Line-b.Line, a.Col-b.Col) })
		return Wanted{}, r.Problems
	}
	slices.SortFunc(r.wanted.Apps, func(a, b Change) int { return cmp.Compare(a.From.App.ID, b.From.App.ID) })
	return r.wanted, nil
}

// reader reads one document.
type reader struct {
	Problems
	district District
	lines    []string
	wanted   Wanted
	failed   error // that of the district, if one did
}

func (r *reader) document(root *yaml.Node) {
	parts := r.members(root, "the document", version, guards, entries)
	of, named := parts[version]
	switch {
	case root.Kind != yaml.MappingNode:
		return
	case !named:
		r.blame(root, "the version of the document is missing: begin it with %s: %s", version, thisVersion)
	case of.Value != thisVersion:
		r.blame(of, "this build reads documents of version %s: export one, by rostergate grants export, and make your changes in that", thisVersion)
	case parts[entries] == nil:
		r.blame(root, "%s is missing, with an entry for each app", entries)
	case (isEmpty(parts[entries]) || parts[entries].Kind == yaml.MappingNode && len(parts[entries].Content) == 0) && parts[guards] == nil && len(r.district.Held) > 0:
		r.blame(parts[entries], "%s names no app, so that the document says nothing: name each app that it is about, as rostergate grants export writes it", entries)
	}
	if len(r.All) > 0 {
		return
	}
	if said, there := parts[guards]; there {
		r.guardrails(said)
	}
	left := map[string]apps.Permissions{}
	for _, held := range r.district.Held {
		left[held.App.ID] = held
	}
	ids := slices.Sorted(maps.Keys(left))
	for _, one := range r.pairs(parts[entries], entries) {
		held, known := left[one.name.Value]
		if !known {
			r.blame(one.name, "no app is called %q%s; a document adds no apps: rostergate apps create does", likeness.Echo(one.name.Value), likeness.DidYouMean(one.name.Value, ids))
			continue
		}
		delete(left, one.name.Value)
		r.app(held, one)
	}
	r.wanted.LeftAlone = slices.Sorted(maps.Keys(left))
}

// app reads the entry of one app.
func (r *reader) app(held apps.Permissions, entry pair) {
	right := len(r.All)
	parts := r.members(entry.value, "the entry of "+held.App.ID, purpose, basis, until, scope, metadata, share, mask, lift, own)
	keys, err := r.district.Keys(held.App.ID)
	if err != nil {
		r.failed = err
		return
	}
	was := held.Grant.Grant
	declared := apps.Declare(was, keys)
	r.declare(declared, parts)
	reach, end, files := r.scope(parts[scope], entry, was.Scope), r.end(parts[until], was.Until), r.policy(parts[own], held.Policy)
	if len(r.All) > right || r.failed != nil {
		return
	}
	edited := declared.Declared(reach, end)
	change := Change{Saving: apps.Saving{From: held}}
	if !same(entryOf(was, nil), entryOf(edited.Grant, nil)) {
		change.Grant, change.Seen, change.Notes = &edited.Grant, edited.Seen, edited.Notes
	}
	if !maps.Equal(files, held.Policy.Files) {
		change.Policy = &policy.Own{Files: files}
	}
	r.wanted.Apps = append(r.wanted.Apps, change)
}

// declare declares what an entry says name by name.
func (r *reader) declare(to *apps.Declaration, parts map[string]*yaml.Node) {
	for _, one := range []struct {
		part    string
		declare func(name string) error
	}{{share, to.Share}, {metadata, to.Metadata}, {mask, to.Mask}} {
		for _, n := range r.items(parts[one.part], one.part) {
			r.blameFor(n, one.declare(n.Value))
		}
	}
	for _, one := range []struct {
		part    string
		declare func(text string) error
	}{{purpose, to.Purpose}, {basis, to.Basis}} {
		if text, ok := r.text(parts[one.part]); ok {
			r.blameFor(parts[one.part], one.declare(text))
		}
	}
	for _, one := range r.pairs(parts[lift], lift) {
		if reason, ok := r.text(one.value); ok {
			r.blameFor(one.name, to.Lift(one.name.Value, reason))
		}
	}
}

// end reads the last day of a grant.
func (r *reader) end(n *yaml.Node, holds time.Time) (end time.Time) {
	if text, ok := r.text(n); ok {
		if end, ok = readEnd(text, holds); !ok {
			r.blame(n, "%s takes the last day as %s, or %s", until, moment.DayForm, wording.Never)
		}
	}
	return end
}

// scope reads which records the app reaches. Each list has to be there: one that is left
// out could mean everybody as well as nobody.
func (r *reader) scope(n *yaml.Node, entry pair, was policy.Scope) (s policy.Scope) {
	if isEmpty(n) {
		r.blame(entry.name, "the %s of %s is missing: it says which records the app reaches", scope, entry.name.Value)
		return s
	}
	parts := r.members(n, scope, scopeNames()...)
	lists, held, turns := conditions(&s), conditions(&was), switches(&s)
	for _, name := range scopeNames() {
		part, said := parts[name]
		switch {
		case turns[name] != nil:
			*turns[name] = r.turn(name, part)
		case !said:
			r.blame(n, "%s is missing in the scope: say %s, or list them", name, all)
		default:
			*lists[name] = r.among(name, part, *held[name])
		}
	}
	return s
}

func (r *reader) turn(name string, n *yaml.Node) bool {
	word, ok := r.text(n)
	if ok && word != "" && word != on && word != off {
		r.blame(n, "%s is %s or %s", name, on, off)
	}
	return word == on
}

// among reads a list of a scope. Behind all, the list that was there is kept.
func (r *reader) among(name string, n *yaml.Node, was policy.Among) policy.Among {
	if n.Kind == yaml.ScalarNode && n.Value == all {
		return policy.Among{All: true, Only: was.Only}
	}
	if n.Kind != yaml.SequenceNode {
		r.blame(n, "%s takes %s, or a list: [] for none", name, all)
		return policy.Among{}
	}
	var fresh []*yaml.Node
	among := policy.Among{}
	for _, one := range r.items(n, name) {
		among.Only = append(among.Only, one.Value)
		if !slices.Contains(was.Only, one.Value) {
			fresh = append(fresh, one)
		}
	}
	r.checkFresh(name, fresh)
	return among
}

// checkFresh blames what a list names for the first time and there is not. Grades need not
// be there yet.
func (r *reader) checkFresh(name string, fresh []*yaml.Node) {
	var known []string
	entity, _ := catalog.Find(name)
	records := entity.Served // unlike the entity roles
	if records && len(fresh) > 0 {
		var err error
		if known, err = r.district.Records(name); err != nil {
			r.failed = err
			return
		}
	}
	for _, n := range fresh {
		switch {
		case name == "roles":
			r.blameFor(n, apps.CheckRole(n.Value))
		case records && !slices.Contains(known, n.Value):
			r.blame(n, "the roster has no %s with the sourcedId %q%s", entity.Name, likeness.Echo(n.Value), likeness.DidYouMean(n.Value, known))
		}
	}
}
