package waiting

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
)

// Side is what an app gets on one side of a change.
type Side struct {
	Decision policy.Decision
	Until    time.Time // the end of the grant; zero has none
}

// Gains is what an app would gain of what is marked.
type Gains struct {
	Names []string `json:"names,omitempty"` // that it does not get now, or behind a coarser mask
	Wider []string `json:"wider,omitempty"` // that it gets, of more people or for longer than now
	Marks bool     `json:"marks,omitempty"` // some of the marks would go
}

// BringsNames says that the names are as rosters brought them.
func (Gains) BringsNames() {}

// None reports whether nothing is gained.
func (g Gains) None() bool { return len(g.Names)+len(g.Wider) == 0 && !g.Marks }

// Within reports whether others have all of it.
func (g Gains) Within(other Gains) bool {
	return !lacks(other.Names, g.Names) && !lacks(other.All(), g.Wider) && (other.Marks || !g.Marks)
}

// All are the names, each once.
func (g Gains) All() []string {
	return slices.Compact(slices.Sorted(slices.Values(slices.Concat(g.Names, g.Wider))))
}

// ByClass are the names, each once, what is of the strictest class first.
func (g Gains) ByClass() []string {
	names, classes := g.All(), catalog.Classes()
	slices.SortStableFunc(names, func(a, b string) int {
		return cmp.Compare(slices.Index(classes, classOf(a)), slices.Index(classes, classOf(b)))
	})
	return names
}

// classOf is the class of a field, key or type as grants name it.
func classOf(name string) catalog.Class {
	m := catalog.ParseMember(name)
	entity, _ := catalog.Find(m.Entity)
	if m.Bag == catalog.Metadata {
		return catalog.ClassOfKey(m.Entity, m.Name)
	}
	if m.Bag != "" {
		m.Name = string(m.Bag)
	}
	field, _ := entity.Field(m.Name)
	return field.Class
}

// Brief names the first of ByClass, and counts the others.
func (g Gains) Brief() string {
	const most = 12
	names := g.ByClass()
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// Beside are the gains of both.
func (g Gains) Beside(other Gains) Gains {
	join := func(a, b []string) []string { return slices.Compact(slices.Sorted(slices.Values(slices.Concat(a, b)))) }
	return Gains{Names: join(g.Names, other.Names), Wider: join(g.Wider, other.Wider), Marks: g.Marks || other.Marks}
}

// Gained compares two sides of an app. Whether more people are reached is told by what is
// said of them, and not by who is in the roster today: one school in the place of another
// counts as more.
func (m Marks) Gained(app string, before, after Side) Gains {
	var gains Gains
	had, wider := Shared(before.Decision), reachesMore(before, after)
	for member, mask := range Shared(after.Decision) {
		if !m.MarksApp(app) && !m.Mark(member, after.Decision.Scope.Guardians) {
			continue
		}
		was, shared := had[member]
		coarser, comparable := policy.Coarser(was, mask)
		switch {
		case !shared || !comparable || coarser != mask:
			gains.Names = append(gains.Names, member.String())
		case wider:
			gains.Wider = append(gains.Wider, member.String())
		}
	}
	slices.Sort(gains.Names)
	slices.Sort(gains.Wider)
	return gains
}

// Held lists what of the marked an app gets.
func (m Marks) Held(app string, decision policy.Decision) []string {
	return m.Gained(app, Side{}, Side{Decision: decision}).Names
}

// Shared are the fields, keys and types that a decision shares, each with its mask.
func Shared(decision policy.Decision) map[catalog.Member]policy.Mask {
	all := map[catalog.Member]policy.Mask{}
	if !decision.Allow {
		return all
	}
	for plural, one := range decision.Entities {
		if !one.Allow || one.Rows == policy.Never {
			continue
		}
		for name, f := range one.Fields {
			if f.Share {
				all[catalog.Member{Entity: plural, Name: name}] = f.Mask
			}
		}
		for bag, members := range map[catalog.Bag]map[string]policy.MemberDecision{catalog.Metadata: one.Keys, catalog.UserIDs: one.Types} {
			for name, d := range members {
				if d.Share {
					all[catalog.Member{Entity: plural, Bag: bag, Name: name}] = ""
				}
			}
		}
	}
	return all
}

// reachesMore reports whether after may reach somebody whom before does not, or for longer.
func reachesMore(before, after Side) bool {
	was, is := before.Decision.Scope, after.Decision.Scope
	for _, pair := range [][2]policy.Among{
		{was.Orgs, is.Orgs}, {was.Courses, is.Courses}, {was.Classes, is.Classes}, {was.Roles, is.Roles}, {was.Grades, is.Grades},
	} {
		if !pair[0].All && (pair[1].All || lacks(pair[0].Only, pair[1].Only)) {
			return true
		}
	}
	for _, pair := range [][2]bool{{was.Unenrolled, is.Unenrolled}, {was.Guardians, is.Guardians}, {was.Former, is.Former}} {
		if pair[1] && !pair[0] {
			return true
		}
	}
	longer := !before.Until.IsZero() && (after.Until.IsZero() || after.Until.After(before.Until))
	return longer || slices.ContainsFunc(before.Decision.Keep, func(c policy.Condition) bool {
		return !slices.ContainsFunc(after.Decision.Keep, func(other policy.Condition) bool { return implies(other, c) })
	})
}

// implies reports whether who meets one condition is sure to meet another.
func implies(one, other policy.Condition) bool {
	if one.Of != other.Of || one.Op != other.Op || one.Students != other.Students {
		return false
	}
	switch one.Op {
	case "in":
		return !lacks(other.Values, one.Values)
	case "not_in":
		return len(one.Values) == 0 || len(other.Values) > 0 && !lacks(one.Values, other.Values)
	}
	return slices.Equal(one.Values, other.Values)
}

// SharedNames lists what a decision shares as grants name it, in order and with masks:
// "users.familyName=initial".
func SharedNames(decision policy.Decision) []string {
	var all []string
	for member, mask := range Shared(decision) {
		name := member.String()
		if mask != "" {
			name += "=" + string(mask)
		}
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}
