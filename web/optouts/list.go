package optouts

import (
	"fmt"
	"strings"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/optouts"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/web/frame"
)

// listed is how many opt-outs a page lists, and mostWrong how many wrong lines of a file.
const (
	listed    = 50
	mostWrong = 20
)

type listModel struct {
	May     bool // change something
	Finder  frame.Finder
	App     frame.Choice
	Sort    frame.Choice
	Narrow  bool
	Columns []frame.Column
	Lines   []listedLine
	Pager   frame.Pager
	File    frame.Field
	Reason  frame.Field
	Replace frame.Switch
	Sure    frame.Switch
	Wrong   []optouts.Wrong // of the file that was sent
	More    int             // wrong lines that are not listed
}

// listedLine is an opt-out as the list shows it.
type listedLine struct {
	Student string // the name; for auditors the roster's number
	Says    string // what else tells the student from others, empty for auditors
	Record  string // the sourcedId, to open; empty for auditors
	Gone    bool
	Doubt   bool     // whether it is still the same person
	MayBe   []string // of one who left: users whose sourcedIds differ by case or spaces alone
	Apps    string
	At      frame.Moment
	Who     string
	Reason  string
}

func columns() []frame.Column {
	return []frame.Column{{Label: "Student"}, {Label: "Gets nothing"}, {Key: "added", Label: "Since", Falls: true}, {Label: "Reason"}, {}}
}

func (r *Room) listPage(v *frame.Visit) error {
	m, err := r.newList(v)
	if err != nil {
		return err
	}
	return v.Show("optouts", "Opt-outs", m)
}

func (r *Room) newList(v *frame.Visit) (listModel, error) {
	list, err := v.ReadListing(path, columns(), "app")
	if err != nil {
		return listModel{}, err
	}
	m := listModel{
		May: v.Person.Role == people.Admin, Finder: finder(v), Sort: list.Sorting(), Narrow: v.QueryParam("app") != "", Columns: list.Columns(),
		File:   frame.Field{Name: "file", Label: "CSV file", Hint: "The first line is sourcedId,app. Each line after it is one opt-out, with nothing in the place of the app for all apps. All lines are taken, or none."},
		Reason: frame.ReasonField(v.FormValue("reason")),

		Replace: frame.Switch{Name: "replace", Label: "Replace the register", Hint: "Opt-outs of which the file says nothing go. What that lets back is said first."},
		Sure:    frame.Switch{Name: "sure", Label: "Let those students back", Hint: "Once you know who they are. It counts only where the register is replaced."},
	}
	if !m.May {
		m.Columns = m.Columns[:len(m.Columns)-1]
	}
	all, err := r.Apps.List(v.Context())
	if err != nil {
		return m, err
	}
	if m.App, err = appChoice(all, v.QueryParam("app")); err != nil {
		return m, err
	}
	found, total, err := r.OptOuts.List(v.Context(), optouts.Page{App: v.QueryParam("app"), From: (list.Page - 1) * listed, Limit: listed, Old: list.Reverse})
	if err != nil {
		return m, err
	}
	m.Pager = list.Pager(total, listed, "opt-out", "opt-outs")
	m.Lines, err = r.lines(v, found, all)
	return m, err
}

// finder is the search for a student, by what a roster has of people.
func finder(v *frame.Visit) frame.Finder {
	f := frame.NewFinder(v, frame.FirstTab)
	f.Entity, f.Path = frame.FirstTab, path+"/find"
	return f
}

func appChoice(all []apps.App, chosen string) (frame.Choice, error) {
	c := frame.Choice{Name: "app", Label: "That hold for", Options: []frame.Option{{Label: "Any app"}}}
	known := chosen == ""
	for _, app := range all {
		known = known || app.ID == chosen
		c.Options = append(c.Options, frame.Option{Value: app.ID, Label: app.Name, Chosen: app.ID == chosen})
	}
	if !known {
		return c, fault.New(fault.NotFound, "There is no app with this ID.")
	}
	return c, nil
}

// lines are opt-outs as the list shows them: with names to admins, which is on record, and
// to auditors with the numbers that the audit has, too.
func (r *Room) lines(v *frame.Visit, found []optouts.OptOut, all []apps.App) ([]listedLine, error) {
	names, err := r.named(v, found)
	if err != nil {
		return nil, err
	}
	snapshot, err := r.Views.Snapshot(v.Context())
	if err != nil {
		return nil, err
	}
	mayBe, err := r.mayBe(v, names, found)
	if err != nil {
		return nil, err
	}
	var lines []listedLine
	for _, one := range found {
		line := listedLine{
			Student: fmt.Sprintf("Student %d", one.User), Gone: one.Gone, Doubt: !one.Gone && snapshot.History.MayBeAnother(one.User, one.AddedAt), Apps: appLabel(all, one.App),
			At: v.Moment(one.AddedAt), Who: frame.Who(one.Actor), Reason: one.Reason,
		}
		if hit, named := names[one.User]; named {
			line.Student, line.Says, line.Record, line.MayBe = hit.Name, hit.Says, hit.SourcedID, mayBe[one.User]
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// named are the students of opt-outs, for those who may read who they are.
func (r *Room) named(v *frame.Visit, found []optouts.OptOut) (map[uint32]frame.Hit, error) {
	names := map[uint32]frame.Hit{}
	if v.Person.Role != people.Admin || len(found) == 0 {
		return names, nil
	}
	var ids []uint32
	for _, one := range found {
		ids = append(ids, one.User)
	}
	users, _ := catalog.Find(frame.FirstTab)
	hits, err := v.Sight.Records(users, ids, len(ids))
	for _, hit := range hits {
		names[hit.ID] = hit
	}
	return names, err
}

// mayBe are, for those who may read it, users who may be one who left the roster.
func (r *Room) mayBe(v *frame.Visit, names map[uint32]frame.Hit, found []optouts.OptOut) (map[uint32][]string, error) {
	all := map[uint32][]string{}
	if len(names) == 0 {
		return all, nil
	}
	users, _ := catalog.Find(frame.FirstTab)
	named, err := r.OptOuts.Name(v.Context(), found)
	for _, one := range named {
		for _, id := range one.MayBe {
			if len(all[one.User]) == len(one.MayBe) {
				break // of another line of the same student
			}
			hit, err := v.Sight.Record(users, id)
			if err != nil {
				return nil, err
			}
			all[one.User] = append(all[one.User], hit.Name+" ("+id+")")
		}
	}
	return all, err
}

// appLabel is what people call the apps of an opt-out.
func appLabel(all []apps.App, id string) string {
	if id == optouts.AllApps {
		return "All apps"
	}
	for _, app := range all {
		if app.ID == id {
			return app.Name
		}
	}
	return id
}

type foundModel struct {
	Finder frame.Finder
	States map[uint32]string // of the hits that are opted out
}

// find shows the people that a search finds, and who of them is opted out.
func (r *Room) find(v *frame.Visit) error {
	m := foundModel{Finder: finder(v), States: map[uint32]string{}}
	if err := m.Finder.Search(v); err != nil {
		return err
	}
	var ids []uint32
	for _, hit := range m.Finder.Hits {
		ids = append(ids, hit.ID)
	}
	lines, err := r.OptOuts.OfStudents(v.Context(), ids)
	if err != nil {
		return err
	}
	all, err := r.Apps.List(v.Context())
	for id, of := range lines {
		var labels []string
		for _, one := range of {
			labels = append(labels, appLabel(all, one.App))
		}
		m.States[id] = "Opted out: " + strings.Join(labels, ", ")
	}
	if err != nil {
		return err
	}
	return v.Show("optoutsfound", "Opt a student out", m)
}
