package staff

import (
	"errors"

	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/web/frame"
)

func (r *Room) accountRoutes() []frame.Route {
	return []frame.Route{
		frame.Get("/account", frame.Anyone, r.accountPage),
		frame.Post("/account/password", frame.Anyone, r.changePassword),
		frame.Post("/account/sign-out-everywhere", frame.Anyone, r.signOutEverywhere),
	}
}

type accountModel struct {
	Person   people.Person
	SignedIn frame.Moment
	Current  frame.Field
	Password frame.Field
	Again    frame.Field
}

func newAccount(v *frame.Visit) accountModel {
	return accountModel{
		Person: v.Person, SignedIn: v.Moment(v.Person.SignedInAt),
		Current:  frame.Field{Name: "current", Label: "Current password", Kind: "password", Autocomplete: "current-password", Required: true},
		Password: newPassword("New password"),
		Again:    frame.Field{Name: "again", Label: "New password, once more", Kind: "password", Autocomplete: "new-password", Required: true},
	}
}

const accountTitle = "Your account"

func (r *Room) accountPage(v *frame.Visit) error {
	return v.Show("account", accountTitle, newAccount(v))
}

func (r *Room) changePassword(v *frame.Visit) error {
	model, wanted := newAccount(v), v.FormValue("password")
	wrong := model.Password.Blame(people.CheckPassword(wanted, v.Person.Email))
	if differs(&model.Again, wanted, v.FormValue("again")) || wrong {
		return v.ShowAgain("account", accountTitle, model)
	}
	token, err := r.People.ChangePassword(v.Context(), v.Person.ID, v.FormValue("current"), wanted)
	switch {
	case errors.Is(err, people.ErrTooOften):
		model.Current.Problem = err.Error()
		return v.ShowAgain("account", accountTitle, model)
	case errors.Is(err, people.ErrWrong):
		model.Current.Problem = "This is not the current password."
		return v.ShowAgain("account", accountTitle, model)
	case err != nil:
		return err
	}
	v.KeepCookie(frame.SessionCookie, token, 0)
	if err := v.RememberDevice(v.Person.ID); err != nil {
		return err
	}
	return v.EndForm("/account", "Your password is changed. Other devices are signed out.")
}

func (r *Room) signOutEverywhere(v *frame.Visit) error {
	if err := r.People.SignOutEverywhere(v.Context(), v.Person.ID, v.Person.Email); err != nil {
		return err
	}
	v.KeepCookie(frame.SessionCookie, "", -1)
	v.ForgetOnce()
	return v.EndForm("/sign-in", "You are signed out everywhere.")
}
