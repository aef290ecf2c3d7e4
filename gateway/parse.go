package gateway

import (
	"errors"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/gateway/oauth1"
)

// The bounds of a page.
const (
	defaultLimit = 100
	maxLimit     = 10000
	maxOffset    = 1 << 31
)

// request is a read that an app asks for.
type request struct {
	id      string // ours
	door    string
	method  string
	service catalog.Service // where it is read; nobody's for a path of none
	route   catalog.Route
	known   bool     // there is such a route
	path    string   // escaped
	ids     []string // the sourcedIds in it
	again   bool     // an answer was computed before, and did not hold

	astray error // what is wrong with its address, whatever its query

	noneMatch string // If-None-Match: the tags of what the client has

	// Of a person who looks in the app's place, for the record.
	actor, reason string

	// What a signature covers, byte by byte as it was sent.
	authorization string // the header
	rawPath       string
	rawQuery      string

	query  url.Values
	filter filter // nil for none
	limit  uint64
	offset uint64
}

// parse finds the route of a request with our id, and reads its parameters. The request
// is set as far as it is understood even beside an error, for the record.
func (known routes) parse(r *http.Request, id string) (request, error) {
	at, path := known.service(r.URL.EscapedPath())
	route, ids, found := at.match(path)
	req := request{
		id: id, door: at.Door, method: r.Method, service: at.Service, route: route, known: found, path: r.URL.EscapedPath(), ids: ids,
		noneMatch: strings.Join(r.Header.Values("If-None-Match"), ","), authorization: r.Header.Get("Authorization"), rawPath: rawPath(r), rawQuery: r.URL.RawQuery,
		astray: illegiblePath(r),
	}
	if !found {
		req.route.Path, req.astray = "(unknown)", noRoute(r)
	}
	return req.reading(r.URL.RawQuery)
}

// reading is the request with a query, which may be another reading of the one that was
// sent.
func (req request) reading(rawQuery string) (request, error) {
	req.limit = defaultLimit
	if req.known && len(req.rawQuery) > maxQuery {
		return req, invalid("The query is longer than 32,768 characters.")
	}
	if req.astray != nil {
		return req, req.astray
	}
	var err error
	if req.query, err = queryValues(rawQuery); err != nil {
		return req, err
	}
	if req.route.Single { // takes fields and nothing else
		return req, nil
	}
	if err := unrepeated(req.query); err != nil {
		return req, err
	}
	if req.filter, err = filterOf(req.query); err != nil {
		return req, err
	}
	if torn(rawQuery) {
		return req, invalid("The filter ends before &&, which parts the parameters of a query. Join clauses by AND with a blank on both sides.")
	}
	if req.limit, err = bounded(req.query, "limit", defaultLimit, 1, math.MaxUint64); err != nil {
		return req, err
	}
	req.limit = min(req.limit, maxLimit) // with the totals and a next link, so that nobody takes it for the whole
	req.offset, err = bounded(req.query, "offset", 0, 0, maxOffset)
	return req, err
}

// rawPath is the path as it was sent: what net/url keeps of one that holds a
// character that should have been escaped is another.
func rawPath(r *http.Request) string {
	path, _, _ := strings.Cut(r.RequestURI, "?")
	if _, target, absolute := strings.Cut(path, "://"); absolute && !strings.HasPrefix(path, "/") {
		_, path, _ = strings.Cut(target, "/")
		return "/" + path
	}
	return path
}

// queryValues are the parameters of a query by name.
func queryValues(rawQuery string) (url.Values, error) {
	wrong := invalid("The query is not percent-encoded UTF-8 without zero bytes.")
	all, err := oauth1.Pairs(rawQuery)
	if err != nil {
		return nil, wrong
	}
	byName := url.Values{}
	for _, p := range all {
		if !Legible(p[0], p[1]) {
			return nil, wrong
		}
		byName.Add(p[0], p[1])
	}
	return byName, nil
}

// unrepeated refuses a query in which a parameter stands twice that may not: to take the
// first in silence would answer another question than was asked.
func unrepeated(query url.Values) error {
	for _, p := range catalog.Parameters() {
		if len(query[p.Name]) > 1 && !p.Repeats {
			return invalid("The parameter " + p.Name + " stands more than once.")
		}
	}
	return nil
}

// filterOf reads the filter, if there is one.
func filterOf(query url.Values) (filter, error) {
	given := query.Get("filter")
	if strings.TrimSpace(given) == "" {
		return nil, nil
	}
	return parseFilter(given)
}

// torn reports whether && was to join the clauses of a filter, and ended it: what stands
// behind it is no parameter that lists have.
func torn(rawQuery string) bool {
	pairs := strings.Split(rawQuery, "&")
	for i, pair := range pairs[:max(len(pairs)-2, 0)] {
		if strings.HasPrefix(pair, "filter=") && pair != "filter=" && pairs[i+1] == "" && pairs[i+2] != "" {
			name, _, _ := strings.Cut(pairs[i+2], "=")
			return !slices.ContainsFunc(catalog.Parameters(), func(p catalog.Parameter) bool { return p.Name == name })
		}
	}
	return false
}

// bounded reads a whole number.
func bounded(query url.Values, name string, otherwise, low, high uint64) (uint64, error) {
	if !query.Has(name) {
		return otherwise, nil
	}
	bounds := "from " + decimal(low) + " to " + decimal(high)
	if high == math.MaxUint64 {
		bounds = "of at least " + decimal(low)
	}
	wrong := invalid("The parameter " + name + " must be a whole number " + bounds + ".")
	n, err := strconv.ParseUint(query.Get(name), 10, 64) // MaxUint64 beside ErrRange
	if err != nil && !errors.Is(err, strconv.ErrRange) || n < low || n > high {
		return 0, wrong
	}
	return n, nil
}

// routes are the reads of every service, ready to be matched.
type routes []reads

// reads are those of a service.
type reads struct {
	catalog.Service
	patterns []pattern
}

// pattern is a route and the segments of its path.
type pattern struct {
	catalog.Route
	segments []string
}

func newRoutes() routes {
	var all routes
	for _, s := range catalog.Services() {
		r := reads{Service: s}
		for _, route := range s.Routes {
			r.patterns = append(r.patterns, pattern{route, route.Segments()})
		}
		all = append(all, r)
	}
	return all
}

// bases are the paths below which the reads of a service are.
func (r reads) bases() []string { return append([]string{r.Base}, r.Aliases...) }

// service finds the reads that an escaped path is one of, and what of it is below their base.
// A path of none of them is asked in the version that came first.
func (known routes) service(escaped string) (at reads, path string) {
	for _, r := range known {
		for _, base := range r.bases() {
			if below, is := strings.CutPrefix(escaped, base); is && (below == "" || below[0] == '/') {
				return r, below
			}
		}
	}
	return reads{Service: known[0].Service}, escaped
}

// match finds the route of a path, given as it was sent, and the sourcedIds in
// it. Segments are split before they are decoded, and decoded once, for a
// sourcedId may hold a slash.
func (r reads) match(escaped string) (catalog.Route, []string, bool) {
	segments := strings.Split(strings.Trim(escaped, "/"), "/")
	for i, s := range segments {
		decoded, err := url.PathUnescape(s)
		if err != nil || decoded == "" || !Legible(decoded) {
			return catalog.Route{}, nil, false
		}
		segments[i] = decoded
	}
	for _, p := range r.patterns {
		if ids, ok := fits(p.segments, segments); ok {
			return p.Route, ids, true
		}
	}
	return catalog.Route{}, nil, false
}

func fits(pattern, segments []string) ([]string, bool) {
	if len(pattern) != len(segments) {
		return nil, false
	}
	var ids []string
	for i, p := range pattern {
		switch {
		case p == "{id}":
			ids = append(ids, segments[i])
		case p != segments[i]:
			return nil, false
		}
	}
	return ids, true
}
