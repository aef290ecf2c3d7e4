package frame

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
)

// problem is why a person does not get a page.
type problem struct {
	Status    int
	Title     string
	Says      string // what can be done about it
	RequestID string // only where it helps
}

// problemOf turns any error into what a person may know of it.
func problemOf(err error) problem {
	switch fault.KindOf(err) {
	case fault.Invalid:
		return problem{Status: http.StatusBadRequest, Title: "This cannot be done", Says: asSentence(err.Error())}
	case fault.Unauthenticated:
		return problem{Status: http.StatusUnauthorized, Title: "Sign in to continue", Says: asSentence(err.Error())}
	case fault.Denied:
		return problem{Status: http.StatusForbidden, Title: "You don't have access to this page", Says: asSentence(err.Error())}
	case fault.NotFound:
		return problem{Status: http.StatusNotFound, Title: "Page not found", Says: asSentence(err.Error())}
	case fault.Conflict:
		return problem{Status: http.StatusConflict, Title: "This has changed", Says: asSentence(err.Error())}
	case fault.Unavailable:
		return notNow()
	}
	if database.Passing(err) {
		return notNow()
	}
	return problem{Status: http.StatusInternalServerError, Title: "Something went wrong", Says: "This is not your fault. If it happens again, give this number to whoever runs Rostergate:"}
}

// notNow is what passes by itself.
func notNow() problem {
	return problem{Status: http.StatusServiceUnavailable, Title: "Rostergate is not available right now", Says: "Try again in a minute."}
}

// asSentence is what a fault says, as one: other packages say some of it to commands.
func asSentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return text
	}
	text = string(unicode.ToUpper(first)) + text[size:]
	if !strings.ContainsAny(text[len(text)-1:], ".!?") {
		text += "."
	}
	return text
}

// showFailure answers with the page of an error.
func (f *Frame) showFailure(v *Visit, err error) error {
	if waits, is := errors.AsType[*apps.Waits](err); is {
		return v.EndForm(fmt.Sprintf("/approvals/%d", waits.Change.Number), asSentence(waits.Says())+" This waits for another admin, who approves or declines it here.")
	}
	p := problemOf(err)
	if p.Status >= http.StatusInternalServerError {
		f.Log.Error("page failed", "request_id", v.RequestID(), "route", v.echo.Path(), "client", v.Client(), "error", err)
	}
	return f.showProblem(v, p)
}

func (f *Frame) showProblem(v *Visit, p problem) error {
	if v.echo.Response().Committed {
		return nil
	}
	switch p.Status {
	case http.StatusInternalServerError:
		p.RequestID = v.RequestID()
	case http.StatusServiceUnavailable:
		v.echo.Response().Header().Set(echo.HeaderRetryAfter, "60")
	}
	return f.writeScreen(v, p.Status, "problem", p.Title, p)
}

// unrouted answers what no route takes.
func (f *Frame) unrouted(err error, c echo.Context) {
	v := f.visit(c)
	p := problem{Status: http.StatusNotFound, Title: "Page not found", Says: "The address may be mistyped, or the page was moved."}
	var wrong *echo.HTTPError
	switch {
	case c.Response().Committed:
		return
	case !errors.As(err, &wrong):
		f.Log.Error("page failed", "request_id", v.RequestID(), "route", c.Path(), "client", v.Client(), "error", err)
		p = problemOf(err)
	case wrong.Code == http.StatusMethodNotAllowed:
		p = problem{Status: http.StatusMethodNotAllowed, Title: "This cannot be done", Says: "The page does not take what was sent."}
	}
	if err := f.recognise(v); err != nil {
		p = problemOf(err)
	}
	_ = f.showProblem(v, p)
}
