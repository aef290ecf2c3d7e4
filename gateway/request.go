package gateway

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/rostergate/rostergate/catalog"
)

// The bounds of a page.
const (
	defaultLimit = 100
	maxLimit     = 10000
	maxOffset    = 1 << 31
)

// request is a read that an app asks for.
type request struct {
	id    string // ours
	door  string
	route catalog.Route
	path  string   // escaped
	ids   []string // the sourcedIds in it
	again bool     // an answer was computed before, and did not hold
	turn  *turn    // of an app

	preview *PreviewRequest // of a person who looks in the app's place; nil for an app

	// What a signature covers, byte by byte as it was sent.
	authorization string // the header
	rawPath       string
	rawQuery      string

	query  url.Values
	filter filter // nil for none
	limit  uint64
	offset uint64
}

// parse reads the parameters of a request.
func parse(r *http.Request, id string, route catalog.Route, ids []string) (request, error) {
	req := request{
		id: id, door: "rest-1.1", route: route, path: r.URL.EscapedPath(), ids: ids, limit: defaultLimit,
		authorization: r.Header.Get("Authorization"), rawPath: rawPath(r), rawQuery: r.URL.RawQuery,
	}
	if len(r.URL.RawQuery) > maxQuery {
		return req, invalid("The query is longer than 32,768 characters.")
	}
	if wrong := illegiblePath(r); wrong != nil {
		return req, wrong
	}
	var err error
	if req.query, err = values(r.URL.RawQuery); err != nil {
		return req, err
	}
	if route.Single { // takes fields and nothing else
		return req, nil
	}
	if err := once(req.query, "filter", "sort", "orderBy", cursorParameter); err != nil {
		return req, err
	}
	if req.filter, err = filterOf(req.query); err != nil {
		return req, err
	}
	if req.limit, err = bounded(req.query, "limit", defaultLimit, 1, maxLimit); err != nil {
		return req, err
	}
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

// values are the parameters of a query by name.
func values(rawQuery string) (url.Values, error) {
	wrong := invalid("The query is not percent-encoded UTF-8 without zero bytes.")
	all, err := pairs(rawQuery)
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

// pairs takes a query apart as it was sent, in its order, doubled names included.
// A semicolon is a character like others. Signatures and answers go by this one
// reading of the query.
func pairs(rawQuery string) ([][2]string, error) {
	var all [][2]string
	for pair := range strings.SplitSeq(rawQuery, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(name)
		if err != nil {
			return nil, err
		}
		if value, err = url.QueryUnescape(value); err != nil {
			return nil, err
		}
		all = append(all, [2]string{name, value})
	}
	return all, nil
}

// once refuses a query in which one of the names stands twice: to take the first
// in silence would answer another question than was asked.
func once(query url.Values, names ...string) error {
	for _, name := range names {
		if len(query[name]) > 1 {
			return invalid("The parameter " + name + " stands more than once.")
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

// bounded reads a whole number. Clamping it in silence would make a client take
// a short page for the last one.
func bounded(query url.Values, name string, otherwise, low, high uint64) (uint64, error) {
	given, there := query[name]
	if !there {
		return otherwise, nil
	}
	wrong := invalid("The parameter " + name + " must be one whole number from " +
		strconv.FormatUint(low, 10) + " to " + strconv.FormatUint(high, 10) + ".")
	if len(given) != 1 {
		return 0, wrong
	}
	n, err := strconv.ParseUint(given[0], 10, 64)
	if err != nil || n < low || n > high {
		return 0, wrong
	}
	return n, nil
}
