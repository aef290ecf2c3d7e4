package gateway

import (
	"net/url"
	"strings"

	"github.com/rostergate/rostergate/catalog"
)

// routes are the reads of the standard, ready to be matched.
type routes []pattern

// pattern is a route and the segments of its path.
type pattern struct {
	catalog.Route
	segments []string
}

func newRoutes() routes {
	var all routes
	for _, r := range catalog.Routes() {
		all = append(all, pattern{r, r.Segments()})
	}
	return all
}

// match finds the route of a path, given as it was sent, and the sourcedIds in
// it. Segments are split before they are decoded, and decoded once, for a
// sourcedId may hold a slash.
func (all routes) match(escaped string) (catalog.Route, []string, bool) {
	segments := strings.Split(strings.Trim(escaped, "/"), "/")
	for i, s := range segments {
		decoded, err := url.PathUnescape(s)
		if err != nil || decoded == "" || !Legible(decoded) {
			return catalog.Route{}, nil, false
		}
		segments[i] = decoded
	}
	for _, r := range all {
		if ids, ok := fits(r.segments, segments); ok {
			return r.Route, ids, true
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
