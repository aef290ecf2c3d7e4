package gateway

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/fault"
)

// tokenError is a refusal in the form of RFC 6749, section 5.2.
type tokenError struct {
	status int
	Code   string `json:"error"`
	Reason string `json:"error_description"`
}

// Error is the reason.
func (e tokenError) Error() string { return e.Reason }

// token gives an app a token for its credentials.
func (g *Gateway) token(c echo.Context) error {
	caller, scopes, err := g.client(c)
	telling(c).App = caller.App
	var token string
	var expires time.Time
	if err == nil {
		token, expires, err = g.Apps.IssueToken(c.Request().Context(), caller, scopes.opens)
	}
	if err != nil {
		return g.refuseToken(c, caller, err)
	}
	c.Response().Header().Set("Pragma", "no-cache")
	return c.JSON(http.StatusOK, map[string]any{
		"access_token": token, "token_type": "Bearer",
		"expires_in": int(expires.Sub(g.Clock()).Round(time.Second).Seconds()),
		"scope":      scopes.text,
	})
}

// client checks the credentials of a token request.
func (g *Gateway) client(c echo.Context) (apps.Caller, tokenScopes, error) {
	r := c.Request()
	r.Body = http.MaxBytesReader(c.Response(), r.Body, maxForm)
	asked, err := readApplication(r)
	if err != nil {
		return apps.Caller{}, tokenScopes{}, err
	}
	caller, err := g.Apps.Authenticate(r.Context(), asked.id, asked.secret)
	if err == nil {
		var waited bool
		if waited, err = g.countRequest(r.Context(), caller.App); waited && err == nil {
			caller, err = g.Apps.Authenticate(r.Context(), asked.id, asked.secret) // it may have ended meanwhile
		}
	}
	if err != nil {
		return caller, tokenScopes{}, err
	}
	g.Uses.Note(caller.Credential, g.Clock())
	scopes, err := askedTokenScopes(asked.scope)
	return caller, scopes, err
}

// refuseToken puts a refusal on record and sends it in OAuth's form. A suspended
// app is told what an unknown one is.
func (g *Gateway) refuseToken(c echo.Context, caller apps.Caller, err error) error {
	var wrong tokenError
	var busy problem
	switch kind := fault.KindOf(err); {
	case errors.As(err, &wrong):
	case errors.As(err, &busy):
		wrong = tokenError{busy.status, "temporarily_unavailable", busy.description}
		c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(busy.retry))
	case kind == fault.Unauthenticated, kind == fault.Denied:
		wrong = tokenError{http.StatusUnauthorized, "invalid_client", "The credentials are unknown or wrong."}
	case hungUp(c.Request()):
		return g.giveUp(c, err)
	default:
		g.Log.Error("token request failed", "request_id", idOf(c), "client", c.RealIP(), "error", err)
		return g.respondError(c, unavailable())
	}
	ctx, stop := unheard(c.Request().Context())
	defer stop()
	recorded := g.Ledger.Refuse(ctx, audit.Refusal{
		RequestID: idOf(c), App: caller.App, Address: g.stranger(c.Request(), caller, err), Door: "token", Route: "/oauth/token", Status: wrong.status, Reason: wrong.Code,
	})
	if recorded != nil {
		return g.respondError(c, unavailable())
	}
	if wrong.status == http.StatusUnauthorized {
		c.Response().Header().Set(echo.HeaderWWWAuthenticate, `Basic realm="rostergate"`)
	}
	body, err := json.Marshal(wrong)
	if err != nil {
		return err
	}
	return c.Blob(wrong.status, echo.MIMEApplicationJSON, append(body, '\n'))
}
