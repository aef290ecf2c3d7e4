package auditor

import (
	"cmp"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/web/frame"
)

func (r *Room) auditRoutes() []frame.Route {
	return []frame.Route{
		frame.Get("/audit", frame.Anyone, r.auditPage),
		frame.Get("/audit/download", frame.Anyone, r.auditCSV),
	}
}

// auditShown is how many entries a page lists; the download has all.
const auditShown = 50

// listShown is the list of what people of the district saw, beside those of the kinds.
const listShown = "shown"

type auditModel struct {
	Tabs     []frame.Tab
	List     string
	App      frame.Choice
	From, To frame.Field
	Sort     frame.Choice
	Narrow   bool // something is asked for
	Entries  []auditLine
	Columns  []frame.Column
	Pager    frame.Pager
	Asked    string // what is asked for, on paper, where the filters are not
	Among    string // how many of them were sorted; empty for all
	Download string // the path of the CSV

	names map[string]string // of the apps, by their ids
}

// auditQuestion is what the filters of the page ask.
type auditQuestion struct {
	list          auditList
	app, from, to string // as entered
}

// readQuestion takes the question from the address. One about a kind of entry
// that there is not is a fault.NotFound.
func readQuestion(v *frame.Visit) (auditQuestion, error) {
	q := auditQuestion{app: v.QueryParam("app"), from: v.QueryParam("from"), to: v.QueryParam("to")}
	name := cmp.Or(v.QueryParam("kind"), string(audit.KindDisclosure))
	for _, list := range auditLists() {
		if list.name == name {
			q.list = list
			return q, nil
		}
	}
	return q, fault.New(fault.NotFound, "The ledger has no such list.")
}

// auditList is one of the lists of the page. An answer without a record disclosed
// nothing, and a preview that shows nothing refused nobody: they are in the downloads.
type auditList struct {
	label, name string
	kind        audit.Kind
	one, many   string
	narrow      audit.Question // what the list is narrowed to
	walk        frame.LedgerWalk
}

func auditLists() []auditList {
	return []auditList{
		{"Disclosures", "disclosure", audit.KindDisclosure, "disclosure", "disclosures", audit.Question{Received: true, Something: true}, (*audit.Ledger).Disclosures},
		{"Shown to people", listShown, audit.KindDisclosure, "entry", "entries", audit.Question{Shown: true}, (*audit.Ledger).Disclosures},
		{"Changes", "change", audit.KindChange, "change", "changes", audit.Question{}, (*audit.Ledger).Changes},
		{"Refusals", "refusal", audit.KindRefusal, "refusal", "refusals", audit.Question{Received: true}, (*audit.Ledger).Refusals},
	}
}

// encode is the question as it stands in an address.
func (q auditQuestion) encode() string {
	values := url.Values{"kind": {q.list.name}}
	for name, value := range map[string]string{"app": q.app, "from": q.from, "to": q.to} {
		if value != "" {
			values.Set(name, value)
		}
	}
	return values.Encode()
}

// ask turns the question into the ledger's. Days are the district's; the last
// one is included.
func (q auditQuestion) ask(zone *time.Location) (asked audit.Question, wrongFrom, wrongTo error) {
	asked = q.list.narrow
	asked.App = q.app
	asked.From, wrongFrom = parseDay(q.from, zone)
	if asked.To, wrongTo = parseDay(q.to, zone); q.to != "" && wrongTo == nil {
		asked.To = asked.To.AddDate(0, 0, 1)
	}
	if wrongFrom == nil && wrongTo == nil && q.from != "" && q.to != "" && asked.To.Before(asked.From.AddDate(0, 0, 1)) {
		wrongTo = fault.New(fault.Invalid, "This day is before the one in From.")
	}
	return asked, wrongFrom, wrongTo
}

func parseDay(text string, zone *time.Location) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := moment.Day(text, zone)
	if err != nil {
		return time.Time{}, fault.New(fault.Invalid, "Enter a day as %s.", moment.DayForm)
	}
	return t, nil
}

func (r *Room) auditPage(v *frame.Visit) error {
	q, err := readQuestion(v)
	if err != nil {
		return err
	}
	model, err := r.newAudit(v, q)
	if err != nil {
		return err
	}
	asked, wrongFrom, wrongTo := q.ask(v.District.Zone())
	wrong := model.From.Blame(wrongFrom)
	if model.To.Blame(wrongTo) || wrong {
		return v.ShowAgain("audit", "Audit", model)
	}
	list, err := v.ReadListing("/audit", q.list.columns(), "kind", "app", "from", "to")
	if err != nil {
		return err
	}
	found, total, more, err := v.LedgerPage(q.list.kind, asked, model.turn(list))
	if err != nil {
		return err
	}
	if last := list.PastEnd(total, auditShown); last != "" {
		return v.Redirect(last)
	}
	for _, e := range found {
		model.Entries = append(model.Entries, newAuditLine(v, e, model.names))
	}
	model.Sort, model.Columns, model.Pager = list.Sorting(), list.Columns(), list.Pager(total, auditShown, q.list.one, q.list.many)
	model.Among = list.SortedAmong(audit.MostCounted, more)
	if more {
		most := frame.Number(audit.MostCounted) + " "
		model.Pager.Says = strings.Replace(model.Pager.Says, most, "more than "+most, 1)
	}
	return v.Show("audit", "Audit", model)
}

// newAudit is the page with its filters, before anything was found.
func (r *Room) newAudit(v *frame.Visit, q auditQuestion) (auditModel, error) {
	m := auditModel{
		List: q.list.name, Narrow: q.app != "" || q.from != "" || q.to != "", Download: "/audit/download?" + q.encode(),
		App:  frame.Choice{Name: "app", Label: "App", Options: []frame.Option{{Label: "Every app"}}},
		From: frame.Field{Name: "from", Label: "From", Kind: "date", Value: q.from},
		To:   frame.Field{Name: "to", Label: "To", Kind: "date", Value: q.to},
	}
	for _, list := range auditLists() {
		other := q
		other.list = list
		m.Tabs = append(m.Tabs, frame.Tab{Label: list.label, Path: "/audit?" + other.encode(), Current: list.name == q.list.name})
	}
	all, err := r.Apps.List(v.Context())
	m.names = map[string]string{}
	for _, app := range all {
		m.names[app.ID] = app.Name
		m.App.Options = append(m.App.Options, frame.Option{Value: app.ID, Label: app.Name, Chosen: app.ID == q.app})
	}
	if err != nil {
		return m, err
	}
	former, err := r.Apps.Former(v.Context())
	for _, app := range former {
		m.names[app.ID] = app.Name + " (deleted)"
		m.App.Options = append(m.App.Options, frame.Option{Value: app.ID, Label: m.names[app.ID], Chosen: app.ID == q.app})
	}
	m.Asked = q.list.label + q.narrowed(m.names)
	return m, err
}

// narrowed says in a sentence what the list is narrowed to, "" for nothing.
func (q auditQuestion) narrowed(names map[string]string) string {
	said := ""
	for _, part := range []struct{ word, value string }{{" of ", cmp.Or(names[q.app], q.app)}, {" from ", q.from}, {" to ", q.to}} {
		if part.value != "" {
			said += part.word + part.value
		}
	}
	return said
}

// auditCSV sends every entry that the filters leave. That somebody asked is
// itself on record.
func (r *Room) auditCSV(v *frame.Visit) error {
	q, err := readQuestion(v)
	if err != nil {
		return err
	}
	asked, wrongFrom, wrongTo := q.ask(v.District.Zone())
	if q.list.name != listShown { // the download of a list has all of its kind
		asked.Received, asked.Something = false, false
	}
	if wrongFrom != nil || wrongTo != nil {
		return fault.New(fault.Invalid, "Enter days as YYYY-MM-DD, the later one in To.")
	}
	defer v.AllowLargeFile()()
	err = r.Ledger.Note(v.Context(), audit.Change{
		Actor: v.Person.Email, Action: "audit.download", App: q.app, Subject: q.list.name, After: map[string]string{"from": q.from, "to": q.to},
	})
	if err != nil {
		return err
	}
	return v.Download(q.list.name+"s.csv", "text/csv; charset=utf-8", func(out io.Writer) error {
		return audit.WriteCSV(out, q.list.kind, func(fn func(audit.Entry) error) error { return v.WalkLedger(q.list.walk, asked, fn) })
	})
}
