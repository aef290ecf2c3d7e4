package gateway

import (
	"fmt"
	"maps"
	"net/url"
	"strconv"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/gateway/paging"
	"github.com/rostergate/rostergate/roster/view"
)

// cursorParameter is in next links. It says behind which record the page begins.
const cursorParameter = "cursor"

// page is the part of a list that a request asks for.
type page struct {
	paging.Page
	next string // the cursor of the next page, if it has one
}

// page finds the page of a list.
func (g *Gateway) page(req request, sees sight, chosen choice, list paging.List) (page, error) {
	if req.route.Single {
		return page{Page: paging.Page{IDs: list.Set.ToArray(), Total: list.Set.GetCardinality()}}, nil
	}
	snapshot := sees.view.Snapshot
	var p page
	if given, is := req.query[cursorParameter]; is && list.Order == nil {
		after, err := g.linked(linkedList(req, sees), given[0], snapshot)
		if err != nil {
			return page{}, err
		}
		p.Page = paging.Behind(list.Set, after, req.offset, req.limit)
	} else {
		step := paging.Step{Reader: sees.reader, List: walkedList(req, chosen), Offset: req.offset, Limit: req.limit}
		p.Page = g.walks.Page(step, list, paging.State{State: snapshot.State, Follows: snapshot.Follows}, g.Clock())
	}
	if p.Resume == 0 {
		return p, nil
	}
	var err error
	p.next, err = paging.Cursor{After: p.Resume, At: snapshot.State}.Seal(g.Key, linkedList(req, sees))
	return p, err
}

// linked is the record behind which a link leads on. One of a state that the roster did
// not go through leads nowhere: after a failover ids are given a second time, and whoever
// went on behind one would miss the records below it.
func (g *Gateway) linked(list, cursor string, snapshot *view.Snapshot) (uint32, error) {
	c, ok := paging.OpenCursor(g.Key, list, cursor)
	if !ok {
		return 0, invalid("The parameter cursor is not that of a next link of this list.")
	}
	c.At.Epoch = snapshot.Epoch
	if !snapshot.Follows(c.At) {
		return 0, invalid("The list was replaced while it was read. Begin again with its first page.")
	}
	return c.After, nil
}

// walkedList tells the lists apart that a reader walks through, by what was understood of
// the request: by what is listed, not by how much of it at once, and by the order that
// the list has, not by the one that is asked for: when its field is hidden, the order is
// over.
func walkedList(req request, chosen choice) string {
	order := ""
	if chosen.order != nil {
		order = chosen.order.Name
	}
	return fmt.Sprintf("%q %q %q %q %t", req.path, req.filter.String(), chosen.fields, order, chosen.backwards)
}

// linkedList is what a next link is sealed for: its own address, with all parameters but
// those that say which page and in which order.
func linkedList(req request, sees sight) string {
	listed := maps.Clone(req.query)
	for _, p := range catalog.Parameters() {
		if p.Arranges {
			listed.Del(p.Name)
		}
	}
	return sees.reader + "\n" + req.path + "?" + listed.Encode()
}

// links is the Link header: where the other pages of a list are. The other
// parameters stay as they are.
func (g *Gateway) links(req request, p page) string {
	var links []string
	add := func(rel string, offset uint64, cursor string) {
		query := url.Values{}
		for name, values := range req.query {
			query[name] = values
		}
		query.Set("limit", decimal(req.limit))
		query.Set("offset", decimal(offset))
		query.Del(cursorParameter)
		if cursor != "" {
			query.Set(cursorParameter, cursor)
		}
		// Some who sign a link take a plus sign for itself, so a blank is none.
		encoded := strings.ReplaceAll(query.Encode(), "+", "%20")
		links = append(links, "<"+g.PublicURL+req.path+"?"+encoded+`>; rel="`+rel+`"`)
	}
	if req.offset > 0 {
		add("first", 0, "")
		before := req.offset - min(req.limit, req.offset)
		if req.offset >= p.Total {
			before = lastPage(p.Total, req.limit)
		}
		add("prev", before, "")
	}
	if p.More {
		add("next", req.offset+uint64(len(p.IDs)), p.next)
		add("last", lastPage(p.Total, req.limit), "")
	}
	return strings.Join(links, ", ")
}

// lastPage is where the last page of so many records begins.
func lastPage(total, limit uint64) uint64 {
	if total == 0 {
		return 0
	}
	return (total - 1) / limit * limit
}

// decimal writes n for a URL or a header.
func decimal(n uint64) string { return strconv.FormatUint(n, 10) }
