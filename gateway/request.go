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
	path  string   // as it was sent
	ids   []string // the sourcedIds in it

	authorization string // the header
	rawQuery      string // as it was sent
	again         bool   // an answer was computed before, and did not hold

	query  url.Values
	filter filter // nil for none
	limit  uint64
	offset uint64
}

// parse reads the parameters of a request.
func parse(r *http.Request, id string, route catalog.Route, ids []string) (request, error) {
	req := request{id: id, door: "rest-1.1", route: route, ids: ids, limit: defaultLimit, rawQuery: r.URL.RawQuery, path: r.URL.EscapedPath(), authorization: r.Header.Get("Authorization")}
	if len(r.URL.RawQuery) > maxQuery {
		return req, invalid("The query is longer than 8,192 characters.")
	}
	var err error
	if req.query, err = url.ParseQuery(r.URL.RawQuery); err != nil {
		return req, invalid("The query is not percent-encoded correctly.")
	}
	if req.filter, err = filterOf(req.query); err != nil {
		return req, err
	}
	if route.Single {
		return req, nil
	}
	if req.limit, err = bounded(req.query, "limit", defaultLimit, 1, maxLimit); err != nil {
		return req, err
	}
	req.offset, err = bounded(req.query, "offset", 0, 0, maxOffset)
	return req, err
}

// filterOf reads the filter, if there is one.
func filterOf(query url.Values) (filter, error) {
	given, there := query["filter"]
	switch {
	case !there || len(given) == 1 && strings.TrimSpace(given[0]) == "":
		return nil, nil
	case len(given) > 1:
		return nil, invalid("The parameter filter stands more than once.")
	}
	return parseFilter(given[0])
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
