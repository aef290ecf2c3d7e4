package register

import (
	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/manners"
	"github.com/rostergate/rostergate/web/frame"
)

// answersModel is how an app is answered.
type answersModel struct {
	App     apps.App
	State   frame.Status
	Problem string // of the form as a whole
	Choices []frame.Choice
	Message frame.Field
	Longest int // characters of it
	Reason  frame.Field
}

func newAnswers(v *frame.Visit, app apps.App, m manners.Manners) answersModel {
	two := func(name, label, is string, one, other frame.Option) frame.Choice {
		one.Chosen, other.Chosen = one.Value == is, other.Value == is
		return frame.Choice{Name: name, Label: label, Options: []frame.Option{one, other}}
	}
	return answersModel{
		App: app, State: frame.StateStatus(app.State), Longest: manners.LongestMessage, Reason: frame.ReasonField(v.FormValue("reason")),
		Choices: []frame.Choice{
			two("booleans", "Yes and no", m.Booleans,
				frame.Option{Value: manners.Strings, Label: "As words in quotes", Hint: `"true" and "false", as OneRoster writes them.`},
				frame.Option{Value: manners.Native, Label: "As JSON's own", Hint: "true and false, for an importer that takes nothing else."}),
			two("empty", "What has no value", m.Empty,
				frame.Option{Value: manners.LeftOut, Label: "Left out", Hint: "As OneRoster allows."},
				frame.Option{Value: manners.Sent, Label: "Sent empty", Hint: "A text, word or date that the app may see comes as empty text. What it may not see is left out all the same."}),
			two("unknown_fields", "Unknown names in fields of OneRoster 1.2", m.UnknownFields,
				frame.Option{Value: manners.Refused, Label: "Refused", Hint: "With 400, as OneRoster 1.2 asks. A hidden name is refused alike."},
				frame.Option{Value: manners.Tolerated, Label: "Passed over", Hint: "As in OneRoster 1.1. A hidden name is passed over alike."}),
		},
		Message: frame.Field{Name: "message", Label: "Message to the vendor", Value: m.Message},
	}
}

func (m answersModel) title() string { return "Answers to " + m.App.Name }

func (r *Room) answersPage(v *frame.Visit) error {
	o, err := v.AppOverview(v.PathParam("app"))
	if err != nil {
		return err
	}
	held, err := r.Manners.Of(v.Context(), o.ID)
	if err != nil {
		return err
	}
	m := newAnswers(v, o.App, held)
	return v.Show("answers", m.title(), m)
}

func (r *Room) saveAnswers(v *frame.Visit) error {
	o, err := v.AppOverview(v.PathParam("app"))
	if err != nil {
		return err
	}
	wanted := manners.Manners{Booleans: v.FormValue("booleans"), Empty: v.FormValue("empty"), UnknownFields: v.FormValue("unknown_fields"), Message: v.FormValue("message")}
	by := v.By(v.FormValue("reason"))
	_, err = r.Manners.Set(v.Context(), o.ID, wanted.Edit(), by)
	if fault.Is(err, fault.Invalid) {
		return answersAgain(v, o.App, wanted, by, err)
	}
	if err != nil {
		return err
	}
	return v.EndForm("/apps/"+o.ID+"/answers", "Saved. It holds from the next request of "+o.Name+" on.")
}

// answersAgain shows the form as it was filled in, with what will not do.
func answersAgain(v *frame.Visit, app apps.App, wanted manners.Manners, by apps.By, wrong error) error {
	m := newAnswers(v, app, wanted)
	var whole frame.Field
	switch {
	case by.Check() != nil:
		m.Reason.Blame(wrong)
	case manners.CheckMessage(wanted.Message) != nil:
		m.Message.Blame(wrong)
	default:
		whole.Blame(wrong)
	}
	m.Problem = whole.Problem
	return v.ShowAgain("answers", m.title(), m)
}
