package staff

import (
	"fmt"
	"net/http"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/web/frame"
)

// WelcomeURL is the one-time link of a token, with which a person sets a
// password.
func WelcomeURL(public, token string) string { return public + "/welcome/" + token }

func (r *Room) welcomeRoutes() []frame.Route {
	return []frame.Route{
		frame.Get("/welcome/:token", frame.Public, r.welcomeForm),
		frame.Post("/welcome/:token", frame.Public, r.welcome),
	}
}

type welcomeModel struct {
	First    bool   // the first admin names themselves
	For      string // the address that was invited
	Email    frame.Field
	Name     frame.Field
	Password frame.Field
	Again    frame.Field
}

func newWelcome(invited people.Invited) welcomeModel {
	return welcomeModel{
		First: invited.First, For: invited.Email,
		Email:    frame.Field{Name: "email", Label: "Email", Kind: "email", Autocomplete: "username", Required: true},
		Name:     frame.Field{Name: "name", Label: "Name", Value: invited.Name, Autocomplete: "name", Hint: "As others are to see it. Optional."},
		Password: newPassword("Password"),
		Again:    frame.Field{Name: "again", Label: "Password, once more", Kind: "password", Autocomplete: "new-password", Required: true},
	}
}

func newPassword(label string) frame.Field {
	return frame.Field{
		Name: "password", Label: label, Kind: "password", Autocomplete: "new-password", Required: true,
		Hint: fmt.Sprintf("At least %d characters.", people.ShortestPassword),
	}
}

const welcomeTitle = "Set your password"

func (r *Room) welcomeForm(v *frame.Visit) error {
	invited, err := r.People.Invited(v.Context(), v.PathParam("token"))
	if fault.Is(err, fault.NotFound) {
		return showEnded(v)
	}
	if err != nil {
		return err
	}
	return v.Show("welcome", welcomeTitle, newWelcome(invited))
}

// showEnded tells whoever followed a link that has ended what to do instead.
func showEnded(v *frame.Visit) error {
	return v.ShowWithStatus(http.StatusNotFound, "linkended", "This link has ended", v.Person)
}

func (r *Room) welcome(v *frame.Visit) error {
	invited, err := r.People.Invited(v.Context(), v.PathParam("token"))
	if fault.Is(err, fault.NotFound) {
		return showEnded(v)
	}
	if err != nil {
		return err
	}
	model := newWelcome(invited)
	model.Email.Value, model.Name.Value = v.FormValue("email"), v.FormValue("name")
	said := people.Acceptance{Email: v.FormValue("email"), Name: v.FormValue("name"), Password: v.FormValue("password")}
	if model.check(said, v.FormValue("again")) {
		return v.ShowAgain("welcome", welcomeTitle, model)
	}
	person, err := r.People.Accept(v.Context(), v.PathParam("token"), said)
	if model.First && fault.Is(err, fault.Conflict) && model.Email.Blame(err) {
		return v.ShowAgain("welcome", welcomeTitle, model)
	}
	if err != nil {
		return err
	}
	v.KeepCookie(frame.SessionCookie, "", -1)
	if err := v.RememberDevice(person.ID); err != nil {
		return err
	}
	return v.EndForm("/sign-in", "Your password is set. Sign in with it.")
}

// check puts what is wrong beside the fields, and reports whether anything is.
func (m *welcomeModel) check(said people.Acceptance, again string) bool {
	email := m.For
	wrong := m.Name.Blame(people.CheckName(said.Name))
	if m.First {
		email = said.Email
		wrong = m.Email.Blame(people.CheckEmail(email)) || wrong
	}
	wrong = m.Password.Blame(people.CheckPassword(said.Password, email)) || wrong
	return differs(&m.Again, said.Password, again) || wrong
}

// differs complains about a repeated password that is another one.
func differs(f *frame.Field, password, again string) bool {
	if password != again {
		f.Problem = "The two passwords are not the same."
	}
	return password != again
}
