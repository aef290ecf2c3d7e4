package web

import (
	"fmt"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/people"
)

// WelcomeURL is the one-time link of a token, with which a person sets a
// password.
func WelcomeURL(public, token string) string { return public + "/welcome/" + token }

func welcomeRoutes() []Route {
	return []Route{
		get("/welcome/:token", Public, (*Rooms).welcomeForm),
		post("/welcome/:token", Public, (*Rooms).welcome),
	}
}

type welcomeModel struct {
	First    bool   // the first admin names themselves
	For      string // the address that was invited
	Email    Field
	Name     Field
	Password Field
	Again    Field
}

func newWelcome(invited people.Invited) welcomeModel {
	return welcomeModel{
		First: invited.First, For: invited.Email,
		Email:    Field{Name: "email", Label: "Email", Kind: "email", Autocomplete: "username", Required: true},
		Name:     Field{Name: "name", Label: "Name", Value: invited.Name, Autocomplete: "name", Hint: "As others are to see it. Optional."},
		Password: newPassword("Password"),
		Again:    Field{Name: "again", Label: "Password, once more", Kind: "password", Autocomplete: "new-password", Required: true},
	}
}

func newPassword(label string) Field {
	return Field{
		Name: "password", Label: label, Kind: "password", Autocomplete: "new-password", Required: true,
		Hint: fmt.Sprintf("At least %d characters.", people.ShortestPassword),
	}
}

const welcomeTitle = "Set your password"

func (r *Rooms) welcomeForm(v *visit) error {
	invited, err := r.People.Invited(v.ctx(), v.param("token"))
	if err != nil {
		return err
	}
	return v.show("welcome", welcomeTitle, newWelcome(invited))
}

func (r *Rooms) welcome(v *visit) error {
	invited, err := r.People.Invited(v.ctx(), v.param("token"))
	if err != nil {
		return err
	}
	model := newWelcome(invited)
	model.Email.Value, model.Name.Value = v.value("email"), v.value("name")
	said := people.Acceptance{Email: v.value("email"), Name: v.value("name"), Password: v.value("password")}
	if model.check(said, v.value("again")) {
		return v.again("welcome", welcomeTitle, model)
	}
	person, err := r.People.Accept(v.ctx(), v.param("token"), said)
	if model.First && fault.Is(err, fault.Conflict) && model.Email.blame(err) {
		return v.again("welcome", welcomeTitle, model)
	}
	if err != nil {
		return err
	}
	v.keep(sessionCookie, "", -1)
	if err := v.remember(person.ID); err != nil {
		return err
	}
	return v.done("/sign-in", "Your password is set. Sign in with it.")
}

// check puts what is wrong beside the fields, and reports whether anything is.
func (m *welcomeModel) check(said people.Acceptance, again string) bool {
	email := m.For
	wrong := m.Name.blame(people.CheckName(said.Name))
	if m.First {
		email = said.Email
		wrong = m.Email.blame(people.CheckEmail(email)) || wrong
	}
	wrong = m.Password.blame(people.CheckPassword(said.Password, email)) || wrong
	return differs(&m.Again, said.Password, again) || wrong
}

// differs complains about a repeated password that is another one.
func differs(f *Field, password, again string) bool {
	if password != again {
		f.Problem = "The two passwords are not the same."
	}
	return password != again
}
