package gateway

import (
	"net/http"
	"net/netip"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/fault"
)

// The blocks of addresses that the ledger tells strangers apart by: about as much as
// one customer of a provider has.
const (
	block4 = 24
	block6 = 48
)

// blockOf is the block that an address lies in: "192.0.2.0/24". A whole address may
// stand for a person, and the ledger keeps none.
func blockOf(address netip.Addr) string {
	bits := block6
	if address.Is4() {
		bits = block4
	}
	block, err := address.WithZone("").Prefix(bits)
	if err != nil {
		return "unknown"
	}
	return block.String()
}

// strange is the block of addresses of a request whose credentials did not hold, and
// nothing for one of an app.
func (g *Gateway) strange(r *http.Request, caller apps.Caller, err error) string {
	if caller.App != "" && !fault.Is(err, fault.Unauthenticated) {
		return ""
	}
	address, unknown := netip.ParseAddr(g.Proxies.Client(r))
	if unknown != nil {
		return "unknown"
	}
	return blockOf(address)
}
