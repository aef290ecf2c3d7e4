package gains

import (
	"cmp"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster/view"
	"github.com/rostergate/rostergate/web/frame"
)

// Teller says what apps gain and lose. All of it is required.
type Teller struct {
	Gateway *gateway.Gateway
	Engine  *policy.Engine
	Views   *view.Memory
}

// Part is the difference between what an app gets by two offers: the component "gains".
type Part struct {
	Title    string
	Notices  []frame.Notice // what the app is meant to get, and will get nothing of
	Entities []Entity
	Notes    []string // what changes beside fields and records
	Silent   []Tick
	Reviewed []string // what saving marks as reviewed
}

// Entity is the difference in what an app gets of one entity.
type Entity struct {
	Label  string
	State  *frame.Status // set where the entity opens or closes
	Gained uint64        // records
	Lost   uint64
	Gain   string // of people: of which roles those are
	Loss   string
	None   bool // the roster has records, and none of them is reached
	Groups []Group
	plural string
}

// Group is what of one class an app gains or loses.
type Group struct {
	Verb  frame.Status
	Class frame.Status
	Names []Name
	Of    string // of people: whose values those are, where it is not said with the records
	Comes bool   // it comes with the entity, whatever is ticked

	gains bool
	class catalog.Class
}

// Nobody is what an app gets that gets nothing: the first of two offers where it is added
// or enabled.
func Nobody() gateway.Offer { return gateway.Offer{Grant: &policy.Grant{}} }

// Outcome is what an app gets by a grant.
type Outcome struct{ gateway.Prospect }

// Outcome decides as for an app that is enabled, with every token scope that there is.
func (t Teller) Outcome(v *frame.Visit, app string, offer gateway.Offer) (Outcome, error) {
	got, err := t.Gateway.Prospect(v.Context(), app, offer)
	if err != nil {
		return Outcome{}, err
	}
	return Outcome{got}, v.NoteReviewed(got.Keys, offer.Seen)
}

// Outcomes are what an app gets by two offers, in one state of the roster and the
// permissions. An app without an id is one that is not added yet.
func (t Teller) Outcomes(v *frame.Visit, app string, from, to gateway.Offer) (before, after Outcome, err error) {
	was, is, err := t.Gateway.Compare(v.Context(), app, from, to)
	if err != nil {
		return before, after, err
	}
	return Outcome{was}, Outcome{is}, v.NoteReviewed(is.Keys, to.Seen)
}

// Between compares what an app gets by two offers.
func (t Teller) Between(v *frame.Visit, app apps.App, from, to gateway.Offer) (Part, error) {
	before, after, err := t.Outcomes(v, app.ID, from, to)
	if err != nil {
		return Part{}, err
	}
	var part Part
	for _, e := range catalog.Tables(catalog.Both) {
		if after.Decision.Allow { // else the notice says why
			part.Silent = append(part.Silent, t.silentTicks(e, before.Grant, after)...)
		}
		if _, _, inside := catalog.WholeOf(e.Plural); inside {
			continue // it is told of with the whole
		}
		change := entityBetween(before, after, e)
		if err := change.say(v); err != nil {
			return part, err
		}
		if change.State != nil || change.Gained+change.Lost > 0 || len(change.Groups) > 0 {
			part.Entities = append(part.Entities, change)
		}
	}
	if err := part.saySilent(v); err != nil {
		return part, err
	}
	part.Notices = append(part.warning(), t.newNotices(v, before, after)...)
	agreed, err := v.HeldAgreement(app.ID)
	if err != nil {
		return part, err
	}
	part.Notices = append(part.Notices, beyondNotice(agreed, before.Grant, after.Grant)...)
	if part.Notes, err = scopeNotes(v, before.Grant.Scope, after.Grant.Scope); err != nil {
		return part, err
	}
	if err := part.tellConditions(v, before.Decision, after.Decision); err != nil {
		return part, err
	}
	part.Reviewed, err = t.Reviews(v, app, after.Grant, to.Seen)
	return part, err
}

func entityBetween(before, after Outcome, e catalog.Entity) Entity {
	d := after.Beside(before.Prospect, e.Plural)
	change := Entity{
		Label: e.Label, plural: e.Plural, State: openedOrClosed(d),
		Gained: d.Gained.GetCardinality(), Lost: d.Lost.GetCardinality(),
		None:   !d.Closes && after.reachesNone(e),
		Groups: groupChanges(ShownOf(before.Plan, e), ShownOf(after.Plan, e)),
	}
	for i, g := range change.Groups {
		if change.None && g.Verb.Label == "Gains" {
			change.Groups[i].Verb.Label = "Would gain"
		}
		change.Groups[i].Comes = d.Opens && g.class == catalog.Structural
	}
	if e.Plural == frame.FirstTab || e.Describes == frame.FirstTab {
		change.Gain, change.Loss = after.byRole(d.Gained), before.byRole(d.Lost)
		change.sayWhose(before.byRole(before.Records(e.Plural)), after.byRole(after.Records(e.Plural)))
	}
	return change
}

// member is what a Name stands for, by what is written.
func (e Entity) member(literal string) catalog.Member {
	m := catalog.ParseMember(literal)
	if whole, _, inside := catalog.WholeOf(m.Entity); inside && whole.Plural == e.plural && m.Name != "" {
		return m
	}
	return catalog.ParseMember(e.plural + "." + literal)
}

// say puts the names of keys and types as the page may show them.
func (e *Entity) say(v *frame.Visit) error {
	for _, g := range e.Groups {
		for i, n := range g.Names {
			m := e.member(n.Literal)
			said, err := v.MemberToShow(m)
			if err != nil {
				return err
			}
			if said != m {
				g.Names[i].Literal = strings.TrimPrefix(said.String(), e.plural+".")
			}
		}
	}
	return nil
}

// sayWhose says of groups whose values they are: those of all people of whom the app has,
// or then gets, records.
func (e *Entity) sayWhose(had, has string) {
	for i, g := range e.Groups {
		of, said := had, e.Loss
		if g.gains {
			of, said = has, e.Gain
		}
		if of != said || gainTone(g.class) == frame.Bad {
			e.Groups[i].Of = of
		}
	}
}

// warning tells first what of a change is grave.
func (p Part) warning() []frame.Notice {
	var said []string
	for _, e := range p.Entities {
		for _, g := range e.Groups {
			if !g.grave() {
				continue
			}
			var names []string
			for _, n := range g.Names {
				names = append(names, cmp.Or(n.Label, n.Literal))
			}
			sentence := g.Class.Label + ": " + strings.Join(names, ", ")
			if g.Of != "" {
				sentence += ", of " + g.Of
			}
			said = append(said, sentence+".")
		}
	}
	if len(said) == 0 {
		return nil
	}
	return []frame.Notice{{Tone: frame.Bad, Title: "This opens what should rarely leave", Says: strings.Join(said, " ")}}
}

// grave reports whether the app gains what nobody has classified, or what is special.
func (g Group) grave() bool { return g.gains && gainTone(g.class) == frame.Bad }

// reachesNone reports whether the roster has records of an entity, and the app reaches
// none of them.
func (o Outcome) reachesNone(e catalog.Entity) bool {
	return e.Served && o.Records(e.Plural).IsEmpty() && !o.View.Snapshot.Live(e.Plural).IsEmpty()
}

func openedOrClosed(d gateway.Difference) *frame.Status {
	switch {
	case d.Opens:
		return &frame.Status{Tone: frame.Careful, Label: "Opens"}
	case d.Closes:
		return &frame.Status{Tone: frame.Plain, Label: "Closes"}
	}
	return nil
}

// Reached are the users of a role whom the app reaches.
func (o Outcome) Reached(role string) *roaring.Bitmap {
	return roaring.And(o.Records("users"), o.usersOfRole(role))
}

// usersOfRole are the users of a role, reached or not.
func (o Outcome) usersOfRole(role string) *roaring.Bitmap {
	return o.View.Snapshot.Subset("users", catalog.Subset{Field: "role", Values: []string{role}})
}

// Takes reports whether the app loses records.
func (p Part) Takes() bool {
	return slices.ContainsFunc(p.Entities, func(e Entity) bool { return e.Lost > 0 })
}

// Grave reports whether anything of it is grave.
func (p Part) Grave() bool {
	return slices.ContainsFunc(p.Entities, func(e Entity) bool {
		return slices.ContainsFunc(e.Groups, Group.grave)
	})
}

// Opened writes what the app gains as grants name it, masks and all, so that a form says
// what its person was shown.
func (p Part) Opened() []string {
	var all []string
	for _, e := range p.Entities {
		for _, g := range e.Groups {
			for _, n := range g.Names {
				if g.gains {
					all = append(all, e.member(n.Literal).String())
				}
			}
		}
	}
	return frame.SortedUnique(all)
}
