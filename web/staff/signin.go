package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/proxies"
)

func signInRoutes() []Route {
	return []Route{
		get("/sign-in", Public, (*Rooms).signInForm),
		post("/sign-in", Public, (*Rooms).signIn),
		post("/sign-out", Anyone, (*Rooms).signOut),
	}
}

type signInModel struct {
	Problem  string
	Next     string // where the person wanted to go
	Email    Field
	Password Field
}

func newSignIn(email, next string) signInModel {
	return signInModel{
		Next:     next,
		Email:    Field{Name: "email", Label: "Email", Kind: "email", Value: email, Autocomplete: "username", Required: true},
		Password: Field{Name: "password", Label: "Password", Kind: "password", Autocomplete: "current-password", Required: true},
	}
}

func (r *Rooms) signInForm(v *visit) error {
	if v.Person.ID != "" {
		return v.goTo(local(v.query("next")))
	}
	return v.show("signin", "Sign in", newSignIn("", v.query("next")))
}

func (r *Rooms) signIn(v *visit) error {
	from := people.Origin{Client: v.client(), Device: v.cookie(deviceCookie)}
	in, err := r.People.SignIn(v.ctx(), v.value("email"), v.value("password"), from)
	model, status := newSignIn(v.value("email"), v.value("next")), http.StatusUnprocessableEntity
	switch {
	case errors.Is(err, people.ErrTooOften):
		v.responseHeader().Set("Retry-After", strconv.Itoa(int(people.Patience/time.Second)))
		model.Problem, status = err.Error(), http.StatusTooManyRequests
	case errors.Is(err, people.ErrWrong):
		model.Problem = err.Error()
	case err != nil:
		return err
	default:
		v.keep(sessionCookie, in.Session, 0)
		v.keep(deviceCookie, in.Device, people.DeviceTime)
		return v.goTo(local(model.Next))
	}
	if err := r.noteFailure(v, status, err); err != nil {
		return err
	}
	return v.showWithStatus(status, "signin", "Sign in", model)
}

// noteFailure puts on record that a sign-in failed, counted like the refusals of
// strangers: of whose account is not said, so that nobody can tell by the time it takes
// whether there is one.
func (r *Rooms) noteFailure(v *visit, status int, failed error) error {
	reason := "wrong_password"
	if errors.Is(failed, people.ErrTooOften) {
		reason = "too_often"
	}
	return r.Ledger.Refuse(v.ctx(), audit.Refusal{
		RequestID: v.id(), Address: proxies.Network(v.client()), Door: audit.DoorPage, Route: v.routePath(), Status: status, Reason: reason,
	})
}

// local is a path of ours, or the dashboard in the place of an address that
// leads elsewhere.
func local(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || strings.Contains(next, `\`) ||
		!strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") {
		return "/"
	}
	return next
}

func (r *Rooms) signOut(v *visit) error {
	if err := r.People.SignOut(v.ctx(), v.cookie(sessionCookie), v.Person.Email); err != nil {
		return err
	}
	v.keep(sessionCookie, "", -1)
	return v.done("/sign-in", "You are signed out.")
}
