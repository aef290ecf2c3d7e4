package why

import (
	"net/url"
	"slices"
	"strconv"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/explanation"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/web/frame"
)

// A record is named by its number, for addresses are kept in places that must not know whom
// they are about.
func (r *Room) explainRoutes() []frame.Route {
	return []frame.Route{
		frame.Get("/apps/:app/explain", frame.Anyone, r.explainPage).WithNames(),
		frame.Get("/apps/:app/explain/record", frame.Admins, r.explainPage).WithValues(),
	}
}

func explainPath(app apps.App) string { return "/apps/" + app.ID + "/explain" }

type explainModel struct {
	App      apps.App
	State    frame.Status
	May      bool
	Tabs     []frame.Tab
	Path     string
	Entity   string
	Record   *frame.Hit // nil where none is asked for
	Which    frame.Choice
	Chains   []explainedChain
	Betrayed []string // what records tell of fields that the app does not see
}

// explainedChain is the chain of rules about one thing.
type explainedChain struct {
	ID, Title, Name string
	State           frame.Status
	Steps           []explainedStep
}

type explainedStep struct {
	explanation.Step
	Status frame.Status
}

// explainPage says why the app gets a kind of record, a field and a record, or does not.
func (r *Room) explainPage(v *frame.Visit) error {
	o, err := v.AppOverview(v.PathParam("app"))
	if err != nil {
		return err
	}
	field := catalog.ParseMember(v.QueryParam("field"))
	plural := v.QueryParam("entity")
	if plural == "" {
		plural = field.Entity
	}
	if plural == "" {
		plural = frame.FirstTab
	}
	e, err := frame.FindTab(plural)
	plural = e.Plural
	if err != nil {
		return err
	}
	why, err := r.Explains.Ask(v.Context(), o.App)
	if err != nil {
		return err
	}
	m := explainModel{App: o.App, State: frame.StateStatus(o.State), May: v.Person.Role == people.Admin, Path: explainPath(o.App), Entity: plural}
	for _, other := range frame.GuardedEntities() {
		m.Tabs = append(m.Tabs, frame.Tab{Label: other.Label, Path: m.Path + "?" + url.Values{"entity": {other.Plural}}.Encode(), Current: other.Plural == plural})
	}
	if v.RoutePath() != "/apps/:app/explain" {
		err = r.explainRecord(v, why, e, &m)
	}
	if err == nil {
		err = r.explainMember(v, why, e, field, &m)
	}
	if err == nil {
		err = m.tellBetrayed(v, why.Decision(), plural)
	}
	if err != nil {
		return err
	}
	return v.Show("explain", "Why "+o.Name+" gets what it gets", m)
}

// explainRecord adds the chain of a record.
func (r *Room) explainRecord(v *frame.Visit, why explanation.Why, e catalog.Entity, m *explainModel) error {
	id, err := strconv.ParseUint(v.QueryParam("record"), 10, 32)
	if err != nil {
		return noSuchRecord()
	}
	found, err := v.Sight.Records(e, []uint32{uint32(id)}, 1, asked(why.Decision(), e)...)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return noSuchRecord()
	}
	m.Record = &found[0]
	if persons := why.Persons(e.Plural, uint32(id)); len(persons) > 0 {
		users, _ := catalog.Find("users")
		v.Sight.Saw(users.Plural, persons, append(asked(why.Decision(), users), "sourcedId")...)
	}
	chain, err := why.Record(v.Context(), e.Plural, uint32(id))
	if err != nil {
		return err
	}
	return m.add(v, "record", "The record", "", chain)
}

func noSuchRecord() error { return fault.New(fault.NotFound, "The roster never had this record.") }

// asked are the fields of an entity that conditions look at: why a record is left out tells
// something of them.
func asked(d policy.Decision, e catalog.Entity) []string {
	var fields []string
	for _, c := range d.Keep {
		if c.Of.Entity == e.Plural && c.Of.Bag == "" {
			fields = append(fields, c.Of.Name)
		} else if c.Of.Entity == e.Plural {
			fields = append(fields, string(c.Of.Bag))
		}
	}
	return frame.SortedUnique(fields)
}

// explainMember adds the choice of fields, and the chain of the one that was asked for, or of
// the kind of record.
func (r *Room) explainMember(v *frame.Visit, why explanation.Why, e catalog.Entity, field catalog.Member, m *explainModel) error {
	all, err := r.namedMembers(v, m.App.ID, e)
	if err != nil {
		return err
	}
	m.Which = frame.Choice{Name: "field", Label: "What", Options: []frame.Option{{Value: e.Plural, Label: e.Label + " as a whole"}}}
	for _, one := range all {
		m.Which.Options = append(m.Which.Options, frame.Option{Value: one.String(), Label: choiceLabel(e, one), Chosen: one == field})
	}
	switch {
	case field.Name != "" && !slices.Contains(all, field):
		return fault.New(fault.NotFound, "There is no such field, key or type.")
	case field.Name != "":
		return m.add(v, "field", bareLabel(field), field.String(), why.Chain(field))
	case m.Record == nil:
		return m.add(v, "kind", e.Label, e.Plural, why.Chain(catalog.Member{Entity: e.Plural}))
	}
	return nil
}

// namedMembers are the fields of an entity, and those of its keys and types whose names the
// person may read.
func (r *Room) namedMembers(v *frame.Visit, app string, e catalog.Entity) ([]catalog.Member, error) {
	var all []catalog.Member
	for _, f := range e.Holds(catalog.Both) {
		all = append(all, f.Member)
	}
	keys, err := v.RosterKeys(app, func(k roster.Key) bool { return k.Entity == e.Plural && k.Present })
	for _, k := range keys {
		if !roster.Unaccepted(k.Name) {
			all = append(all, k.Member())
		}
	}
	return all, err
}

// choiceLabel is bareLabel, with the part of a record where it is of one.
func choiceLabel(e catalog.Entity, m catalog.Member) string {
	if m.Entity != e.Plural {
		return frame.KindLabel(m.Entity) + ": " + bareLabel(m)
	}
	return bareLabel(m)
}

// bareLabel is what people call a field, a key or a type, without its name where it has one.
func bareLabel(m catalog.Member) string {
	e, _ := catalog.Find(m.Entity)
	if f, known := e.Field(m.Name); known && m.Bag == "" {
		return f.Label
	}
	if label := frame.KeyLabel(e.Plural, m.Name); label != "" && m.Bag == catalog.Metadata {
		return label
	}
	return m.Name
}

// add adds a chain as the page may show it.
func (m *explainModel) add(v *frame.Visit, id, title, name string, chain explanation.Chain) error {
	chain, err := v.ChainToShow(m.App.ID, chain)
	if err != nil {
		return err
	}
	one := explainedChain{ID: id, Title: title, Name: name, State: outcome(chain)}
	for _, s := range chain {
		one.Steps = append(one.Steps, explainedStep{s, saidStatus(s)})
	}
	m.Chains = append(m.Chains, one)
	return nil
}

// outcome is how a chain ends.
func outcome(chain explanation.Chain) frame.Status {
	if _, hidden := chain.Decider(); hidden || len(chain) == 0 {
		return frame.Status{Tone: frame.Plain, Label: "Hidden"}
	}
	if mask := chain.Mask(); mask != "" {
		return frame.Status{Tone: frame.Careful, Label: "Masked"}
	}
	return frame.Status{Tone: frame.Good, Label: "Shared"}
}

func saidStatus(s explanation.Step) frame.Status {
	switch s.Said {
	case policy.Passes:
		return frame.Status{Tone: frame.Good, Label: "Lets through"}
	case policy.Hides:
		return frame.Status{Tone: frame.Bad, Label: "Hides"}
	case policy.Blurs:
		return frame.Status{Tone: frame.Careful, Label: "Masks"}
	case policy.Lifted:
		return frame.Status{Tone: frame.Careful, Label: "Lifted"}
	case policy.Absent:
		return frame.Status{Tone: frame.Plain, Label: "None"}
	}
	return frame.Status{Tone: frame.Plain, Label: "Not asked"}
}

// tellBetrayed says what conditions on records of the entity tell the app.
func (m *explainModel) tellBetrayed(v *frame.Visit, d policy.Decision, plural string) error {
	all, err := v.ConditionsToShow(d.Betrayed())
	for _, c := range all {
		if c.Of.Entity == plural {
			m.Betrayed = append(m.Betrayed, c.Betrays())
		}
	}
	return err
}
