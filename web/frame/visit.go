package frame

import (
	"context"
	"encoding/base64"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/roster"
)

// Visit is one request of a person, as handlers see it.
type Visit struct {
	Person   people.Person // who is signed in; zero where nobody is
	District people.District

	Sight Sight // what the person sees of the roster

	line           Route              // of the page; zero where there is none
	vocabularySaid *roster.Vocabulary // nil until a name is to be said

	frame *Frame
	echo  echo.Context
}

func (f *Frame) visit(c echo.Context) *Visit {
	v := &Visit{frame: f, echo: c}
	v.Sight.v = v
	return v
}

// Context ends when the page has taken too long, or when the browser has left.
func (v *Visit) Context() context.Context { return v.echo.Request().Context() }

// Request is the request itself, for a form that brings a file.
func (v *Visit) Request() *http.Request { return v.echo.Request() }

// ResponseHeader is what the answer says beside the page.
func (v *Visit) ResponseHeader() http.Header { return v.echo.Response().Header() }

// RoutePath is the path of the page's route, as the table has it.
func (v *Visit) RoutePath() string { return v.echo.Path() }

// RequestID is the request's, for people to name when something went wrong.
func (v *Visit) RequestID() string {
	id, _ := v.echo.Get(requestID).(string)
	return id
}

// PathParam is the part of the path that the route calls :name.
func (v *Visit) PathParam(name string) string { return v.echo.Param(name) }

// QueryParam is a parameter behind the question mark.
func (v *Visit) QueryParam(name string) string { return v.echo.QueryParam(name) }

// FormValue is the first value of the form by this name.
func (v *Visit) FormValue(name string) string { return v.echo.Request().PostFormValue(name) }

// FormValues are all values of the form by this name, as those of ticked boxes.
func (v *Visit) FormValues(name string) []string {
	_ = v.FormValue(name) // reads the form
	return v.echo.Request().PostForm[name]
}

// By is the person as the one who changes something.
func (v *Visit) By(reason string) apps.By { return apps.By{Actor: v.Person.Email, Reason: reason} }

// Client is the network address that the request comes from, as the trusted proxies say.
func (v *Visit) Client() string { return v.echo.RealIP() }

// Show answers with a screen, made of its view-model.
func (v *Visit) Show(name, title string, model any) error {
	return v.ShowWithStatus(http.StatusOK, name, title, model)
}

// ShowAgain answers with the screen of a form that will not do, the messages in its
// model.
func (v *Visit) ShowAgain(name, title string, model any) error {
	return v.ShowWithStatus(http.StatusUnprocessableEntity, name, title, model)
}

// Download sends a file while it is written, once what it tells is on record. If that
// fails halfway the connection breaks, so that nobody takes a part for the whole.
func (v *Visit) Download(name, kind string, write func(io.Writer) error) error {
	if err := v.Sight.onRecord(); err != nil {
		return err
	}
	h := v.echo.Response().Header()
	h.Set(echo.HeaderContentType, kind)
	h.Set(echo.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	v.echo.Response().WriteHeader(http.StatusOK)
	if err := write(v.echo.Response()); err != nil {
		v.frame.Log.Error("download broke off", "request_id", v.RequestID(), "route", v.echo.Path(), "client", v.Client(), "error", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}

// EndForm ends a form that was saved: the next page begins with the sentence.
func (v *Visit) EndForm(path, sentence string) error {
	v.KeepCookie(flashCookie, base64.RawURLEncoding.EncodeToString([]byte(sentence)), time.Minute)
	return v.Redirect(path)
}

// Redirect leads to another page of ours, 303.
func (v *Visit) Redirect(path string) error { return v.echo.Redirect(http.StatusSeeOther, path) }

// takeFlash is the sentence that EndForm left, once.
func (v *Visit) takeFlash() string {
	kept := v.Cookie(flashCookie)
	if kept == "" {
		return ""
	}
	v.KeepCookie(flashCookie, "", -1)
	sentence, _ := base64.RawURLEncoding.DecodeString(kept) // of a cookie that was tampered with: nothing
	return strings.ToValidUTF8(string(sentence), "")
}

// The cookies that a person has: of the session, and of the browser, which is known to
// those who signed in with it.
const (
	SessionCookie = "rostergate"
	flashCookie   = "rostergate-said"
	DeviceCookie  = "rostergate-device"
)

// cookieName ties a cookie to this host and to https, where there is https.
func (v *Visit) cookieName(name string) string {
	if v.frame.secure() {
		return "__Host-" + name
	}
	return name
}

// Cookie is the value of a cookie, "" without one.
func (v *Visit) Cookie(name string) string {
	c, err := v.echo.Cookie(v.cookieName(name))
	if err != nil {
		return ""
	}
	return c.Value
}

// KeepCookie sets a cookie; a negative lifetime removes it, zero is until the browser
// closes.
func (v *Visit) KeepCookie(name, value string, lifetime time.Duration) {
	v.echo.SetCookie(&http.Cookie{
		Name: v.cookieName(name), Value: value, Path: "/", MaxAge: maxAge(lifetime),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: v.frame.secure(),
	})
}

// RememberDevice makes the browser known to somebody who proved who they are.
func (v *Visit) RememberDevice(person string) error {
	device, err := v.frame.People.Remember(v.Context(), person, v.Cookie(DeviceCookie))
	if err != nil {
		return err
	}
	v.KeepCookie(DeviceCookie, device, people.DeviceTime)
	return nil
}

func maxAge(lifetime time.Duration) int {
	if lifetime < 0 {
		return -1
	}
	return int(lifetime / time.Second)
}
