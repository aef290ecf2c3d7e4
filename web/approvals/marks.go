package approvals

import (
	"slices"
	"strconv"
	"strings"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/waiting"
	"github.com/rostergate/rostergate/web/frame"
)

// marksModel is the page of what is sensitive.
type marksModel struct {
	Tabs       []frame.Tab
	May        bool // change it
	Off        bool
	Version    int64
	Lines      []string // what is marked
	Classes    []frame.Switch
	Categories []frame.Switch
	Apps       []frame.Switch
	Names      string // one a line
	NamesAre   frame.Field
	PageOnly   frame.Switch
	Reason     frame.Field
}

const marksTitle = "Second approval"

func (r *Room) marksPage(v *frame.Visit) error {
	saved, err := v.SensitiveMarks()
	if err != nil {
		return err
	}
	m, err := r.marksModel(v, saved)
	if err != nil {
		return err
	}
	return v.Show("sensitive", marksTitle, m)
}

func (r *Room) marksModel(v *frame.Visit, saved waiting.SavedMarks) (marksModel, error) {
	known, err := r.Apps.List(v.Context())
	marks := saved.Marks
	m := marksModel{
		Tabs: frame.SettingsTabs(marksPath), May: v.Person.Role == people.Admin, Off: marks.Off(), Version: saved.Version, Lines: markLines(marks, known),
		Names: strings.Join(marks.Names, "\n"), Reason: frame.ReasonField(v.FormValue("reason")),
		NamesAre: frame.Field{Name: "names", Label: "Single fields, keys and types", Hint: "One on each line, as permissions name them: users.phone, demographics.metadata.homeLanguage, users.userIds.StateID, or demographics for all of them."},
		PageOnly: frame.Switch{Name: "page_only", Label: "Only an admin who is signed in here approves", Hint: "Nobody approves at a command line.", On: marks.PageOnly},
	}
	for _, c := range waiting.MarkableClasses() {
		status := frame.ClassStatus(c)
		m.Classes = append(m.Classes, frame.Switch{Name: "class", Value: waiting.WrittenClass(c), Label: status.Label, On: slices.Contains(marks.Classes, c)})
	}
	for _, c := range catalog.Categories() {
		m.Categories = append(m.Categories, frame.Switch{Name: "category", Value: string(c), Label: string(c), On: slices.Contains(marks.Categories, c)})
	}
	for _, app := range known {
		m.Apps = append(m.Apps, frame.Switch{Name: "app", Value: app.ID, Label: app.Name, On: marks.MarksApp(app.ID)})
	}
	return m, err
}

// markLines say what is marked, each on a line.
func markLines(m waiting.Marks, known []apps.App) (all []string) {
	for _, c := range m.Classes {
		all = append(all, frame.ClassStatus(c).Label+" fields and keys")
	}
	for _, c := range m.Categories {
		all = append(all, "Category "+string(c))
	}
	all = append(all, m.Names...)
	for _, app := range m.Apps {
		all = append(all, "Whatever "+nameOf(app, known)+" gets")
	}
	if m.PageOnly {
		all = append(all, "Approved here alone, not at a command line")
	}
	return all
}

func (r *Room) saveMarks(v *frame.Visit) error {
	base, err := strconv.ParseInt(v.FormValue("version"), 10, 64)
	if err != nil {
		return fault.New(fault.Invalid, "The form does not say which version it changes. Open the page again.")
	}
	wanted := waiting.Marks{Apps: v.FormValues("app"), Names: lines(v.FormValue("names")), PageOnly: v.FormValue("page_only") != ""}
	for _, written := range v.FormValues("class") {
		class, err := waiting.FindClass(written)
		if err != nil {
			return err
		}
		wanted.Classes = append(wanted.Classes, class)
	}
	for _, written := range v.FormValues("category") {
		wanted.Categories = append(wanted.Categories, catalog.Category(written))
	}
	_, err = r.Desk.SaveMarks(v.Context(), base, wanted, v.By(v.FormValue("reason")))
	if fault.Is(err, fault.Invalid) {
		return r.showMarksAgain(v, base, wanted, err)
	}
	if err != nil {
		return err
	}
	return v.EndForm(marksPath, "Saved. It holds from the next change on.")
}

func (r *Room) showMarksAgain(v *frame.Visit, base int64, wanted waiting.Marks, wrong error) error {
	m, err := r.marksModel(v, waiting.SavedMarks{Version: base, Marks: wanted})
	if err != nil {
		return err
	}
	if !m.Reason.Blame(wrong) || strings.Contains(m.Reason.Problem, "that can be marked") {
		m.NamesAre.Problem, m.Reason.Problem = m.Reason.Problem, ""
	}
	return v.ShowAgain("sensitive", marksTitle, m)
}

// lines are the lines of a text that say something.
func lines(text string) (all []string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}
