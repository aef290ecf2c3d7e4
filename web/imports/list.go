package imports

import (
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/web/frame"
)

// attemptColumns are the columns of the list of attempts, and what it can be sorted by.
func attemptColumns() []frame.Column {
	return []frame.Column{
		{Label: "Import"},
		{Key: "ended", Label: "How it ended"},
		{Key: "when", Label: "When and who", Falls: true, First: true},
		{Key: "version", Label: "Roster version", Number: true, Falls: true},
		{Key: "added", Label: "Added", Number: true, Falls: true},
		{Key: "changed", Label: "Changed", Number: true, Falls: true},
		{Key: "removed", Label: "Removed", Number: true, Falls: true},
		{Key: "refused", Label: "Refused", Number: true, Falls: true},
	}
}

// attemptOrders are the orders of the list by the keys of its columns.
func attemptOrders() map[string]intake.AttemptOrder {
	return map[string]intake.AttemptOrder{
		"when": intake.ByStart, "ended": intake.ByEnding, "version": intake.ByGeneration,
		"added": intake.ByNew, "changed": intake.ByChanged, "removed": intake.ByGone, "refused": intake.ByRefused,
	}
}

// ending is a way in which attempts end, as the list can be narrowed to it.
type ending struct {
	value, label string
	query        intake.AttemptQuery
}

func endings() []ending {
	return []ending{
		{"", "Any", intake.AttemptQuery{}},
		{"stored", "Stored", intake.AttemptQuery{Verdict: intake.Stored}},
		{"unchanged", "Nothing new", intake.AttemptQuery{Verdict: intake.Unchanged}},
		{"held", "Held", intake.AttemptQuery{Verdict: intake.Held}},
		{"refused", "Refused", intake.AttemptQuery{Verdict: intake.Rejected}},
		{"other", "Running or broken off", intake.AttemptQuery{Unended: true}},
	}
}

// listAttempts reads the page of attempts that the address asks for.
func (r *Room) listAttempts(v *frame.Visit, m *importsModel) ([]intake.Attempt, error) {
	list, err := v.ReadListing("/imports", attemptColumns(), "ended", "how")
	if err != nil {
		return nil, err
	}
	ended, how := v.QueryParam("ended"), v.QueryParam("how")
	m.Ended = frame.Choice{Name: "ended", Label: "How it ended"}
	var q intake.AttemptQuery
	for _, e := range endings() {
		m.Ended.Options = append(m.Ended.Options, frame.Option{Value: e.value, Label: e.label, Chosen: e.value == ended})
		if e.value == ended {
			q = e.query
		}
	}
	m.How = frame.Choice{Name: "how", Label: "By", Options: []frame.Option{
		{Label: "Any"},
		{Value: string(intake.Upload), Label: "Upload", Chosen: how == string(intake.Upload)},
		{Value: string(intake.Command), Label: "Command", Chosen: how == string(intake.Command)},
	}}
	q.Origin, q.By, q.Rising = intake.Origin(how), attemptOrders()[list.Sort], list.Rising()
	q.Skip, q.AtMost = (list.Page-1)*attemptsListed, attemptsListed
	all, total, err := r.Shelf.Importer.AttemptPage(v.Context(), q)
	m.Among = list.SortedAmong(intake.MostSorted, total > intake.MostSorted)
	if m.Among != "" {
		total = intake.MostSorted
	}
	m.Sort, m.Columns, m.Pager = list.Sorting(), list.Columns(), list.Pager(int(total), attemptsListed, "import", "imports")
	m.pastEnd = list.PastEnd(int(total), attemptsListed)
	m.Narrow = ended != "" || how != ""
	return all, err
}
