package gateway_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dghubble/oauth1"
	"pgregory.net/rapid"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

// public is an address that apps know and no test listens on.
const public = "https://roster.example.org"

// proxy ends TLS in front of a gateway, as it would in a data center: what was
// signed for the public address arrives at another.
type proxy struct{ to string }

// RoundTrip passes a request on, its path and query as they are.
func (p proxy) RoundTrip(r *http.Request) (*http.Response, error) {
	passed := r.Clone(r.Context())
	passed.URL.Scheme, passed.URL.Host, passed.Host = "http", strings.TrimPrefix(p.to, "http://"), "10.0.0.7"
	return http.DefaultTransport.RoundTrip(passed)
}

// library is a client of the independent library, for one of its methods.
func library(d *gatewaytest.District, app, method, secret string) *http.Client {
	config := oauth1.NewConfig(d.Credentials[app].ClientID, secret)
	if method == "HMAC-SHA256" {
		config.Signer = &oauth1.HMAC256Signer{ConsumerSecret: secret}
	}
	ctx := context.WithValue(context.Background(), oauth1.HTTPClient, &http.Client{Transport: proxy{d.URL}})
	return config.Client(ctx, oauth1.NewToken("", ""))
}

func status401(t interface{ Fatal(...any) }, c *http.Client, address string) bool {
	response, err := c.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	return response.StatusCode == http.StatusUnauthorized
}

// addresses draws public addresses below the base, and queries in the encodings
// that clients use.
func addresses() *rapid.Generator[string] {
	text := rapid.StringN(1, 12, -1)
	awkward := rapid.SampledFrom([]string{"a b", "a+b", "a/b", "a%2Fb", "ñ學", "x=y&z", "50%", "~-._", "'1'", "a;b", ""})
	return rapid.Custom(func(t *rapid.T) string {
		path := "/" + rapid.SampledFrom([]string{"users", "orgs", "nothing", "classes/reading-a/students"}).Draw(t, "collection")
		for range rapid.IntRange(0, 2).Draw(t, "segments") {
			segment := rapid.OneOf(text, awkward).Draw(t, "segment")
			if rapid.Bool().Draw(t, "wholly") {
				segment = wholly(segment)
			} else {
				segment = url.PathEscape(segment)
			}
			path += "/" + segment
		}
		query := url.Values{}
		for range rapid.IntRange(0, 3).Draw(t, "parameters") {
			name := rapid.OneOf(rapid.SampledFrom([]string{"filter", "a", "a1", "A", "limit"}), text).Draw(t, "name")
			query.Set(name, rapid.OneOf(text, awkward).Draw(t, "value"))
		}
		encoded := query.Encode()
		if rapid.Bool().Draw(t, "percent") {
			encoded = strings.ReplaceAll(encoded, "+", "%20")
		}
		if encoded != "" {
			encoded = "?" + encoded
		}
		return public + gatewaytest.Base + path + encoded
	})
}

func TestWhatTheIndependentLibrarySignsIsAcceptedAndNothingElse(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		rapid.Check(t, func(r *rapid.T) {
			method := rapid.SampledFrom([]string{"HMAC-SHA1", "HMAC-SHA256"}).Draw(r, "method")
			secret, address := rapid.StringN(1, 40, -1).Draw(r, "secret"), addresses().Draw(r, "address")
			d.Reseal("amplify", secret)
			if status401(r, library(d, "amplify", method, secret), address) {
				r.Fatalf("%s is not accepted", address)
			}
			if !status401(r, library(d, "amplify", method, secret+"x"), address) {
				r.Fatalf("%s is accepted, signed with another secret", address)
			}
			if !status401(r, elsewhere(d, method, secret, address), address) {
				r.Fatalf("%s is accepted, signed for another address", address)
			}
		})
	}, gatewaytest.PublicURL(public))
}

// elsewhere is a client whose requests are altered after they were signed.
func elsewhere(d *gatewaytest.District, method, secret, address string) *http.Client {
	c := library(d, "amplify", method, secret)
	c.Transport.(*oauth1.Transport).Base = altering{proxy{d.URL}, strings.Contains(address, "?")}
	return c
}

type altering struct {
	proxy
	query bool
}

// RoundTrip passes another request on: with one more parameter, or with one more
// character in its path.
func (a altering) RoundTrip(r *http.Request) (*http.Response, error) {
	changed := r.Clone(r.Context())
	if a.query {
		changed.URL.RawQuery += "&limit=1"
	} else {
		changed.URL.Path, changed.URL.RawPath = changed.URL.Path+"x", ""
	}
	return a.proxy.RoundTrip(changed)
}

// note is a signed request taken apart: tests change what they are about.
type note struct {
	path       string // below the base, with its query as it is sent
	parameters [][2]string
	secret     string
	signature  string // the right one where empty

	scheme, separator string
	realm             string
	escape            func(string) string
}

var nonces struct {
	sync.Mutex
	n int
}

// fresh is a nonce that no other test uses.
func fresh() string {
	nonces.Lock()
	defer nonces.Unlock()
	nonces.n++
	return fmt.Sprintf("nonce-%08d", nonces.n)
}

// sign is a request of an app that is signed as the standard's text says.
func sign(d *gatewaytest.District, app, path string) note {
	return note{
		path: path, secret: d.Credentials[app].Secret, scheme: "OAuth ", separator: ", ", escape: oauth1.PercentEncode,
		parameters: [][2]string{
			{"oauth_consumer_key", d.Credentials[app].ClientID},
			{"oauth_signature_method", "HMAC-SHA256"},
			{"oauth_timestamp", fmt.Sprint(d.Clock.Now().Unix())},
			{"oauth_nonce", fresh()},
			{"oauth_version", "1.0"},
		},
	}
}

// with is the note with another value of a parameter, or without it where none is
// given, or with several of it.
func (n note) with(name string, values ...string) note {
	kept := slices.DeleteFunc(slices.Clone(n.parameters), func(p [2]string) bool { return p[0] == name })
	for _, value := range values {
		kept = append(kept, [2]string{name, value})
	}
	n.parameters = kept
	return n
}

// header is the Authorization header.
func (n note) header(t testing.TB) string {
	t.Helper()
	if n.signature == "" {
		n.signature = n.signed(t)
	}
	var pairs []string
	if n.realm != "" {
		pairs = append(pairs, `realm="`+n.realm+`"`)
	}
	for _, p := range append(slices.Clone(n.parameters), [2]string{"oauth_signature", n.signature}) {
		pairs = append(pairs, n.escape(p[0])+`="`+n.escape(p[1])+`"`)
	}
	return n.scheme + strings.Join(pairs, n.separator)
}

// signed is the signature, by the library's signers over a base string that is
// put together here, for the library knows no double names.
func (n note) signed(t testing.TB) string {
	t.Helper()
	path, query, _ := strings.Cut(n.path, "?")
	var pairs [][2]string
	for _, p := range n.parameters {
		pairs = append(pairs, [2]string{oauth1.PercentEncode(p[0]), oauth1.PercentEncode(p[1])})
	}
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		decodedName, wrongName := url.QueryUnescape(name)
		decoded, wrong := url.QueryUnescape(value)
		if wrongName != nil || wrong != nil {
			t.Fatal(wrongName, wrong)
		}
		if pair != "" {
			pairs = append(pairs, [2]string{oauth1.PercentEncode(decodedName), oauth1.PercentEncode(decoded)})
		}
	}
	slices.SortFunc(pairs, func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
	var joined []string
	for _, p := range pairs {
		joined = append(joined, p[0]+"="+p[1])
	}
	base := "GET&" + oauth1.PercentEncode(public+gatewaytest.Base+path) + "&" + oauth1.PercentEncode(strings.Join(joined, "&"))
	var signer oauth1.Signer = &oauth1.HMAC256Signer{ConsumerSecret: n.secret}
	if slices.Contains(n.parameters, [2]string{"oauth_signature_method", "HMAC-SHA1"}) {
		signer = &oauth1.HMACSigner{ConsumerSecret: n.secret}
	}
	signature, err := signer.Sign("", base)
	if err != nil {
		t.Fatal(err)
	}
	return signature
}

// send sends the request to one of the district's gateways.
func (n note) send(t testing.TB, d *gatewaytest.District, to *gatewaytest.Gateway) gatewaytest.Answer {
	t.Helper()
	return sendAs(t, d, to, n.path, n.header(t))
}

// sendAs sends a request with an Authorization header, its path as it is written.
func sendAs(t testing.TB, d *gatewaytest.District, to *gatewaytest.Gateway, path, header string) gatewaytest.Answer {
	t.Helper()
	path, query, _ := strings.Cut(path, "?")
	host := strings.TrimPrefix(to.URL, "http://")
	r := d.Request(http.MethodGet, gatewaytest.Base+"/", nil)
	r.URL = &url.URL{Scheme: "http", Host: host, Opaque: "//" + host + gatewaytest.Base + path, RawQuery: query}
	r.Header.Set("Authorization", header)
	return to.Do(r)
}

func signedStories(d *gatewaytest.District) map[string]note {
	plain := sign(d, "amplify", "/users?limit=2")
	again := func(path string) note { return sign(d, "amplify", path) }
	changed := func(change func(n *note)) note {
		n := again("/users?limit=2")
		change(&n)
		return n
	}
	lower := func(text string) string { return lowerHex(oauth1.PercentEncode(text)) }
	return map[string]note{
		"as the standard writes it":      plain,
		"HMAC-SHA1":                      again("/users").with("oauth_signature_method", "HMAC-SHA1"),
		"no version":                     again("/users").with("oauth_version"),
		"an empty token":                 again("/users").with("oauth_token", ""),
		"a nonce of 8 characters":        again("/users").with("oauth_nonce", fresh()[6:14]),
		"a nonce of 10 characters":       again("/users").with("oauth_nonce", fresh()[4:14]),
		"a long nonce":                   again("/users").with("oauth_nonce", fresh()+strings.Repeat("x", 100)),
		"an old clock":                   again("/users").with("oauth_timestamp", fmt.Sprint(d.Clock.Now().Add(-290*time.Second).Unix())),
		"a callback, signed":             again("/users").with("oauth_callback", "https://client.example/?a=b&c=d"),
		"a body hash, signed":            again("/users").with("oauth_body_hash", "2jmj7l5rSw0yVb/vlWAYkK/YBwk="),
		"commas without blanks":          changed(func(n *note) { n.separator = "," }),
		"commas with tabs":               changed(func(n *note) { n.separator = " ,\t" }),
		"a realm":                        changed(func(n *note) { n.realm = "Rosters" }),
		"a realm with a comma":           changed(func(n *note) { n.realm = "Cedar Valley, OR, a=b" }),
		"a realm with a percent sign":    changed(func(n *note) { n.realm = "100% rosters" }),
		"a scheme in small letters":      changed(func(n *note) { n.scheme = "oauth " }),
		"a scheme with a comma":          changed(func(n *note) { n.scheme = "OAuth, " }),
		"small hexadecimal digits":       changed(func(n *note) { n.escape = lower }),
		"a plus for a blank":             again("/users?filter=givenName%3D%27Colin+Robert%27"),
		"%20 for a blank":                again("/users?filter=givenName%3D%27Colin%20Robert%27"),
		"a half-encoded filter":          again("/users?filter=status='active'&limit=5"),
		"an encoded filter":              again("/users?filter=status%3D%27active%27%20AND%20role%3D%27student%27&limit=5"),
		"small hexadecimal in the query": again("/users?filter=status%3d%27active%27"),
		"a filter of a date":             again("/users?filter=dateLastModified%3E%272020-01-01T00%3A00%3A00%2B00%3A00%27"),
		"empty values":                   again("/users?a=&b&=c&limit=2"),
		"double names":                   again("/users?a=2&a=10&a=1&b=1"),
		"names that begin alike":         again("/users?a1=1&a=2&a%20=3&A=4"),
		"a semicolon":                    again("/users?filter=givenName%3D%27a;b%27"),
		"an encoded slash in the path":   again("/users/st%2F1"),
		"small hexadecimal in the path":  again("/users/st%2f1"),
		"needless encoding in the path":  again("/%75sers/an%61"),
		"a slash at the end":             again("/users/"),
		"letters of other scripts":       again("/users/%C3%B1%E5%AD%B8?filter=givenName%3D%27%C3%B1%27"),
		"marks in the path":              again("/users/a+b|c~d'(e)*!$@"),
	}
}

// lowerHex writes the digits behind percent signs small.
func lowerHex(encoded string) string {
	parts := strings.Split(encoded, "%")
	for i, p := range parts[1:] {
		parts[i+1] = strings.ToLower(p[:2]) + p[2:]
	}
	return strings.Join(parts, "%")
}

func TestASignatureHoldsHoweverTheClientWritesIt(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		for name, n := range signedStories(d) {
			if a := n.send(t, d, d.Gateway); a.Status != 200 && a.Status != 404 {
				t.Errorf("%s: %d %s (%s)\n%s", name, a.Status, a.Raw, n.header(t), d.Log)
			}
		}
		a := want(t, sign(d, "amplify", "/users?filter=role='student'").send(t, d, d.Gateway), 200)
		sameSet(t, "students", sorted(a.Records()), []string{"ana", "ben"})
		if e := entry(t, d, a, audit.KindDisclosure); e.App != "amplify" {
			t.Errorf("the ledger has %+v", e)
		}
	}, gatewaytest.PublicURL(public))
}

// The published ClassLink samples unquote each pair, take everything behind
// "filter=" as its value, sort by the raw name and encode only values, by quote()
// of Python or the like.
func TestClassLinksSampleClientsAreAccepted(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		for _, query := range []string{
			"limit=100&offset=0&orderBy=asc", "filter=status='active'", "filter=dateLastModified>'2020-01-01'&limit=10",
			"filter=status%3D%27active%27%20AND%20role%3D%27student%27&limit=10&offset=0", "sort=familyName&orderBy=asc&limit=10",
		} {
			n := sign(d, "amplify", "/users?"+query).with("oauth_version")
			n.signature = classLink(t, n, query)
			// Its samples send the query percent-encoded.
			n.path = "/users?" + strings.NewReplacer("'", "%27", ">", "%3E").Replace(query)
			want(t, n.send(t, d, d.Gateway), 200)
		}
	}, gatewaytest.PublicURL(public))
}

// classLink signs as the samples do.
func classLink(t testing.TB, n note, query string) string {
	t.Helper()
	values := map[string]string{}
	for _, p := range n.parameters {
		values[p[0]] = p[1]
	}
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		value, err := url.PathUnescape(value)
		if err != nil {
			t.Fatal(err)
		}
		values[name] = value
	}
	var names, joined []string
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		joined = append(joined, name+"="+oauth1.PercentEncode(values[name]))
	}
	base := "GET&" + oauth1.PercentEncode(public+gatewaytest.Base+"/users") + "&" + oauth1.PercentEncode(strings.Join(joined, "&"))
	signature, err := (&oauth1.HMAC256Signer{ConsumerSecret: n.secret}).Sign("", base)
	if err != nil {
		t.Fatal(err)
	}
	return signature
}

func TestThePublicAddressIsSignedInItsPlainForm(t *testing.T) {
	for _, configured := range []string{"HTTPS://Roster.Example.ORG", public + ":443"} {
		t.Run(configured[:5]+configured[len(configured)-4:], func(t *testing.T) {
			small(t, func(t *testing.T, d *gatewaytest.District) {
				want(t, sign(d, "amplify", "/users?limit=1").send(t, d, d.Gateway), 200)
			}, gatewaytest.PublicURL(configured))
		})
	}
}

// forged are requests whose signature does not hold, or is not to be taken.
func forged(t testing.TB, d *gatewaytest.District) map[string]note {
	t.Helper()
	ctx, by := context.Background(), apps.By{Actor: "cli:ada"}
	old := sign(d, "schoolinks", "/users")
	if _, err := d.Apps.Rotate(ctx, "schoolinks", by); err != nil {
		t.Fatal(err)
	}
	suspended := sign(d, "alexandria", "/users")
	if err := d.Apps.Suspend(ctx, "alexandria", by); err != nil {
		t.Fatal(err)
	}
	_, credentials, err := d.Apps.Create(ctx, apps.NewApp{Name: "Never enabled"}, by)
	if err != nil {
		t.Fatal(err)
	}
	again := func() note { return sign(d, "amplify", "/users") }
	pending := again().with("oauth_consumer_key", credentials.ClientID)
	pending.secret = credentials.Secret
	secret, garbage, plaintext, query := again(), again(), again().with("oauth_signature_method", "PLAINTEXT"), again()
	secret.secret += "x"
	garbage.signature = "not base64!"
	plaintext.signature = plaintext.secret + "&"
	query.path = "/users?oauth_nonce=another-nonce"
	at := func(d time.Duration, from time.Time) string { return fmt.Sprint(from.Add(d).Unix()) }
	return map[string]note{
		"a wrong secret":                    secret,
		"no signature to speak of":          garbage,
		"an unknown key":                    again().with("oauth_consumer_key", "11111111-2222-4333-8444-555555555555"),
		"no key":                            again().with("oauth_consumer_key"),
		"a rotated key":                     old,
		"a suspended app":                   suspended,
		"an app that was never enabled":     pending,
		"PLAINTEXT":                         plaintext,
		"RSA-SHA1":                          again().with("oauth_signature_method", "RSA-SHA1"),
		"a method in small letters":         again().with("oauth_signature_method", "hmac-sha256"),
		"no method":                         again().with("oauth_signature_method"),
		"a token":                           again().with("oauth_token", "token"),
		"another version":                   again().with("oauth_version", "2.0"),
		"a clock that is late":              again().with("oauth_timestamp", at(-301*time.Second, d.Clock.Now())),
		"a clock that is early":             again().with("oauth_timestamp", at(302*time.Second, d.Clock.Now())),
		"a clock at the end of time":        again().with("oauth_timestamp", "9223372036854775807"),
		"a clock at the beginning of time":  again().with("oauth_timestamp", "-9223372036854775808"),
		"no time":                           again().with("oauth_timestamp"),
		"a time in words":                   again().with("oauth_timestamp", "now"),
		"no nonce":                          again().with("oauth_nonce"),
		"a short nonce":                     again().with("oauth_nonce", "1234567"),
		"an endless nonce":                  again().with("oauth_nonce", strings.Repeat("n", 129)),
		"two keys":                          again().with("oauth_consumer_key", d.Credentials["amplify"].ClientID, "other"),
		"two nonces":                        again().with("oauth_nonce", fresh(), fresh()),
		"two methods":                       again().with("oauth_signature_method", "HMAC-SHA256", "HMAC-SHA1"),
		"two signatures":                    again().with("oauth_signature", "AAAA"),
		"a nonce in the query, too":         query,
		"a parameter of the query, up here": again().with("filter", "role='student'"),
	}
}

func TestASignatureThatDoesNotHoldSaysNothingOfWhy(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		wanted := impersonal(want(t, d.Bearer("unknown").Get("/users"), 401))
		if !strings.Contains(wanted, `OAuth realm=`) {
			t.Errorf("the refusal is %s", wanted)
		}
		for name, n := range forged(t, d) {
			a := n.send(t, d, d.Gateway)
			if got := impersonal(a); a.Status != 401 || got != wanted {
				t.Errorf("%s: %d\n%s\nwanted\n%s", name, a.Status, got, wanted)
			}
			kept := fmt.Sprintf("%+v", entry(t, d, a, audit.KindRefusal))
			for _, p := range n.parameters {
				if len(p[1]) > 4 && strings.Contains(kept+d.Log.String(), p[1]) {
					t.Errorf("%s: the ledger or the log repeats %s: %s", name, p[0], kept)
				}
			}
		}
		for _, header := range []string{
			"OAuth", "OAuth ", "OAuth ,", "OAuth oauth_consumer_key", `OAuth oauth_consumer_key="`, `OAuth ="x"`, "OAuth %zz=1",
			`OAuth oauth_consumer_key="%zz"`, `OAuthoauth_consumer_key="x"`, `OAuth "`, `OAuth a="b" c="d"`,
		} {
			if got := impersonal(sendAs(t, d, d.Gateway, "/users", header)); got != wanted {
				t.Errorf("%s:\n%s", header, got)
			}
		}
	}, gatewaytest.PublicURL(public))
}

func TestASignedRequestWorksOnceOnAllReplicasTogether(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		other := d.Replica()
		n := sign(d, "amplify", "/users?limit=1")
		wanted := impersonal(want(t, d.Bearer("unknown").Get("/users?limit=1"), 401))
		want(t, n.send(t, d, d.Gateway), 200)
		for _, door := range []*gatewaytest.Gateway{d.Gateway, other, d.Gateway} {
			a := want(t, n.send(t, d, door), 401)
			if impersonal(a) != wanted {
				t.Errorf("a replay can be told:\n%s\n%s", impersonal(a), wanted)
			}
			entry(t, d, a, audit.KindRefusal)
		}
		// What was refused on other grounds is used up, too.
		for path, status := range map[string]int{"/users?limit=0": 400, "/nothing": 404, "/users/nobody": 404} {
			n := sign(d, "amplify", path)
			want(t, n.send(t, d, other), status)
			want(t, n.send(t, d, d.Gateway), 401)
		}
		// A nonce belongs to its app and its second.
		nonce := fresh()
		want(t, sign(d, "amplify", "/users").with("oauth_nonce", nonce).send(t, d, d.Gateway), 200)
		want(t, sign(d, "eduready360", "/users").with("oauth_nonce", nonce).send(t, d, d.Gateway), 200)
		d.Clock.Pass(time.Second)
		want(t, sign(d, "amplify", "/users").with("oauth_nonce", nonce).send(t, d, other), 200)
	}, gatewaytest.PublicURL(public), gatewaytest.Still(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)))
}

func TestOfTwoThatBringOneNonceAtOnceOneIsAnswered(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		doors := []*gatewaytest.Gateway{d.Gateway, d.Replica()}
		for range 8 {
			n := sign(d, "amplify", "/users?limit=1")
			header, got := n.header(t), make([]gatewaytest.Answer, 4)
			var asking sync.WaitGroup
			for i := range got {
				asking.Go(func() { got[i] = sendAs(t, d, doors[i%2], n.path, header) })
			}
			asking.Wait()
			statuses := []int{}
			for _, a := range got {
				statuses = append(statuses, a.Status)
			}
			slices.Sort(statuses)
			if !slices.Equal(statuses, []int{200, 401, 401, 401}) {
				t.Errorf("one nonce, four times at once: %v", statuses)
			}
		}
	}, gatewaytest.PublicURL(public))
}

func TestARequestWithAWrongSignatureUsesUpNoNonce(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		n := sign(d, "amplify", "/users")
		wrong := n
		wrong.signature = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
		want(t, wrong.send(t, d, d.Gateway), 401)
		early := n.with("oauth_timestamp", fmt.Sprint(d.Clock.Now().Add(10*time.Minute).Unix()))
		want(t, early.send(t, d, d.Gateway), 401)
		want(t, n.send(t, d, d.Gateway), 200)
		want(t, n.send(t, d, d.Gateway), 401)
	}, gatewaytest.PublicURL(public))
}

// A nonce that a database cannot hold must not take others' answers with it: those
// that wait together share a commit.
func TestAStrangeNonceHarmsNobodyElse(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		other := d.As("eduready360")
		stop := make(chan struct{})
		var asking sync.WaitGroup
		for _, nonce := range []string{"nonce-\x00-nonce", "nonce-\xff-nonce"} {
			asking.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
						sign(d, "amplify", "/users?limit=1").with("oauth_nonce", nonce+fresh()).send(t, d, d.Gateway)
					}
				}
			})
		}
		for range 40 {
			if a := other.Get("/users?limit=1"); a.Status != 200 {
				t.Errorf("another app is answered %d", a.Status)
			}
		}
		close(stop)
		asking.Wait()
	}, gatewaytest.PublicURL(public))
}
