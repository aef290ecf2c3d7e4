package web

import (
	"io"
	"net/url"
	"slices"
	"time"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/fault"
)

func auditRoutes() []Route {
	return []Route{
		get("/audit", Anyone, (*Rooms).audit),
		get("/audit/download", Anyone, (*Rooms).auditCSV),
	}
}

// auditShown is how many entries the page lists; the download has all.
const auditShown = 100

type auditModel struct {
	Tabs     []Tab
	Kind     audit.Kind
	App      Choice
	From, To Field
	Entries  []auditLine
	Most     int
	Full     bool   // there may be more than are shown
	Download string // the path of the CSV
}

type auditLine struct {
	audit.Entry
	At   Moment
	What string // that a change did
	Says string // what of it changed, in short
}

// auditQuestion is what the filters of the page ask.
type auditQuestion struct {
	kind          audit.Kind
	app, from, to string // as entered
}

// readQuestion takes the question from the address. One about a kind of entry
// that there is not is a fault.NotFound.
func readQuestion(v *visit) (auditQuestion, error) {
	q := auditQuestion{kind: audit.Kind(v.query("kind")), app: v.query("app"), from: v.query("from"), to: v.query("to")}
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
	walk  ledgerWalk
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
	asked.From, wrongFrom = day(q.from, zone)
	if asked.To, wrongTo = day(q.to, zone); q.to != "" && wrongTo == nil {
		asked.To = asked.To.AddDate(0, 0, 1)
	}
	return asked, wrongFrom, wrongTo
}

func day(text string, zone *time.Location) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.ParseInLocation(time.DateOnly, text, zone)
	if err != nil {
		return time.Time{}, fault.New(fault.Invalid, "Enter a day as YYYY-MM-DD.")
	}
	return t, nil
}

func (r *Rooms) audit(v *visit) error {
	q, err := readQuestion(v)
	if err != nil {
		return err
	}
	model, err := r.newAudit(v, q)
	if err != nil {
		return err
	}
	asked, wrongFrom, wrongTo := q.ask(v.District.Zone())
	wrong := model.From.blame(wrongFrom)
	if model.To.blame(wrongTo) || wrong {
		return v.again("audit", "Audit", model)
	}
	found, err := v.entries(q.kind, asked, auditShown)
	if err != nil {
		return err
	}
	for _, e := range found {
		model.Entries = append(model.Entries, auditLine{e, v.moment(e.Time), actionLabel(e.Action), changeSummary(e)})
	}
	model.Full = len(found) == auditShown
	return v.show("audit", "Audit", model)
}

// newAudit is the page with its filters, before anything was found.
func (r *Rooms) newAudit(v *visit, q auditQuestion) (auditModel, error) {
	m := auditModel{
		Kind: q.kind, Most: auditShown, Download: "/audit/download?" + q.encode(),
		App:  Choice{Name: "app", Label: "App", Options: []Option{{Label: "Every app"}}},
		From: Field{Name: "from", Label: "From", Kind: "date", Value: q.from},
		To:   Field{Name: "to", Label: "To", Kind: "date", Value: q.to},
	}
	for _, list := range auditLists() {
		other := q
		other.kind = list.kind
		m.Tabs = append(m.Tabs, Tab{Label: list.label, Path: "/audit?" + other.encode(), Current: list.kind == q.kind})
	}
	all, err := r.Apps.List(v.ctx())
	for _, app := range all {
		m.App.Options = append(m.App.Options, Option{Value: app.ID, Label: app.Name, Chosen: app.ID == q.app})
	}
	return m, err
}

// auditCSV sends every entry that the filters leave. That somebody asked is
// itself on record.
func (r *Rooms) auditCSV(v *visit) error {
	q, err := readQuestion(v)
	if err != nil {
		return err
	}
	asked, wrongFrom, wrongTo := q.ask(v.District.Zone())
	if wrongFrom != nil || wrongTo != nil {
		return fault.New(fault.Invalid, "Enter days as YYYY-MM-DD.")
	}
	defer v.forFile()()
	err = r.Ledger.Note(v.ctx(), audit.Change{
		Actor: v.Person.Email, Action: "audit.download", App: q.app, Subject: string(q.kind), After: map[string]string{"from": q.from, "to": q.to},
	})
	if err != nil {
		return err
	}
	return v.download(string(q.kind)+"s.csv", "text/csv; charset=utf-8", func(out io.Writer) error {
		return audit.WriteCSV(out, q.kind, func(fn func(audit.Entry) error) error {
			for _, list := range auditLists() {
				if list.kind == q.kind {
					return v.walk(list.walk, asked, fn)
				}
			}
			return nil
		})
	})
}
