package gateway_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster/intake"
)

// crowd is the small district with a hundred people more, of whom every third is
// at Elm. In its other form every seventh is gone, ten are new, and every tenth
// moved to the other school; since ids stay, who moved stands in the middle.
func crowd(t testing.TB, other bool) parcel {
	t.Helper()
	p := cedar(t)
	for n := range 110 {
		school := n%3 == 0
		switch {
		case other && n%7 == 3, !other && n >= 100:
			continue
		case other && n%10 == 1:
			school = !school
		}
		org := "oak"
		if school {
			org = "elm"
		}
		p.Edit(t, "users.csv", fmt.Sprintf("+ p%03d,,,true,%s,student,u%03d,,Given,Family%02d,,,,,,,03,,,", n, org, n, n*37%100))
	}
	return p
}

// walker reads a list page by page. Between two of its requests something may
// happen; before tells it which request comes.
type walker struct {
	c      *gatewaytest.Client
	path   string // with "?" or "&" at its end
	limit  int
	before func(request int)
	asked  int
	got    []string
}

// page asks for a page and takes its records.
func (w *walker) page(query string) gatewaytest.Answer {
	w.before(w.asked)
	w.asked++
	path, shared, _ := strings.Cut(w.path, "?")
	if !strings.Contains(query, strings.TrimSuffix(shared, "&")) || shared == "" { // a link has it already
		query = shared + query
	}
	a := w.c.Get(path + "?" + query)
	for _, r := range a.Records() {
		w.got = append(w.got, r.ID())
	}
	return a
}

func (w *walker) at(offset int) (gatewaytest.Answer, int) {
	a := w.page(fmt.Sprintf("limit=%d&offset=%d", w.limit, offset))
	return a, len(a.Records())
}

func total(a gatewaytest.Answer) int {
	n, _ := strconv.Atoi(a.Header.Get("X-Total-Count"))
	return n
}

// clients are the ways in which vendors walk a list.
func clients() map[string]func(w *walker) {
	return map[string]func(w *walker){
		"follows next links": func(w *walker) {
			a, _ := w.at(0)
			for a.Links()["next"] != "" {
				_, query, _ := strings.Cut(a.Links()["next"], "?")
				a = w.page(query)
			}
		},
		"stops at the total": func(w *walker) {
			for offset, all := 0, 1; offset < all; offset += w.limit {
				a, _ := w.at(offset)
				all = total(a)
			}
		},
		"stops at the first total that it got": func(w *walker) {
			a, n := w.at(0)
			all := total(a)
			for len(w.got) < all && n > 0 {
				_, n = w.at(len(w.got))
			}
		},
		"stops at an empty page": func(w *walker) {
			for n := 1; n > 0; {
				_, n = w.at(len(w.got))
			}
		},
		"adds a parameter that nobody knows, another one each time": func(w *walker) {
			for offset, n := 0, 1; n > 0; offset += n {
				n = len(w.page(fmt.Sprintf("limit=%d&offset=%d&_=%d", w.limit, offset, w.asked)).Records())
			}
		},
		"steps by its limit to an empty page": func(w *walker) {
			for offset, n := 0, 1; n > 0; offset += w.limit {
				_, n = w.at(offset)
			}
		},
		"stops at a short page": func(w *walker) {
			for offset, n := 0, w.limit; n == w.limit; offset += w.limit {
				_, n = w.at(offset)
			}
		},
		"counts first, with a page of one": func(w *walker) {
			limit := w.limit
			w.limit = 1
			a, _ := w.at(0)
			w.limit, w.got = limit, nil
			for offset := 0; offset < total(a); offset += w.limit {
				a, _ = w.at(offset)
			}
		},
		"asks for the total again and again": func(w *walker) {
			for offset, n := 0, 1; n > 0; offset += n {
				_, n = w.at(offset)
				w.c.Get(w.path + "limit=1")
			}
		},
		"takes the pages behind the first in any order": func(w *walker) {
			a, _ := w.at(0)
			var offsets []int
			for offset := w.limit; offset < total(a); offset += w.limit {
				offsets = append(offsets, offset)
			}
			chance := rand.New(rand.NewPCG(uint64(w.limit), 1))
			chance.Shuffle(len(offsets), func(i, j int) { offsets[i], offsets[j] = offsets[j], offsets[i] })
			for _, offset := range offsets {
				w.at(offset)
			}
		},
		"takes the pages from the last to the first": func(w *walker) {
			a, _ := w.at(0)
			for offset := (total(a) - 1) / w.limit * w.limit; offset > 0; offset -= w.limit {
				w.at(offset)
			}
		},
		"asks for every page twice": func(w *walker) {
			for offset, n := 0, 1; n > 0; offset += n {
				_, n = w.at(offset)
				w.got = w.got[:len(w.got)-n]
				_, n = w.at(offset)
			}
		},
	}
}

// whole wants each record that was and is in the list exactly once, and nothing
// that never was.
func whole(t *testing.T, what string, got, before, after []string) {
	t.Helper()
	times := map[string]int{}
	for _, id := range got {
		times[id]++
		if times[id] == 2 {
			t.Errorf("%s: %s came twice", what, id)
		}
		if !slices.Contains(before, id) && !slices.Contains(after, id) {
			t.Errorf("%s: %s never was in the list", what, id)
		}
	}
	missing := 0
	for _, id := range before {
		if slices.Contains(after, id) && times[id] == 0 {
			missing++
		}
	}
	if missing > 0 {
		t.Errorf("%s: %d unchanged records did not come", what, missing)
	}
}

// narrow gives the app the people of Oak only.
func narrow() apps.Edit { return apps.Edit{Orgs: &policy.Among{Only: []string{"oak"}}} }

func TestAWalkIsWholeThoughAnImportChangesTheListInItsMiddle(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		forms := []string{crowd(t, false).Folder(t), crowd(t, true).Folder(t)}
		d.Import(forms[0])
		d.Edit("eduready360", narrow())
		now := 0
		for _, path := range []string{"/users?", "/students?", "/users?sort=familyName&"} {
			for _, limit := range []int{1, 7, 20, 33} {
				for name, walk := range clients() {
					if limit == 1 && (path != "/students?" || strings.Contains(name, "total again")) {
						continue // it takes long; two walks at once, page by page of one size, cannot be told apart
					}
					c := d.As("eduready360")
					list := func() []string { return sorted(c.Get(path + "limit=10000&fields=sourcedId").Records()) }
					before := list()
					middle := max(1, len(before)/limit/2)
					w := &walker{c: c, path: path, limit: limit, before: func(request int) {
						if request == middle {
							now = 1 - now
							d.Import(forms[now])
						}
					}}
					walk(w)
					if w.asked <= middle {
						t.Fatalf("%s by %d: the walk ended before anything happened", path, limit)
					}
					what := fmt.Sprintf("%s by %d, by one who %s, towards form %d", path, limit, name, now)
					whole(t, what, w.got, before, list())
				}
			}
		}
	})
}

// Several imports, one after another, and a change of the grant.
func TestAWalkIsWholeThoughMuchHappens(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		forms := []string{crowd(t, false).Folder(t), crowd(t, true).Folder(t)}
		d.Import(forms[0])
		for name, walk := range clients() {
			c := d.As("eduready360")
			list := func() []string { return sorted(c.Get("/users?limit=10000&apart=1").Records()) }
			d.Edit("eduready360", apps.Edit{Orgs: &policy.Among{All: true}})
			d.Views.Snapshot(t.Context())
			ever := list()
			unchanged := slices.Clone(ever)
			w := &walker{c: c, path: "/users?", limit: 9, before: func(request int) {
				switch request {
				case 2, 5, 6:
					_, err := d.Intake.Import(t.Context(), forms[request%2], anyway())
					if err != nil {
						t.Fatal(err)
					}
				case 4:
					d.Edit("eduready360", narrow())
				case 7:
					d.Edit("eduready360", apps.Edit{Orgs: &policy.Among{All: true}})
				default:
					return
				}
				still := list()
				ever = append(ever, still...)
				unchanged = slices.DeleteFunc(unchanged, func(id string) bool { return !slices.Contains(still, id) })
			}}
			walk(w)
			whole(t, name, w.got, append(ever, list()...), unchanged)
		}
	})
}

// Pages that are fetched at the same time, while an import lands.
func TestPagesFetchedTogetherAreWhole(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		forms := []string{crowd(t, false).Folder(t), crowd(t, true).Folder(t)}
		d.Import(forms[0])
		d.Edit("eduready360", narrow())
		for round := range 6 {
			c := d.As("eduready360")
			before := sorted(c.Get("/users?limit=10000").Records())
			const limit = 5
			first := c.Get(fmt.Sprintf("/users?limit=%d", limit))
			pages := make([][]string, (total(first)+limit-1)/limit)
			pages[0] = sorted(first.Records())
			var fetching sync.WaitGroup
			for i := range pages[1:] {
				fetching.Go(func() {
					pages[i+1] = sorted(c.Get(fmt.Sprintf("/users?limit=%d&offset=%d", limit, (i+1)*limit)).Records())
				})
			}
			fetching.Go(func() { d.Import(forms[(round+1)%2]) })
			fetching.Wait()
			after := sorted(c.Get("/users?limit=10000").Records())
			whole(t, fmt.Sprint("round ", round), slices.Concat(pages...), before, after)
		}
	})
}

// Who follows links needs no memory: any replica can go on.
func TestNextLinksLeadOnAtAnotherReplica(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		forms := []string{crowd(t, false).Folder(t), crowd(t, true).Folder(t)}
		d.Import(forms[0])
		replica := d.Replica()
		c := d.As("eduready360")
		doors := []*gatewaytest.Client{c, replica.Bearer(c.Token)}
		before := sorted(c.Get("/users?limit=10000").Records())
		var got []string
		query := "limit=8"
		for i := 0; query != ""; i++ {
			if i == 5 {
				d.Import(forms[1])
			}
			a := doors[i%2].Get("/users?" + query)
			for _, r := range a.Records() {
				got = append(got, r.ID())
			}
			_, query, _ = strings.Cut(a.Links()["next"], "?")
		}
		whole(t, "links", got, before, sorted(c.Get("/users?limit=10000").Records()))
	})
}

// anyway accepts what a person should look at first.
func anyway() intake.Options { return intake.Options{AcceptHold: true} }
