package staff

import (
	"errors"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/proxies"
	"github.com/rostergate/rostergate/web/frame"
)

func (r *Room) signInRoutes() []frame.Route {
	return []frame.Route{
		frame.Get("/sign-in", frame.Public, r.signInForm),
		frame.Post("/sign-in", frame.Public, r.signIn),
		frame.Post("/sign-out", frame.Anyone, r.signOut),
	}
}

type signInModel struct {
	Problem  string
	Next     string // where the person wanted to go
	Kept     frame.Kept
	Email    frame.Field
	Password frame.Field
}

func newSignIn(email, next string) signInModel {
	return signInModel{
		Next:     next,
		Email:    frame.Field{Name: "email", Label: "Email", Kind: "email", Value: email, Autocomplete: "username", Required: true},
		Password: frame.Field{Name: "password", Label: "Password", Kind: "password", Autocomplete: "current-password", Required: true},
	}
}

func (r *Room) signInForm(v *frame.Visit) error {
	if v.Person.ID != "" {
		return v.Redirect(localPath(v.QueryParam("next")))
	}
	return v.Show("signin", "Sign in", newSignIn("", v.QueryParam("next")))
}

func (r *Room) signIn(v *frame.Visit) error {
	from := people.Origin{Client: v.Client(), Device: v.Cookie(frame.DeviceCookie)}
	in, err := r.People.SignIn(v.Context(), v.FormValue("email"), v.FormValue("password"), from)
	model, status := newSignIn(v.FormValue("email"), v.FormValue("next")), http.StatusUnprocessableEntity
	model.Kept = v.ReadKept()
	switch {
	case errors.Is(err, people.ErrTooOften):
		v.ResponseHeader().Set("Retry-After", strconv.Itoa(int(people.Patience/time.Second)))
		model.Problem, status = err.Error(), http.StatusTooManyRequests
	case errors.Is(err, people.ErrWrong):
		model.Problem = err.Error()
	case err != nil:
		return err
	default:
		v.KeepCookie(frame.SessionCookie, in.Session, 0)
		v.KeepCookie(frame.DeviceCookie, in.Device, people.DeviceTime)
		if model.Kept.Form != "" {
			return goOn(v, in.Person, model.Kept)
		}
		return v.Redirect(localPath(model.Next))
	}
	if err := r.noteFailure(v, status, err); err != nil {
		return err
	}
	return v.ShowWithStatus(status, "signin", "Sign in", model)
}

// keepForm asks whoever sent a form to sign in, and carries the form along.
func (r *Room) keepForm(v *frame.Visit, kept frame.Kept) error {
	model := newSignIn("", kept.Back())
	model.Kept = kept
	return v.ShowWithStatus(http.StatusUnauthorized, "signin", "Sign in to go on", model)
}

// goOn leads on to what was entered before the sign-in, if it was this person who did.
func goOn(v *frame.Visit, person people.Person, kept frame.Kept) error {
	ours := localPath(kept.Path) == kept.Path && path.Clean(kept.Path) == kept.Path && !strings.ContainsAny(kept.Path, "?#") && strings.HasPrefix(kept.Path, "/apps/") && strings.HasSuffix(kept.Path, "/edit")
	if person.ID != kept.Person || !ours {
		return v.EndForm("/", "What was entered here before is somebody else’s, and is not kept.")
	}
	v.Person = person
	return v.Show("resume", "You are signed in again", kept)
}

// noteFailure puts on record that a sign-in failed, counted like the refusals of
// strangers: of whose account is not said, so that nobody can tell by the time it takes
// whether there is one.
func (r *Room) noteFailure(v *frame.Visit, status int, failed error) error {
	reason := "wrong_password"
	if errors.Is(failed, people.ErrTooOften) {
		reason = "too_often"
	}
	return r.Ledger.Refuse(v.Context(), audit.Refusal{
		RequestID: v.RequestID(), Address: proxies.Network(v.Client()), Door: audit.DoorPage, Route: v.RoutePath(), Status: status, Reason: reason,
	})
}

// localPath is a path of ours, or the dashboard in the place of an address that
// leads elsewhere.
func localPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || strings.Contains(next, `\`) ||
		!strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") {
		return "/"
	}
	return next
}

func (r *Room) signOut(v *frame.Visit) error {
	if err := r.People.SignOut(v.Context(), v.Cookie(frame.SessionCookie), v.Person.Email); err != nil {
		return err
	}
	v.KeepCookie(frame.SessionCookie, "", -1)
	v.ForgetOnce()
	return v.EndForm("/sign-in", "You are signed out.")
}
