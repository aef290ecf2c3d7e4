package web

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/policy"
)

// What is searched for and looked at is posted: it is about persons, and addresses
// are kept in places that must not know it.
func previewRoutes() []Route {
	return []Route{
		get("/apps/:app/preview", Admins, (*Rooms).previewForm),
		post("/apps/:app/preview", Admins, (*Rooms).previewSearch).withValues(),
		post("/apps/:app/preview/record", Admins, (*Rooms).previewRecord).withValues(),
	}
}

type previewModel struct {
	App    apps.App
	State  Status
	Notice *Notice // about an app that now gets nothing
	Finder finder
	Record *previewed // nil where none is chosen
}

// previewed is a record as the app gets it, and why.
type previewed struct {
	Label   string // of the entity
	Entity  string
	Hit     *hit
	Path    string
	Payload payload
	Missing string   // why the app does not get it; empty where it does
	Reached string   // why it is in the app's view
	Fields  []judged // none where the app gets nothing of the entity
	Related []related
}

func previewPath(app apps.App) string { return "/apps/" + app.ID + "/preview" }

func (r *Rooms) newPreview(v *visit) (previewModel, error) {
	o, err := v.overview(v.param("app"))
	if err != nil {
		return previewModel{}, err
	}
	m := previewModel{App: o.App, State: stateOf(o.State), Finder: newFinder(v, firstTab)}
	m.Finder.Path = previewPath(o.App)
	if o.State != apps.Enabled {
		m.Notice = &Notice{Careful, "", o.Name + " is " + string(o.State) + ": it receives nothing now. This is what it would get if it were enabled."}
	}
	return m, nil
}

func showPreview(v *visit, m previewModel) error {
	return v.show("preview", "Preview as "+m.App.Name, m)
}

func (r *Rooms) previewForm(v *visit) error {
	m, err := r.newPreview(v)
	if err != nil {
		return err
	}
	return showPreview(v, m)
}

func (r *Rooms) previewSearch(v *visit) error {
	m, err := r.newPreview(v)
	if err != nil {
		return err
	}
	if err := m.Finder.search(v); err != nil {
		return err
	}
	return showPreview(v, m)
}

func (r *Rooms) previewRecord(v *visit) error {
	m, err := r.newPreview(v)
	if err != nil {
		return err
	}
	e, err := guardedEntity(v.value("of"))
	if err != nil {
		return err
	}
	m.Record, err = r.previewOf(v, m.App, e, v.value("record"))
	if err != nil {
		return err
	}
	return showPreview(v, m)
}

// previewOf shows a record as an app gets it. That the app would get it is on record
// when it returns; whom it names beside, before the page is shown.
func (r *Rooms) previewOf(v *visit, app apps.App, e catalog.Entity, sourcedID string) (*previewed, error) {
	shown, err := v.sight.preview(gateway.PreviewRequest{App: app.ID, Entity: e.Plural, Record: sourcedID})
	if err != nil {
		return nil, err
	}
	p := &previewed{Label: e.Label, Entity: e.Plural, Path: shown.Path, Payload: payloadOf(shown), Fields: r.judged(e, shown)}
	if p.Hit, err = v.sight.record(e, sourcedID); err != nil {
		return nil, err
	}
	if shown.Status == http.StatusOK {
		p.Reached = shown.Reach.Says
	} else {
		p.Missing = whyMissing(r.Engine, e, shown)
	}
	p.Related, err = r.related(v, e, p.Hit)
	return p, err
}

// related is what is known of a person beside the person's own record.
type related struct {
	Label  string
	Entity string
	Hits   []hit
	More   int // that are not listed
}

// mostRelated is how many records of an entity are listed about one person.
const mostRelated = 20

// related lists the records about a person, to preview them in turn. Whoever is
// no user has none.
func (r *Rooms) related(v *visit, e catalog.Entity, h *hit) ([]related, error) {
	person := e.Plural
	if e.Describes != "" {
		person = e.Describes
	}
	if person != firstTab || h.id == 0 {
		return nil, nil
	}
	about, err := v.sight.about(*h)
	if err != nil {
		return nil, err
	}
	var all []related
	for _, other := range nearest() {
		set := about[other.Plural]
		if set == nil {
			continue
		}
		if other.Plural == e.Plural {
			set = set.Clone()
			set.Remove(h.id)
		}
		found, err := v.sight.records(other, set.ToArray(), mostRelated, relating(other)...)
		if err != nil {
			return nil, err
		}
		if len(found) > 0 {
			hits, err := r.named(v, other, found, h.Name)
			if err != nil {
				return nil, err
			}
			all = append(all, related{Label: relatedLabel(other), Entity: other.Plural, Hits: hits, More: int(set.GetCardinality()) - len(found)})
		}
	}
	return all, nil
}

// nearest lists the entities in the order in which they are looked at beside a
// person: what describes people, what refers to them, and other people.
func nearest() []catalog.Entity {
	all := guarded()
	distance := func(e catalog.Entity) int {
		switch {
		case e.Describes != "":
			return 0
		case e.Plural == firstTab:
			return 2
		}
		return 1
	}
	slices.SortStableFunc(all, func(a, b catalog.Entity) int { return distance(a) - distance(b) })
	return all
}

// judged is a field, a key or a type, whether it is shared, and why.
type judged struct {
	Label, Name string
	State       Status
	Why         string
	Absent      string // why the answer has it not, though it is shared
}

// judged lists what was decided about each part of an entity, in the catalog's
// order.
func (r *Rooms) judged(e catalog.Entity, shown gateway.Preview) []judged {
	one := shown.Decision.Entities[e.Plural]
	if !shown.Decision.Allow || !one.Allow {
		return nil
	}
	sent := sentOf(e, shown)
	var all []judged
	add := func(j judged, share bool, mask policy.Mask, reason string) {
		switch {
		case !share:
			j.State, j.Why = Status{Plain, "Hidden"}, r.Engine.Reason(reason)
		case mask != "":
			j.State, j.Why = Status{Careful, "Masked"}, "Ticked, and shown as: "+maskLabel(mask)+"."
		case j.Why == "":
			j.State, j.Why = Status{Good, "Shared"}, "Ticked."
		default:
			j.State = Status{Good, "Shared"}
		}
		if share && shown.Status == http.StatusOK && !sent[j.Name] {
			j.Absent = "This record has no value that the app may see."
		}
		all = append(all, j)
	}
	for _, f := range e.In(catalog.V11) {
		d, j := one.Fields[f.Name], judged{Label: f.Label, Name: f.Name}
		if f.Class == catalog.Structural {
			j.Why = "Always comes with " + e.Label + "."
		}
		add(j, d.Share, d.Mask, d.Reason)
	}
	for _, name := range members(one.Types) {
		add(judged{Label: name, Name: string(catalog.UserIDs) + "." + name}, one.Types[name].Share, "", one.Types[name].Reason)
	}
	for _, name := range members(one.Keys) {
		j := judged{Label: keyLabel(e.Plural, name), Name: string(catalog.Metadata) + "." + name}
		if j.Label == "" {
			j.Label = name
		}
		add(j, one.Keys[name].Share, "", one.Keys[name].Reason)
	}
	return all
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
