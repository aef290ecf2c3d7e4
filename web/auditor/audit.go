package auditor

import (
	"io"
	"net/url"
	"slices"
	"time"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/web/frame"
)

func (r *Room) auditRoutes() []frame.Route {
	return []frame.Route{
		frame.Get("/audit", frame.Anyone, r.auditPage),
		frame.Get("/audit/download", frame.Anyone, r.auditCSV),
	}
}

// auditShown is how many entries the page lists; the download has all.
const auditShown = 100

type auditModel struct {
	Tabs     []frame.Tab
	Kind     audit.Kind
	App      frame.Choice
	From, To frame.Field
	Entries  []auditLine
	Most     int
	Full     bool   // there may be more than are shown
	Download string // the path of the CSV

	names map[string]string // of the apps, by their ids
}

// auditQuestion is what the filters of the page ask.
type auditQuestion struct {
	kind          audit.Kind
	app, from, to string // as entered
}

// readQuestion takes the question from the address. One about a kind of entry
// that there is not is a fault.NotFound.
func readQuestion(v *frame.Visit) (auditQuestion, error) {
	q := auditQuestion{kind: audit.Kind(v.QueryParam("kind")), app: v.QueryParam("app"), from: v.QueryParam("from"), to: v.QueryParam("to")}
	if q.kind == "" {
		q.kind = audit.KindDisclosure
	}
	if !slices.ContainsFunc(auditLists(), func(l auditList) bool { return l.kind == q.kind }) {
		return q, fault.New(fault.NotFound, "The ledger has no such list.")
	}
	return q, nil
}

// auditList is one of the lists of the page.
type auditList struct {
	label string
	kind  audit.Kind
	walk  frame.LedgerWalk
}

func auditLists() []auditList {
	return []auditList{
		{"Disclosures", audit.KindDisclosure, (*audit.Ledger).Disclosures},
		{"Changes", audit.KindChange, (*audit.Ledger).Changes},
		{"Refusals", audit.KindRefusal, (*audit.Ledger).Refusals},
	}
}

// encode is the question as it stands in an address.
func (q auditQuestion) encode() string {
	values := url.Values{"kind": {string(q.kind)}}
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
	asked.App = q.app
	asked.From, wrongFrom = parseDay(q.from, zone)
	if asked.To, wrongTo = parseDay(q.to, zone); q.to != "" && wrongTo == nil {
		asked.To = asked.To.AddDate(0, 0, 1)
	}
	return asked, wrongFrom, wrongTo
}

func parseDay(text string, zone *time.Location) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.ParseInLocation(time.DateOnly, text, zone)
	if err != nil {
		return time.Time{}, fault.New(fault.Invalid, "Enter a day as YYYY-MM-DD.")
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
	found, err := v.LedgerEntries(q.kind, asked, auditShown)
	if err != nil {
		return err
	}
	for _, e := range found {
		model.Entries = append(model.Entries, newAuditLine(v, e, model.names))
	}
	model.Full = len(found) == auditShown
	return v.Show("audit", "Audit", model)
}

// newAudit is the page with its filters, before anything was found.
func (r *Room) newAudit(v *frame.Visit, q auditQuestion) (auditModel, error) {
	m := auditModel{
		Kind: q.kind, Most: auditShown, Download: "/audit/download?" + q.encode(),
		App:  frame.Choice{Name: "app", Label: "App", Options: []frame.Option{{Label: "Every app"}}},
		From: frame.Field{Name: "from", Label: "From", Kind: "date", Value: q.from},
		To:   frame.Field{Name: "to", Label: "To", Kind: "date", Value: q.to},
	}
	for _, list := range auditLists() {
		other := q
		other.kind = list.kind
		m.Tabs = append(m.Tabs, frame.Tab{Label: list.label, Path: "/audit?" + other.encode(), Current: list.kind == q.kind})
	}
	all, err := r.Apps.List(v.Context())
	m.names = map[string]string{}
	for _, app := range all {
		m.names[app.ID] = app.Name
		m.App.Options = append(m.App.Options, frame.Option{Value: app.ID, Label: app.Name, Chosen: app.ID == q.app})
	}
	return m, err
}

// auditCSV sends every entry that the filters leave. That somebody asked is
// itself on record.
func (r *Room) auditCSV(v *frame.Visit) error {
	q, err := readQuestion(v)
	if err != nil {
		return err
	}
	asked, wrongFrom, wrongTo := q.ask(v.District.Zone())
	if wrongFrom != nil || wrongTo != nil {
		return fault.New(fault.Invalid, "Enter days as YYYY-MM-DD.")
	}
	defer v.AllowLargeFile()()
	err = r.Ledger.Note(v.Context(), audit.Change{
		Actor: v.Person.Email, Action: "audit.download", App: q.app, Subject: string(q.kind), After: map[string]string{"from": q.from, "to": q.to},
	})
	if err != nil {
		return err
	}
	return v.Download(string(q.kind)+"s.csv", "text/csv; charset=utf-8", func(out io.Writer) error {
		return audit.WriteCSV(out, q.kind, func(fn func(audit.Entry) error) error { return q.walkList(v, asked, fn) })
	})
}

// walkList calls fn with every entry of the list that matches.
func (q auditQuestion) walkList(v *frame.Visit, asked audit.Question, fn func(audit.Entry) error) error {
	for _, list := range auditLists() {
		if list.kind == q.kind {
			return v.WalkLedger(list.walk, asked, fn)
		}
	}
	return nil
}
