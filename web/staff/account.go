package web

import (
	"errors"

	"github.com/rostergate/rostergate/people"
)

func accountRoutes() []Route {
	return []Route{
		get("/account", Anyone, (*Rooms).account),
		post("/account/password", Anyone, (*Rooms).changePassword),
		post("/account/sign-out-everywhere", Anyone, (*Rooms).signOutEverywhere),
	}
}

type accountModel struct {
	Person   people.Person
	SignedIn Moment
	Current  Field
	Password Field
	Again    Field
}

func newAccount(v *visit) accountModel {
	return accountModel{
		Person: v.Person, SignedIn: v.moment(v.Person.SignedInAt),
		Current:  Field{Name: "current", Label: "Current password", Kind: "password", Autocomplete: "current-password", Required: true},
		Password: newPassword("New password"),
		Again:    Field{Name: "again", Label: "New password, once more", Kind: "password", Autocomplete: "new-password", Required: true},
	}
}

const accountTitle = "Your account"

func (r *Rooms) account(v *visit) error { return v.show("account", accountTitle, newAccount(v)) }

func (r *Rooms) changePassword(v *visit) error {
	model, wanted := newAccount(v), v.value("password")
	wrong := model.Password.blame(people.CheckPassword(wanted, v.Person.Email))
	if differs(&model.Again, wanted, v.value("again")) || wrong {
		return v.again("account", accountTitle, model)
	}
	token, err := r.People.ChangePassword(v.ctx(), v.Person.ID, v.value("current"), wanted)
	switch {
	case errors.Is(err, people.ErrTooOften):
		model.Current.Problem = err.Error()
		return v.again("account", accountTitle, model)
	case errors.Is(err, people.ErrWrong):
		model.Current.Problem = "This is not the current password."
		return v.again("account", accountTitle, model)
	case err != nil:
		return err
	}
	v.keep(sessionCookie, token, 0)
	if err := v.remember(v.Person.ID); err != nil {
		return err
	}
	return v.done("/account", "Your password is changed. Other devices are signed out.")
}

func (r *Rooms) signOutEverywhere(v *visit) error {
	if err := r.People.SignOutEverywhere(v.ctx(), v.Person.ID, v.Person.Email); err != nil {
		return err
	}
	v.keep(sessionCookie, "", -1)
	return v.done("/sign-in", "You are signed out everywhere.")
}
