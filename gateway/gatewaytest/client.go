package gatewaytest

import (
	"cmp"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/catalog"
)

// Base is where OneRoster 1.1 is served.
const Base = "/ims/oneroster/v1p1"

// Base12 and Resources12 are where OneRoster 1.2 is served.
const (
	Base12      = "/ims/oneroster/rostering/v1p2"
	Resources12 = "/ims/oneroster/resources/v1p2"
)

// The prefixes stand before the names of the scopes of OneRoster 1.1 and 1.2.
const (
	ScopePrefix   = "https://purl.imsglobal.org/spec/or/v1p1/scope/"
	ScopePrefix12 = "https://purl.imsglobal.org/spec/or/v1p2/scope/"
)

// Client calls one gateway with one token.
type Client struct {
	Token string // none is sent where it is empty
	Base  string // below which it reads; empty for that of OneRoster 1.1

	gateway *Gateway
}

// In12 is the same client, reading OneRoster 1.2.
func (c *Client) In12() *Client { return &Client{Token: c.Token, Base: Base12, gateway: c.gateway} }

// base is where the client reads a path.
func (c *Client) base(path string) string {
	switch resources := strings.Contains(path, "/resources"); {
	case c.Base == Base12 && resources:
		return Resources12
	default:
		return cmp.Or(c.Base, Base)
	}
}

// As is a client of the app, with a new token for the scopes, or for all of them
// where none is named.
func (g *Gateway) As(app string, scopes ...catalog.TokenScope) *Client {
	g.district.t.Helper()
	return g.Bearer(g.Token(app, scopes...))
}

// Bearer is a client with the token, whatever it is worth.
func (g *Gateway) Bearer(token string) *Client { return &Client{Token: token, gateway: g} }

// Token asks the token endpoint for one, with the app's first credentials.
func (g *Gateway) Token(app string, scopes ...catalog.TokenScope) string {
	t := g.district.t
	t.Helper()
	form := url.Values{"grant_type": {"client_credentials"}}
	for _, s := range scopes {
		prefix := ScopePrefix
		if !s.In(catalog.V11) {
			prefix = ScopePrefix12
		}
		form.Set("scope", strings.TrimSpace(form.Get("scope")+" "+prefix+string(s)))
	}
	r := g.Request(http.MethodPost, "/oauth/token", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(g.district.Credentials[app].ClientID, g.district.Credentials[app].Secret)
	answer := g.Do(r)
	token, _ := answer.JSON()["access_token"].(string)
	if answer.Status != http.StatusOK || token == "" {
		t.Fatalf("%s got no token: %d %s", app, answer.Status, answer.Raw)
	}
	return token
}

// Request makes a request to the gateway. The path, encoded as it is to be sent,
// begins at the server's root.
func (g *Gateway) Request(method, path string, body io.Reader) *http.Request {
	g.district.t.Helper()
	r, err := http.NewRequest(method, g.URL+path, body)
	if err != nil {
		g.district.t.Fatal(err)
	}
	return r
}

// Do sends a request as it is. Redirects are not followed.
func (g *Gateway) Do(r *http.Request) Answer {
	t := g.district.t
	t.Helper()
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return Answer{Status: response.StatusCode, Header: response.Header, Raw: raw, t: t}
}

// Get reads a path below Base, encoded as it is to be sent: "/users?limit=2".
func (c *Client) Get(path string) Answer {
	c.gateway.district.t.Helper()
	r := c.gateway.Request(http.MethodGet, c.base(path)+path, nil)
	if c.Token != "" {
		r.Header.Set("Authorization", "Bearer "+c.Token)
	}
	return c.gateway.Do(r)
}

// One reads the record of a collection with a sourcedId.
func (c *Client) One(collection, sourcedID string) Answer {
	c.gateway.district.t.Helper()
	return c.Get("/" + collection + "/" + url.PathEscape(sourcedID))
}

// Walk reads a list to its end, page by page, and returns its records. A page
// that is not answered ends the test, as does a list without an end.
func (c *Client) Walk(path string) []Record {
	t := c.gateway.district.t
	t.Helper()
	var all []Record
	for {
		answer := c.Get(path)
		if answer.Status != http.StatusOK {
			t.Fatalf("%s: %d %s\n%s", path, answer.Status, answer.Raw, c.gateway.Log)
		}
		all = append(all, answer.Records()...)
		next, ok := answer.Links()["next"]
		if !ok {
			return all
		}
		_, path, _ = strings.Cut(next, c.base(path))
	}
}

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Raw    []byte

	t testing.TB
}

// RequestID is our id of the request.
func (a Answer) RequestID() string { return a.Header.Get("X-Request-Id") }

// JSON is the body, which must be one JSON object and nothing else.
func (a Answer) JSON() map[string]any {
	a.t.Helper()
	var object map[string]any
	if err := json.Unmarshal(a.Raw, &object); err != nil {
		a.t.Fatalf("the body is no JSON object: %v\n%s", err, a.Raw)
	}
	return object
}

// Envelope is the name of the one member of the body.
func (a Answer) Envelope() string {
	a.t.Helper()
	object := a.JSON()
	if len(object) != 1 {
		a.t.Fatalf("the body has %d members where one belongs: %.200s", len(object), a.Raw)
	}
	for name := range object {
		return name
	}
	return ""
}

// Records are the records in the body, be it a list or a single one.
func (a Answer) Records() []Record {
	a.t.Helper()
	switch content := a.JSON()[a.Envelope()].(type) {
	case map[string]any:
		return []Record{content}
	case []any:
		records := make([]Record, len(content))
		for i, one := range content {
			record, ok := one.(map[string]any)
			if !ok {
				a.t.Fatalf("a record is a %T", one)
			}
			records[i] = record
		}
		return records
	default:
		a.t.Fatalf("the body holds no records: %.200s", a.Raw)
		return nil
	}
}

var link = regexp.MustCompile(`^<([^<>]*)>; rel="([a-z]+)"$`)

// Links are the addresses of the Link header by relation. A header of another
// form than <address>; rel="name", with commas between, ends the test.
func (a Answer) Links() map[string]string {
	a.t.Helper()
	links := map[string]string{}
	header := a.Header.Get("Link")
	if header == "" {
		return links
	}
	for part := range strings.SplitSeq(header, ", ") {
		found := link.FindStringSubmatch(part)
		if found == nil {
			a.t.Fatalf("the Link header has %q", part)
		}
		links[found[2]] = found[1]
	}
	return links
}

// Record is one record as an app gets it.
type Record map[string]any

// ID is its sourcedId.
func (r Record) ID() string {
	id, _ := r["sourcedId"].(string)
	return id
}

// Refs are the sourcedIds that a member refers to: one, several or none.
func (r Record) Refs(member string) []string {
	var ids []string
	add := func(ref any) {
		if object, ok := ref.(map[string]any); ok {
			ids = append(ids, Record(object).ID())
		}
	}
	if list, ok := r[member].([]any); ok {
		for _, ref := range list {
			add(ref)
		}
		return ids
	}
	add(r[member])
	return ids
}
