package proxies

import (
	"net/http"
	"net/netip"
	"strings"

	"github.com/rostergate/rostergate/fault"
)

// Trusted are the addresses of proxies whose word is taken. The zero Trusted are none.
type Trusted struct{ prefixes []netip.Prefix }

// Parse reads addresses and blocks of them, such as 10.0.0.0/8, with commas between;
// an empty text names none. Anything else is a fault.Invalid that does not quote it.
func Parse(text string) (Trusted, error) {
	var t Trusted
	for written := range strings.SplitSeq(text, ",") {
		written = strings.TrimSpace(written)
		if written == "" {
			continue
		}
		prefix, err := parsePrefix(written)
		if err != nil {
			return Trusted{}, fault.New(fault.Invalid, "it takes addresses, and blocks of them, with commas between, such as 192.0.2.7,10.0.0.0/8")
		}
		t.prefixes = append(t.prefixes, prefix)
	}
	return t, nil
}

// parsePrefix reads a block, or an address as the block of itself.
func parsePrefix(written string) (netip.Prefix, error) {
	if prefix, err := netip.ParsePrefix(written); err == nil && !prefix.Addr().Is4In6() {
		return prefix.Masked(), nil
	}
	address, err := netip.ParseAddr(written)
	if err != nil {
		return netip.Prefix{}, err
	}
	address = plain(address)
	return netip.PrefixFrom(address, address.BitLen()), nil
}

// Client is the network address that a request comes from: the nearest one that is no
// trusted proxy, in the one form that an address has, without port and zone. Each
// trusted proxy is believed for whom it asks, which it appends to X-Forwarded-For;
// what stands before the first address that is not trusted anybody may have written.
// It is empty where the connection has no address.
func (t Trusted) Client(r *http.Request) string {
	client, ok := parseAddress(r.RemoteAddr)
	if !ok {
		return ""
	}
	hops := r.Header.Values("X-Forwarded-For")
	for i := len(hops) - 1; i >= 0; i-- {
		for rest, more := hops[i], true; more; {
			if !t.trusts(client) {
				return client.String()
			}
			var hop string
			rest, hop, more = cutLast(rest)
			next, ok := parseAddress(hop)
			if !ok {
				return client.String() // the proxy does not know for whom it asks, either
			}
			client = next
		}
	}
	return client.String()
}

func (t Trusted) trusts(a netip.Addr) bool {
	for _, prefix := range t.prefixes {
		if prefix.Contains(a) {
			return true
		}
	}
	return false
}

// cutLast cuts the last of a list off, and reports whether there was more.
func cutLast(list string) (before, last string, more bool) {
	i := strings.LastIndexByte(list, ',')
	if i < 0 {
		return "", list, false
	}
	return list[:i], list[i+1:], true
}

// parseAddress reads an address as connections and proxies write it: with or without
// a port, in brackets or not.
func parseAddress(written string) (netip.Addr, bool) {
	written = strings.TrimSpace(written)
	if both, err := netip.ParseAddrPort(written); err == nil {
		return plain(both.Addr()), true
	}
	written = strings.TrimSuffix(strings.TrimPrefix(written, "["), "]")
	address, err := netip.ParseAddr(written)
	return plain(address), err == nil
}

// plain is an address in its one form: IPv4 as such, and without the name of a card.
func plain(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }

// Network is the block of addresses that a client's lies in, about as much as one
// customer of a provider has: "192.0.2.0/24", "2001:db8:7::/48". It is "unknown" of
// what is no address. A whole address may stand for a person.
func Network(client string) string {
	a, ok := parseAddress(client)
	if !ok {
		return "unknown"
	}
	bits := 48
	if a.Is4() {
		bits = 24
	}
	block, _ := a.Prefix(bits) // of 32 or 128 bits: never an error
	return block.String()
}

// Block is what one client has to itself: an IPv4 address, or the first 64 bits of an
// IPv6 one. What is no address is its own block.
func Block(client string) string {
	a, ok := parseAddress(client)
	if !ok {
		return client
	}
	if a.Is4() {
		return a.String()
	}
	block, _ := a.Prefix(64) // of 128 bits: never an error
	return block.String()
}
