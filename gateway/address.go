package gateway

import (
	"net/http"
	"net/netip"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/fault"
)

// addressOf is the network address that a request came from, not valid where that
// cannot be told.
func addressOf(r *http.Request) netip.Addr {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return from.Addr().Unmap()
}

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
func strange(r *http.Request, caller apps.Caller, err error) string {
	if caller.App != "" && !fault.Is(err, fault.Unauthenticated) {
		return ""
	}
	return blockOf(addressOf(r))
}
