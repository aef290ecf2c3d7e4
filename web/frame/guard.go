package frame

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/traffic"
)

// answerTime is how long a page may take.
const answerTime = time.Minute

// fileTime is how long a large file may take, in either direction.
const fileTime = 30 * time.Minute

// maxForm is the size of a form, in bytes. A page that takes files says its own.
const maxForm = 1 << 20

// contentPolicy lets a page load what comes from here, and nothing inline.
const contentPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// requestID is the key of a request's id in echo's context.
const requestID = "request_id"

// tellingKey is the key of what is told of a page in echo's context.
const tellingKey = "telling"

// tell tells of each page once it is sent: by its route, for a path may hold a sourcedId.
func (f *Frame) tell(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		began := time.Now()
		a := &traffic.Answer{Door: traffic.Pages, Method: traffic.MethodOf(c.Request()), Route: traffic.Unknown}
		c.Set(tellingKey, a)
		defer func() {
			id, _ := c.Get(requestID).(string)
			a.RequestID, a.Status, a.Bytes, a.Took = id, c.Response().Status, c.Response().Size, time.Since(began)
			f.Answered(*a)
		}()
		if err := next(c); err != nil {
			c.Error(err) // here, so that its status is known
		}
		return nil
	}
}

// aroundEach gives each answer its id and the headers that all have, and keeps a
// crash from showing anything.
func (f *Frame) aroundEach(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		id := uuid.NewString()
		c.Set(requestID, id)
		f.protect(c.Response().Header(), id)
		ctx, cancel := context.WithTimeout(c.Request().Context(), answerTime)
		defer cancel()
		c.SetRequest(c.Request().WithContext(ctx))
		defer func() {
			if crash := recover(); crash == http.ErrAbortHandler {
				panic(crash) // a download that broke off
			} else if crash != nil {
				f.Log.Error("page crashed", "request_id", id, "route", c.Path(), "client", c.RealIP(), "panic", f.Panics.Caught(crash))
				err = f.showProblem(f.visit(c), problemOf(nil)) // of no error: an internal one
			}
		}()
		if err := legibleAddress(c.Request()); err != nil {
			return f.showFailure(f.visit(c), err)
		}
		// Here, for echo's own error handler would come when the context is over.
		if err := next(c); err != nil {
			f.unrouted(err, c)
		}
		return nil
	}
}

// AllowLargeFile gives a request the time that a large file takes, instead of a page's.
// A browser that leaves is noticed by the file itself.
func (v *Visit) AllowLargeFile() context.CancelFunc {
	socket := http.NewResponseController(v.echo.Response())
	_ = socket.SetReadDeadline(time.Now().Add(fileTime)) // where it cannot be set, the server's own holds
	_ = socket.SetWriteDeadline(time.Now().Add(fileTime + answerTime))
	ctx, cancel := context.WithTimeout(context.WithoutCancel(v.Context()), fileTime+answerTime)
	v.echo.SetRequest(v.echo.Request().WithContext(ctx))
	return cancel
}

func (f *Frame) protect(h http.Header, id string) {
	h.Set(echo.HeaderXRequestID, id)
	h.Set("Content-Security-Policy", contentPolicy)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	if f.secure() {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// enter is the way into a page: from here, signed in if need be, and allowed.
func (f *Frame) enter(line Route) echo.HandlerFunc {
	return func(c echo.Context) error {
		v := f.visit(c)
		v.line = line
		if a, ok := c.Get(tellingKey).(*traffic.Answer); ok {
			a.Route = line.Path
		}
		c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, cmp.Or(line.formSize, maxForm))
		if err := f.admit(v, line); err != nil {
			return f.showFailure(v, err)
		}
		if v.wantsSignIn(line) {
			return f.comeWithoutSession(v, line)
		}
		if err := v.ofAnother(line); err != nil {
			return f.showFailure(v, err)
		}
		if !line.admits(v.Person) {
			return f.showFailure(v, fault.New(fault.Denied, "This page is for admins."))
		}
		if err := line.show(v); err != nil {
			return f.showFailure(v, err)
		}
		return nil
	}
}

// admit checks where a request comes from and finds out who sent it.
func (f *Frame) admit(v *Visit, line Route) error {
	if err := f.origins.Check(v.echo.Request()); err != nil {
		return fault.New(fault.Denied, "This form was sent from another site. Open the page here and try again.")
	}
	if err := legibleForm(v.echo.Request(), line); err != nil {
		return err
	}
	if line.Path == assetPath {
		return nil
	}
	return f.recognise(v)
}

// recognise finds out who is signed in, and how the district is called.
func (f *Frame) recognise(v *Visit) error {
	ctx := v.echo.Request().Context()
	var err error
	if v.District, err = f.People.District(ctx); err != nil {
		return err
	}
	token := v.Cookie(SessionCookie)
	if token == "" {
		return nil
	}
	person, err := f.People.SignedIn(ctx, token)
	if fault.Is(err, fault.Unauthenticated) {
		return nil
	}
	v.Person = person
	return err
}

func (v *Visit) wantsSignIn(line Route) bool {
	return line.Access != Public && v.Person == (people.Person{})
}

// signInPath leads to the sign-in page, and from there back to a page that was
// asked for.
func signInPath(line Route, asked *url.URL) string {
	if line.Method != http.MethodGet || asked.RequestURI() == "/" {
		return "/sign-in"
	}
	return "/sign-in?" + url.Values{"next": {asked.RequestURI()}}.Encode()
}
