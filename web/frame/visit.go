package web

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

// visit is one request of a person, as handlers see it.
type visit struct {
	Person   people.Person // who is signed in; zero where nobody is
	District people.District

	sight sight              // what the person sees of the roster
	line  Route              // of the page; zero where there is none
	said  *roster.Vocabulary // nil until a name is to be said

	rooms *Rooms
	c     echo.Context
}

func (r *Rooms) visit(c echo.Context) *visit {
	v := &visit{rooms: r, c: c}
	v.sight.v = v
	return v
}

func (v *visit) ctx() context.Context { return v.c.Request().Context() }

// request is the request itself, for a form that brings a file.
func (v *visit) request() *http.Request { return v.c.Request() }

// responseHeader is what the answer says beside the page.
func (v *visit) responseHeader() http.Header { return v.c.Response().Header() }

// routePath is the path of the page's route, as the table has it.
func (v *visit) routePath() string { return v.c.Path() }

// id is the request's, for people to name when something went wrong.
func (v *visit) id() string {
	id, _ := v.c.Get(requestID).(string)
	return id
}

// param is the part of the path that the route calls :name.
func (v *visit) param(name string) string { return v.c.Param(name) }

// query is a parameter behind the question mark.
func (v *visit) query(name string) string { return v.c.QueryParam(name) }

// value is the first value of the form by this name.
func (v *visit) value(name string) string { return v.c.Request().PostFormValue(name) }

// values are all values of the form by this name, as those of ticked boxes.
func (v *visit) values(name string) []string {
	_ = v.value(name) // reads the form
	return v.c.Request().PostForm[name]
}

// by is the person as the one who changes something.
func (v *visit) by(reason string) apps.By { return apps.By{Actor: v.Person.Email, Reason: reason} }

// client is the network address that the request comes from, as the trusted proxies say.
func (v *visit) client() string { return v.c.RealIP() }

// show answers with a screen, made of its view-model.
func (v *visit) show(name, title string, model any) error {
	return v.showWithStatus(http.StatusOK, name, title, model)
}

// again answers with the screen of a form that will not do, the messages in its
// model.
func (v *visit) again(name, title string, model any) error {
	return v.showWithStatus(http.StatusUnprocessableEntity, name, title, model)
}

// download sends a file while it is written, once what it tells is on record. If that fails halfway the connection
// breaks, so that nobody takes a part for the whole.
func (v *visit) download(name, kind string, write func(io.Writer) error) error {
	if err := v.sight.onRecord(); err != nil {
		return err
	}
	h := v.c.Response().Header()
	h.Set(echo.HeaderContentType, kind)
	h.Set(echo.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	v.c.Response().WriteHeader(http.StatusOK)
	if err := write(v.c.Response()); err != nil {
		v.rooms.Log.Error("download broke off", "request_id", v.id(), "route", v.c.Path(), "client", v.client(), "error", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}

// done ends a form that was saved: the next page begins with the sentence.
func (v *visit) done(path, sentence string) error {
	v.keep(flashCookie, base64.RawURLEncoding.EncodeToString([]byte(sentence)), time.Minute)
	return v.goTo(path)
}

func (v *visit) goTo(path string) error { return v.c.Redirect(http.StatusSeeOther, path) }

// flash is the sentence that done left, once.
func (v *visit) flash() string {
	kept := v.cookie(flashCookie)
	if kept == "" {
		return ""
	}
	v.keep(flashCookie, "", -1)
	sentence, _ := base64.RawURLEncoding.DecodeString(kept) // of a cookie that was tampered with: nothing
	return strings.ToValidUTF8(string(sentence), "")
}

// The cookies.
const (
	sessionCookie = "rostergate"
	flashCookie   = "rostergate-said"
	deviceCookie  = "rostergate-device"
)

// cookieName ties a cookie to this host and to https, where there is https.
func (v *visit) cookieName(name string) string {
	if v.rooms.secure() {
		return "__Host-" + name
	}
	return name
}

func (v *visit) cookie(name string) string {
	c, err := v.c.Cookie(v.cookieName(name))
	if err != nil {
		return ""
	}
	return c.Value
}

// keep sets a cookie; a negative lifetime removes it, zero is until the browser
// closes.
func (v *visit) keep(name, value string, lifetime time.Duration) {
	v.c.SetCookie(&http.Cookie{
		Name: v.cookieName(name), Value: value, Path: "/", MaxAge: maxAge(lifetime),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: v.rooms.secure(),
	})
}

// remember makes the browser known to somebody who proved who they are.
func (v *visit) remember(person string) error {
	device, err := v.rooms.People.Remember(v.ctx(), person, v.cookie(deviceCookie))
	if err != nil {
		return err
	}
	v.keep(deviceCookie, device, people.DeviceTime)
	return nil
}

func maxAge(lifetime time.Duration) int {
	if lifetime < 0 {
		return -1
	}
	return int(lifetime / time.Second)
}

// timeLayout is how other packages write times, in UTC.
const timeLayout = "2006-01-02T15:04:05.000Z"

// moment is a time as other packages write it, for people of the district; the
// zero Moment where there is none.
func (v *visit) moment(text string) Moment {
	t, err := time.Parse(timeLayout, text)
	if err != nil {
		return Moment{}
	}
	local := t.In(v.District.Zone())
	return Moment{Machine: text, Person: local.Format("Jan 2, 2006, 3:04 PM MST")}
}
