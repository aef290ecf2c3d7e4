package dataguard

import (
	"slices"
	"strconv"
	"strings"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/web/frame"
)

// termsModel is what was agreed with an app's vendor: a form for admins, facts for others.
type termsModel struct {
	Version    int64
	Problem    string // of the form as a whole
	Start      frame.Field
	End        frame.Field
	Basis      frame.Field
	Contact    frame.Field
	Reason     frame.Field
	Categories []frame.Switch // the hint of each says whether the permissions give something of it
	Beyond     []frame.Notice
	Past       []pastTerms
}

// pastTerms is a version of an agreement.
type pastTerms struct {
	Version    int64
	Days       string
	Categories string
	Actor      string
	Reason     string
	At         frame.Moment
}

// newTerms is the part of the page about the agreement that a form has, or that holds.
func (r *Room) newTerms(v *frame.Visit, o apps.Overview, agreed apps.Agreement, wrong error) (termsModel, error) {
	m := termsModel{
		Version: agreed.Version,
		Start:   frame.Field{Name: "start", Label: "First day", Kind: "date", Value: agreed.Start, Autocomplete: "off"},
		End:     frame.Field{Name: "end", Label: "Last day of the agreement", Kind: "date", Value: agreed.End, Hint: "The dashboard says 30 days before that it ends. It hides nothing.", Autocomplete: "off"},
		Basis:   frame.Field{Name: "basis", Label: "Legal basis", Value: agreed.Basis, Hint: "By what right the data is shared.", Autocomplete: "off"},
		Contact: frame.Field{Name: "contact", Label: "Contact at the vendor", Value: agreed.Contact, Autocomplete: "off"},
		Reason:  frame.ReasonField(v.FormValue("why")),
		Beyond:  beyondNotices(o),
	}
	m.Reason.Name = "why"
	var told frame.Field
	if told.Blame(wrong) {
		m.Problem = told.Problem
	}
	granted := apps.CategoriesOf(o.Grant.Grant)
	for _, category := range catalog.Categories() {
		box := frame.Switch{Name: "category", Value: string(category), Label: string(category), On: slices.Contains(agreed.Categories, category)}
		if slices.Contains(granted, category) {
			box.Hint = "The permissions give something of it"
		}
		m.Categories = append(m.Categories, box)
	}
	all, err := r.Apps.Agreements(v.Context(), o.ID)
	for _, one := range all {
		m.Past = append(m.Past, pastTerms{one.Version, termsDays(one), listCategories(one.Categories), one.Actor, one.Reason, v.Moment(one.SavedAt)})
	}
	return m, err
}

// termsDays says how long an agreement holds.
func termsDays(a apps.Agreement) string {
	switch {
	case a.Start == "" && a.End == "":
		return "Not stated"
	case a.End == "":
		return "From " + a.Start
	case a.Start == "":
		return "Until " + a.End
	}
	return a.Start + " to " + a.End
}

func listCategories(all []catalog.Category) string {
	var names []string
	for _, c := range all {
		names = append(names, string(c))
	}
	return strings.Join(names, ", ")
}

// beyondNotices tell what an app is given beyond the agreement with its vendor.
func beyondNotices(o apps.Overview) []frame.Notice {
	beyond := o.Agreement.Beyond(o.Grant.Grant)
	if len(beyond) == 0 {
		return nil
	}
	return []frame.Notice{{Tone: frame.Careful, Title: "Granted beyond the agreement", Says: listCategories(beyond) + ": the agreement with the vendor does not name this."}}
}

// saveTerms keeps what was agreed. It changes nothing of what the app gets.
func (r *Room) saveTerms(v *frame.Visit) error {
	o, err := v.AppOverview(v.PathParam("app"))
	if err != nil {
		return err
	}
	agreed := apps.Agreement{
		Start: strings.TrimSpace(v.FormValue("start")), End: strings.TrimSpace(v.FormValue("end")),
		Basis: strings.TrimSpace(v.FormValue("basis")), Contact: strings.TrimSpace(v.FormValue("contact")),
	}
	if agreed.Version, err = strconv.ParseInt(v.FormValue("terms"), 10, 64); err != nil {
		return fault.New(fault.Invalid, "The form does not say which version of the agreement it changes. Open the page again.")
	}
	for _, name := range v.FormValues("category") {
		agreed.Categories = append(agreed.Categories, catalog.Category(name))
	}
	_, err = r.Apps.SaveAgreement(v.Context(), o.ID, agreed, v.By(v.FormValue("why")))
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		return r.showAgreement(v, o, agreementOf(v, o.Grant), nil, agreed, err)
	}
	if err != nil {
		return err
	}
	return v.EndForm("/apps/"+o.ID+"/agreement", "The agreement with "+o.Name+" is on record.")
}
