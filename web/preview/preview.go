package preview

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/web/frame"
)

// What is searched for and looked at is posted: it is about persons, and addresses
// are kept in places that must not know it.
func (r *Room) previewRoutes() []frame.Route {
	return []frame.Route{
		frame.Get("/apps/:app/preview", frame.Admins, r.previewPage),
		frame.Post("/apps/:app/preview", frame.Admins, r.previewSearch).WithValues(),
		frame.Post("/apps/:app/preview/record", frame.Admins, r.previewRecord).WithValues(),
	}
}

type previewModel struct {
	App    apps.App
	State  frame.Status
	Notice *frame.Notice // about an app that now gets nothing
	Finder frame.Finder
	Record *previewed // nil where none is chosen

	Version string // of OneRoster, in which records are shown
	Other   string // the other one
}

// previewed is a record as the app gets it, and why.
type previewed struct {
	Label   string // of the entity
	Entity  string
	Hit     *frame.Hit
	Path    string
	Payload frame.Payload
	Missing string         // why the app does not get it; empty where it does
	Reached string         // why it is in the app's view
	Fields  []judgedMember // none where the app gets nothing of the entity
	Related []relatedRecords
}

func previewAddress(app apps.App) string { return "/apps/" + app.ID + "/preview" }

func (r *Room) newPreview(v *frame.Visit) (previewModel, error) {
	o, err := v.AppOverview(v.PathParam("app"))
	if err != nil {
		return previewModel{}, err
	}
	m := previewModel{App: o.App, State: frame.StateStatus(o.State), Finder: frame.NewFinder(v, frame.FirstTab), Version: "1.1", Other: "1.2"}
	if v.FormValue("version") == m.Other {
		m.Version, m.Other = m.Other, m.Version
	}
	m.Finder.Path = previewAddress(o.App)
	if o.State != apps.Enabled {
		m.Notice = &frame.Notice{Tone: frame.Careful, Title: "", Says: o.Name + " is " + string(o.State) + ": it receives nothing now. This is what it would get if it were enabled."}
	}
	return m, nil
}

func showPreview(v *frame.Visit, m previewModel) error {
	return v.Show("preview", "Preview as "+m.App.Name, m)
}

func (r *Room) previewPage(v *frame.Visit) error {
	m, err := r.newPreview(v)
	if err != nil {
		return err
	}
	return showPreview(v, m)
}

func (r *Room) previewSearch(v *frame.Visit) error {
	m, err := r.newPreview(v)
	if err != nil {
		return err
	}
	if err := m.Finder.Search(v); err != nil {
		return err
	}
	return showPreview(v, m)
}

func (r *Room) previewRecord(v *frame.Visit) error {
	m, err := r.newPreview(v)
	if err != nil {
		return err
	}
	e, err := frame.FindGuardedEntity(v.FormValue("of"))
	if err != nil {
		return err
	}
	m.Record, err = r.previewOf(v, m, e, v.FormValue("record"))
	if err != nil {
		return err
	}
	return showPreview(v, m)
}

// previewOf shows a record as an app gets it. That the app would get it is on record
// when it returns; whom it names beside, before the page is shown.
func (r *Room) previewOf(v *frame.Visit, m previewModel, e catalog.Entity, sourcedID string) (*previewed, error) {
	version := catalog.V11
	if m.Version == "1.2" {
		version = catalog.V12
	}
	shown, err := v.Sight.Preview(gateway.PreviewRequest{App: m.App.ID, Entity: e.Plural, Record: sourcedID, Version: version})
	if err != nil {
		return nil, err
	}
	p := &previewed{Label: e.Label, Entity: e.Plural, Path: shown.Path, Payload: frame.NewPayload(shown), Fields: r.judgedMembers(e, version, shown)}
	if p.Hit, err = v.Sight.Record(e, sourcedID); err != nil {
		return nil, err
	}
	if shown.Status == http.StatusOK {
		p.Reached = shown.Reach.Says
	} else {
		p.Missing = frame.WhyMissing(r.Engine, e, shown)
	}
	p.Related, err = r.related(v, e, p.Hit)
	return p, err
}

// relatedRecords is what is known of a person beside the person's own record.
type relatedRecords struct {
	Label  string
	Entity string
	Hits   []frame.Hit
	More   int // that are not listed
}

// mostRelated is how many records of an entity are listed about one person.
const mostRelated = 20

// related lists the records about a person, to preview them in turn. Whoever is
// no user has none.
func (r *Room) related(v *frame.Visit, e catalog.Entity, h *frame.Hit) ([]relatedRecords, error) {
	person := e.Plural
	if e.Describes != "" {
		person = e.Describes
	}
	if person != frame.FirstTab || h.ID == 0 {
		return nil, nil
	}
	about, err := v.Sight.AboutPerson(*h)
	if err != nil {
		return nil, err
	}
	var all []relatedRecords
	for _, other := range byDistance() {
		set := about[other.Plural]
		if set == nil {
			continue
		}
		if other.Plural == e.Plural {
			set = set.Clone()
			set.Remove(h.ID)
		}
		found, err := v.Sight.Records(other, set.ToArray(), mostRelated, relating(other)...)
		if err != nil {
			return nil, err
		}
		if len(found) > 0 {
			hits, err := r.nameHits(v, other, found, h.Name)
			if err != nil {
				return nil, err
			}
			all = append(all, relatedRecords{Label: relatedLabel(other), Entity: other.Plural, Hits: hits, More: int(set.GetCardinality()) - len(found)})
		}
	}
	return all, nil
}

// byDistance lists the entities in the order in which they are looked at beside a
// person: what describes people, what refers to them, and other people.
func byDistance() []catalog.Entity {
	all := frame.GuardedEntities()
	distance := func(e catalog.Entity) int {
		switch {
		case e.Describes != "":
			return 0
		case e.Plural == frame.FirstTab:
			return 2
		}
		return 1
	}
	slices.SortStableFunc(all, func(a, b catalog.Entity) int { return distance(a) - distance(b) })
	return all
}

// judgedMember is a field, a key or a type, whether it is shared, and why.
type judgedMember struct {
	Label, Name string // its name is how it is called among all that the record holds
	Member      string // as grants name it
	State       frame.Status
	Why         string
	Absent      string // why the answer has it not, though it is shared
}

// judge says what was decided, and why unless that was said before.
func (j *judgedMember) judge(engine *policy.Engine, share bool, mask policy.Mask, reason string) {
	switch {
	case !share:
		j.State, j.Why = frame.Status{Tone: frame.Plain, Label: "Hidden"}, engine.Reason(reason)
	case mask != "":
		j.State, j.Why = frame.Status{Tone: frame.Careful, Label: "Masked"}, "Ticked, and shown as: "+frame.MaskLabel(mask)+"."
	default:
		j.State, j.Why = frame.Status{Tone: frame.Good, Label: "Shared"}, cmp.Or(j.Why, "Ticked.")
	}
}

// judgedMembers lists what was decided about each part of an entity, in the catalog's
// order.
func (r *Room) judgedMembers(e catalog.Entity, version catalog.Version, shown gateway.Preview) []judgedMember {
	one := shown.Decision.Entities[e.Plural]
	if !shown.Decision.Allow || !one.Allow {
		return nil
	}
	sent := sentOf(e, shown)
	var all []judgedMember
	add := func(j judgedMember, share bool, mask policy.Mask, reason string) {
		j.judge(r.Engine, share, mask, reason)
		if share && shown.Status != http.StatusOK {
			j.State = frame.Status{Tone: frame.Plain, Label: "Not sent"}
			j.Absent = "The app does not get this record."
		}
		if share && shown.Status == http.StatusOK && !sent[j.Name] {
			j.Absent = "This record has no value that the app may see."
		}
		if j.Member == "" {
			j.Member = e.Plural + "." + j.Name
		}
		all = append(all, j)
	}
	for _, f := range e.Holds(version) {
		d, j := decidedOf(shown.Decision, f), judgedMember{Label: f.Label, Name: f.Beside(), Member: f.Member.String()}
		if f.Class == catalog.Structural {
			j.Why = "Always comes with " + e.Label + "."
		}
		add(j, d.Share, d.Mask, d.Reason)
	}
	for _, name := range frame.MemberNames(one.Types) {
		add(judgedMember{Label: name, Name: string(catalog.UserIDs) + "." + name}, one.Types[name].Share, "", one.Types[name].Reason)
	}
	for _, name := range frame.MemberNames(one.Keys) {
		j := judgedMember{Label: frame.KeyLabel(e.Plural, name), Name: string(catalog.Metadata) + "." + name}
		if j.Label == "" {
			j.Label = name
		}
		add(j, one.Keys[name].Share, "", one.Keys[name].Reason)
	}
	return all
}

// decidedOf is what was decided about a field that a record holds.
func decidedOf(d policy.Decision, f catalog.Held) policy.FieldDecision {
	one := d.Entities[f.Member.Entity]
	if !one.Allow {
		return policy.FieldDecision{Reason: one.Reason}
	}
	return one.Fields[f.Name]
}

// sentOf are the names of the fields, keys and types that an answer has.
func sentOf(e catalog.Entity, shown gateway.Preview) map[string]bool {
	var body map[string]map[string]json.RawMessage
	// What the gateway wrote is JSON; a refusal has none of the names.
	_ = json.Unmarshal(shown.Body, &body)
	record, sent := body[e.Name], map[string]bool{}
	for name := range record {
		sent[name] = true
	}
	for _, p := range e.Parts() {
		var inside []map[string]json.RawMessage
		_ = json.Unmarshal(record[p.Shown.Name], &inside) // absent where there are none
		for _, one := range inside {
			for name := range one {
				sent[p.Plural+"."+name] = true
			}
		}
	}
	var keys map[string]json.RawMessage
	_ = json.Unmarshal(record[string(catalog.Metadata)], &keys) // absent where there are none
	for key := range keys {
		sent[string(catalog.Metadata)+"."+key] = true
	}
	var ids []struct{ Type string }
	_ = json.Unmarshal(record[string(catalog.UserIDs)], &ids) // likewise
	for _, id := range ids {
		sent[string(catalog.UserIDs)+"."+id.Type] = true
	}
	return sent
}
