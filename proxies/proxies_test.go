package proxies_test

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/proxies"
)

func parse(t testing.TB, text string) proxies.Trusted {
	t.Helper()
	trusted, err := proxies.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return trusted
}

// from is a request over a connection, with a header for each further text.
func from(remote string, forwarded ...string) *http.Request {
	return &http.Request{RemoteAddr: remote, Header: http.Header{"X-Forwarded-For": forwarded}}
}

func TestTheWordOfTrustedProxiesIsTakenAndNobodyElses(t *testing.T) {
	trusted := parse(t, "127.0.0.1, 10.0.0.0/8,::1, fd00::/8")
	for _, c := range []struct {
		remote    string
		forwarded []string
		want      string
	}{
		{"203.0.113.9:4711", nil, "203.0.113.9"},
		{"203.0.113.9:4711", []string{"198.51.100.1"}, "203.0.113.9"},
		{"127.0.0.1:4711", nil, "127.0.0.1"},
		{"127.0.0.1:4711", []string{"198.51.100.1"}, "198.51.100.1"},
		{"127.0.0.1:4711", []string{"1.2.3.4, 198.51.100.1, 10.0.0.3"}, "198.51.100.1"},
		{"127.0.0.1:4711", []string{"1.2.3.4", "198.51.100.1", "10.0.0.3"}, "198.51.100.1"},
		{"127.0.0.1:4711", []string{"10.0.0.1, 10.0.0.2"}, "10.0.0.1"},
		{"127.0.0.1:4711", []string{"1.2.3.4, unknown"}, "127.0.0.1"},
		{"127.0.0.1:4711", []string{"1.2.3.4, <script>, 10.0.0.3"}, "10.0.0.3"},
		{"127.0.0.1:4711", []string{""}, "127.0.0.1"},
		{"127.0.0.1:4711", []string{"198.51.100.1:5123"}, "198.51.100.1"},
		{"127.0.0.1:4711", []string{"[2001:db8::1]:5123"}, "2001:db8::1"},
		{"127.0.0.1:4711", []string{"2001:DB8:0::1"}, "2001:db8::1"},
		{"127.0.0.1:4711", []string{"::ffff:198.51.100.1"}, "198.51.100.1"},
		{"[::1]:4711", []string{"198.51.100.1"}, "198.51.100.1"},
		{"[fd00::5]:4711", []string{"2001:db8::1"}, "2001:db8::1"},
		{"[::ffff:10.9.9.9]:4711", []string{"198.51.100.1"}, "198.51.100.1"},
		{"[fe80::1%eth0]:4711", []string{"198.51.100.1"}, "fe80::1"},
		{"@", []string{"198.51.100.1"}, ""},
	} {
		if got := trusted.Client(from(c.remote, c.forwarded...)); got != c.want {
			t.Errorf("%s with %q: %q, want %q", c.remote, c.forwarded, got, c.want)
		}
	}
}

func TestWithoutASettingNoProxyIsBelieved(t *testing.T) {
	for _, remote := range []string{"127.0.0.1:1", "10.0.0.1:1", "[::1]:1"} {
		want := netip.MustParseAddrPort(remote).Addr().String()
		if got := (proxies.Trusted{}).Client(from(remote, "198.51.100.1")); got != want {
			t.Errorf("%s: %q", remote, got)
		}
	}
}

func TestNoOtherHeaderTellsTheClient(t *testing.T) {
	r := from("127.0.0.1:4711")
	for _, name := range []string{"X-Real-Ip", "Forwarded", "True-Client-Ip", "Cf-Connecting-Ip", "X-Client-Ip", "X-Forwarded"} {
		r.Header.Set(name, "for=198.51.100.1")
		r.Header.Add(name, "198.51.100.1")
	}
	if got := parse(t, "127.0.0.1").Client(r); got != "127.0.0.1" {
		t.Errorf("the client is %q", got)
	}
}

func TestWhatIsNoAddressIsRefused(t *testing.T) {
	for _, text := range []string{"proxy.example.org", "10.0.0.0/33", "10.0.0", "10.0.0.0/8 ::1", "*", "10.0.0.1:80", "::ffff:10.0.0.0/104"} {
		if _, err := proxies.Parse(text); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, text := range []string{"", " , ", "10.0.0.1,", "::ffff:10.0.0.1"} {
		parse(t, text)
	}
}

func TestABlockIsWhatOneClientHasToItself(t *testing.T) {
	for client, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "::ffff:192.0.2.1": "192.0.2.1", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
		"2001:db8:1:2::9": "2001:db8:1:2::/64", "2001:db8:1:3::9": "2001:db8:1:3::/64", "": "", "cli": "cli",
	} {
		if got := proxies.Block(client); got != want {
			t.Errorf("%q: %q, want %q", client, got, want)
		}
	}
}

// Whatever anybody writes, a client is an address in one form, and one that comes by
// itself is itself.
func FuzzClient(f *testing.F) {
	f.Add("127.0.0.1:1", "1.2.3.4, 10.0.0.1")
	f.Add("203.0.113.9:1", "[::1]:8,,")
	f.Fuzz(func(t *testing.T, remote, forwarded string) {
		trusted := parse(t, "127.0.0.0/8, 10.0.0.0/8")
		got := trusted.Client(from(remote, forwarded))
		if got == "" {
			return
		}
		a, err := netip.ParseAddr(got)
		if err != nil || a.Unmap().WithZone("").String() != got {
			t.Fatalf("%q with %q: %q", remote, forwarded, got)
		}
		alone := trusted.Client(from(remote))
		if !strings.HasPrefix(alone, "127.") && !strings.HasPrefix(alone, "10.") && got != alone {
			t.Fatalf("%q with %q: %q, not %q", remote, forwarded, got, alone)
		}
	})
}
