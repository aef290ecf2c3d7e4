package frame

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/rostergate/rostergate/fault"
)

// Listing is a list that can be sorted, narrowed and paged. All of its state stands in
// the address.
type Listing struct {
	Sort    string // the key of a column
	Reverse bool   // the other way round than the column begins
	Page    int    // from 1 on

	path    string
	columns []Column
	values  url.Values // of the filters
}

// Column is a column of a Listing: the component "column".
type Column struct {
	Key    string // by which it is sorted; empty where it is not
	Label  string
	Number bool

	Path   string // that sorts by it
	Sorted string // as aria-sort says it; empty if it is not sorted by
	Falls  bool   // begins with the largest, as times do
	First  bool   // the list goes by it if nobody says; else by the first that it can go by
}

// Pager leads through the pages: the component "pager".
type Pager struct {
	Says           string // "51 to 100 of 312 apps"
	Previous, Next string // addresses, empty where there is none
}

// ReadListing takes from the address how a list is sorted, by its first order if it does
// not say, and which page is asked for. The filters are names of
// parameters. What the list cannot be sorted by is a fault.Invalid.
func (v *Visit) ReadListing(path string, columns []Column, filters ...string) (Listing, error) {
	l := Listing{path: path, columns: columns, values: url.Values{}, Page: 1}
	for _, name := range filters {
		if value := v.QueryParam(name); value != "" {
			l.values.Set(name, value)
		}
	}
	var keys []string
	for _, c := range columns {
		if c.Key != "" {
			keys = append(keys, c.Key, "-"+c.Key)
		}
	}
	wanted := v.QueryParam("sort")
	if wanted == "" {
		wanted = l.first()
	}
	for _, key := range keys {
		if key == wanted {
			l.Sort, l.Reverse = strings.TrimPrefix(key, "-"), strings.HasPrefix(key, "-")
		}
	}
	if l.Sort == "" {
		return l, fault.New(fault.Invalid, "sort: this list is sorted by %s.", strings.Join(keys, ", "))
	}
	if text := v.QueryParam("page"); text != "" {
		page, err := strconv.Atoi(text)
		if err != nil || page < 1 || page > mostPages {
			return l, fault.New(fault.Invalid, "page: pages are numbers from 1 to %d.", mostPages)
		}
		l.Page = page
	}
	return l, nil
}

const mostPages = 100_000

// Columns are the columns with the links that sort by them.
func (l Listing) Columns() []Column {
	all := make([]Column, len(l.columns))
	for i, c := range l.columns {
		if c.Key != "" {
			c.Path = l.address(c.Key, 1)
			if c.Key == l.Sort {
				c.Sorted = map[bool]string{false: "ascending", true: "descending"}[l.Reverse != c.Falls]
				if !l.Reverse {
					c.Path = l.address("-"+c.Key, 1)
				}
			}
		}
		all[i] = c
	}
	return all
}

// Rising reports whether the list goes from the smallest, the oldest or the first of the
// alphabet on.
func (l Listing) Rising() bool {
	for _, c := range l.columns {
		if c.Key == l.Sort {
			return l.Reverse == c.Falls
		}
	}
	return !l.Reverse
}

// SortedAmong says that only the newest of a list were sorted, where there are more of them.
// It is empty where the list goes by its time, which is its first order.
func (l Listing) SortedAmong(most int, more bool) string {
	if !more || l.Sort == l.first() {
		return ""
	}
	return "Sorted are the newest " + Number(int64(most)) + " of them. Narrow the list to sort others."
}

// PastEnd is the address of the last page of a list of so many, where one behind it was
// asked for; else it is empty.
func (l Listing) PastEnd(total, perPage int) string {
	last := max(1, (total+perPage-1)/perPage)
	if l.Page <= last {
		return ""
	}
	return l.address(l.sorted(), last)
}

// Sorting is the choice of the form that narrows the list, for screens without a head.
func (l Listing) Sorting() Choice {
	c := Choice{Name: "sort", Label: "Sort by"}
	for _, column := range l.columns {
		if column.Key != "" {
			c.Options = append(c.Options,
				Option{Value: column.Key, Label: column.Label, Chosen: column.Key == l.Sort && !l.Reverse},
				Option{Value: "-" + column.Key, Label: column.Label + ", the other way round", Chosen: column.Key == l.Sort && l.Reverse})
		}
	}
	return c
}

// Pager leads to the pages beside this one, of a list of so many.
func (l Listing) Pager(total, perPage int, one, many string) Pager {
	first := (l.Page-1)*perPage + 1
	p := Pager{Says: Plural(total, one, many)}
	if total > perPage || l.Page > 1 {
		p.Says = fmt.Sprintf("%s to %s of %s", Number(int64(min(first, total))), Number(int64(min(first+perPage-1, total))), p.Says)
	}
	if l.Page > 1 {
		p.Previous = l.address(l.sorted(), l.Page-1)
	}
	if first+perPage <= total {
		p.Next = l.address(l.sorted(), l.Page+1)
	}
	return p
}

// Window are the bounds of the page in a list of so many.
func (l Listing) Window(total, perPage int) (from, to int) {
	from = min((l.Page-1)*perPage, total)
	return from, min(from+perPage, total)
}

func (l Listing) sorted() string {
	if l.Reverse {
		return "-" + l.Sort
	}
	return l.Sort
}

// address is that of the list sorted by a column, and of one of its pages.
func (l Listing) address(sort string, page int) string {
	values := url.Values{}
	for name, all := range l.values {
		values[name] = all
	}
	if sort != l.first() {
		values.Set("sort", sort)
	}
	if page > 1 {
		values.Set("page", strconv.Itoa(page))
	}
	if len(values) == 0 {
		return l.path
	}
	return l.path + "?" + values.Encode()
}

// first is what the list is sorted by if nobody says.
func (l Listing) first() string {
	for _, c := range l.columns {
		if c.First {
			return c.Key
		}
	}
	for _, c := range l.columns {
		if c.Key != "" {
			return c.Key
		}
	}
	return ""
}
