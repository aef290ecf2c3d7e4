package gateway

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/gateway/oauth1"
	"github.com/rostergate/rostergate/gateway/shares"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/proxies"
)

// identity is who asks, and by what nonce if the request is signed.
type identity struct {
	apps.Caller
	nonce       *audit.Nonce
	signedQuery string // the query as it was signed
}

// identify finds who asks, by a signature or by a token, and whether the app may
// ask now. The identity is set as far as it is known even beside an error, for the
// record.
func (g *Gateway) identify(ctx context.Context, req request) (identity, error) {
	who, err := g.proven(ctx, req)
	if fault.Is(err, fault.Denied) {
		// An app that is not enabled learns no more than one that is not known.
		err = fault.New(fault.Unauthenticated, "not enabled: %w", err)
	}
	return who, err
}

// proven finds who asks. An app that proved who it is and is not enabled is a fault.Denied.
func (g *Gateway) proven(ctx context.Context, req request) (who identity, err error) {
	scheme, token, _ := strings.Cut(req.authorization, " ")
	signature, isSigned := oauth1.Parse(req.authorization)
	switch {
	case isSigned && !legibleSignature(signature):
		return who, invalid("The Authorization header is not percent-encoded UTF-8 without zero bytes.")
	case isSigned:
		who, err = g.signed(ctx, req, signature)
	case strings.EqualFold(scheme, "Bearer") && strings.TrimSpace(token) != "":
		who.Caller, err = g.Apps.Bearer(ctx, strings.TrimSpace(token))
	default:
		return who, fault.New(fault.Unauthenticated, "no credentials")
	}
	if err == nil {
		g.Uses.Note(who.Credential, g.Clock())
	}
	return who, err
}

// signed checks a signed request. All failures are one fault.Unauthenticated, but
// for a right signature of an app that is not enabled, which is fault.Denied. The
// nonce is used up when the answer goes on record.
func (g *Gateway) signed(ctx context.Context, req request, s oauth1.Signature) (identity, error) {
	key := s.Get("oauth_consumer_key")
	known, caller, err := g.Apps.ConsumerSecret(ctx, key)
	if err != nil && !fault.Is(err, fault.Denied) {
		return identity{Caller: caller}, err
	}
	nobody := identity{Caller: apps.Caller{App: caller.App, State: caller.State, Stamp: caller.Stamp}}
	query, wrong := s.Check(req.method, g.PublicURL+req.rawPath, req.rawQuery, known)
	if wrong != nil {
		return nobody, wrong
	}
	at, wrong := s.Time(g.Clock())
	if wrong != nil {
		return nobody, wrong
	}
	nonce := s.Get("oauth_timestamp") + " " + s.Get("oauth_nonce")
	used := &audit.Nonce{Consumer: key, Value: nonce, Expires: at.Add(2 * oauth1.ClockWindow)}
	return identity{caller, used, query}, err
}

// tokenScopes are those that the caller holds. A signed request has no token that
// could narrow it.
func (who identity) tokenScopes() []catalog.TokenScope {
	if who.TokenScopes == nil {
		return catalog.TokenScopes()
	}
	return who.TokenScopes
}

// reader is who looks. Each set of token scopes is a reader of its own: a token that
// opens less sees less, and gains nothing when the next opens more.
func (who identity) reader() string {
	return who.App + "/" + strconv.Itoa(int(policy.TokenScopeSetOf(who.tokenScopes())))
}

// stranger is the block of addresses of a request whose credentials did not hold, and
// nothing for one of an app.
func (g *Gateway) stranger(r *http.Request, caller apps.Caller, err error) string {
	if caller.App != "" && !fault.Is(err, fault.Unauthenticated) {
		return ""
	}
	return proxies.Network(g.Proxies.Client(r))
}

// admit counts a request of a known app, and waits for the app's turn.
func (g *Gateway) admit(ctx context.Context, who identity, turn *turn) (waited bool, err error) {
	paused, err := g.countRequest(ctx, who.App)
	if err != nil {
		return paused, err
	}
	waited, err = turn.await(ctx, who.App)
	return paused || waited, err
}

// countRequest counts one of a known app, and says whether it had to wait: a little is
// waited for, and more refused.
func (g *Gateway) countRequest(ctx context.Context, app string) (waited bool, err error) {
	wait, ok := g.rates.Count(app, g.Clock(), g.Patience)
	switch {
	case ok && wait == 0:
		return false, nil
	case ok:
		if g.Pause(ctx, wait) != nil {
			return true, unavailable()
		}
		return true, nil
	}
	return false, problem{
		status: http.StatusTooManyRequests, minor: serverBusy, retry: int(math.Ceil(wait.Seconds())),
		description: "The app asks too often. Retry-After says in how many seconds to go on.",
	}
}

// turn is that of one request, through all attempts to answer it.
type turn struct {
	turns *shares.Turns
	app   string // empty before it begins
}

// await waits for the turn of an app that has asked, and says whether it had to.
func (t *turn) await(ctx context.Context, app string) (waited bool, err error) {
	if waited, err = t.turns.Begin(ctx, app); err == nil {
		t.app = app
	}
	return waited, err
}

// giveBack lets others go on. It may be called of a turn that never began.
func (t *turn) giveBack() {
	if t.app != "" {
		t.turns.End(t.app)
	}
}

// pause lets time pass, as long as ctx lasts.
func pause(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
