package gateway

import (
	"net/http"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/proxies"
)

// strange is the block of addresses of a request whose credentials did not hold, and
// nothing for one of an app.
func (g *Gateway) strange(r *http.Request, caller apps.Caller, err error) string {
	if caller.App != "" && !fault.Is(err, fault.Unauthenticated) {
		return ""
	}
	return proxies.Network(g.Proxies.Client(r))
}
