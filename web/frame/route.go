package frame

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/people"
)

// Access is who may enter by a route.
type Access string

// The ways to enter. A route without one lets nobody in.
const (
	Public Access = "public"             // anyone, signed in or not
	Anyone Access = "signed in"          // admins and auditors
	Admins Access = Access(people.Admin) // admins
)

// Route is one line of the table of pages.
type Route struct {
	Method string // GET or POST
	Path   string // with :name for a part that varies
	Access Access

	// Values says that the page shows values of the roster, which are on record
	// before it does. Auditors may not enter then, whatever Access says.
	Values bool

	// Titles says that the page tells admins, on record, what orgs and courses are
	// called. Auditors find their sourcedIds there.
	Titles bool

	// People says that the page tells admins, on record, whom it is about. Auditors find
	// the roster's numbers of them there.
	People bool

	// Names says that the page tells admins, on record, the names of keys, types and
	// grades that nobody has accepted yet. A page with Values does, too. Auditors, and
	// other pages, have something else in the place of such a name.
	Names bool

	formSize int64 // of a form, in bytes; 0 is maxForm
	kept     bool  // the form is kept over a sign-in
	show     func(*Visit) error
}

// admits reports whether a person may enter; the zero Person is nobody.
func (l Route) admits(p people.Person) bool {
	if l.Values && p.Role != people.Admin {
		return false
	}
	switch l.Access {
	case Public:
		return true
	case Anyone:
		return slices.Contains(people.Roles(), p.Role)
	case Admins:
		return p.Role == people.Admin
	}
	return false
}

// RoutesOf lists what a frame with these rooms answers: what pages load, and the pages
// in the order of the rooms.
func RoutesOf(rooms ...Room) []Route { return new(Frame).routesWith(rooms) }

func (f *Frame) routesWith(rooms []Room) []Route {
	all := f.assetRoutes()
	for _, room := range rooms {
		all = append(all, room.Routes...)
	}
	return all
}

// Get is a page to look at.
func Get(path string, access Access, do func(*Visit) error) Route {
	return Route{Method: http.MethodGet, Path: path, Access: access, show: do}
}

// Post is where a form is sent.
func Post(path string, access Access, do func(*Visit) error) Route {
	return Route{Method: http.MethodPost, Path: path, Access: access, show: do}
}

// WithValues marks a page that shows values of the roster.
func (l Route) WithValues() Route {
	l.Values = true
	return l
}

// WithTitles marks a page that tells admins what orgs and courses are called.
func (l Route) WithTitles() Route {
	l.Titles = true
	return l
}

// WithPeople marks a page that tells admins whom it is about.
func (l Route) WithPeople() Route {
	l.People = true
	return l
}

// WithNames marks a page that tells admins the names that nobody has accepted.
func (l Route) WithNames() Route {
	l.Names = true
	return l
}

// names reports whether the page tells admins every name.
func (l Route) names() bool { return l.Names || l.Values }

// shows reports whether the page may show values of an entity to an admin.
func (l Route) shows(entity string) bool {
	return l.Values || l.Titles && HasTitles(entity) || l.People && entity == FirstTab
}

// TakingUpTo lets a form be larger than others, for one that brings a file.
func (l Route) TakingUpTo(size int64) Route {
	l.formSize = size
	return l
}

// navigation lists the rooms in the order of the header, for those who may enter.
//
// Approvals are a room while something is marked as sensitive, or waits.
func (f *Frame) navigation(ctx context.Context, p people.Person, current string) []navLink {
	waiting, open := f.waitingChanges(ctx)
	var links []navLink
	for _, room := range []navLink{
		{Label: "Dashboard", Path: "/"},
		{Label: "Apps", Path: "/apps"},
		{Label: "Imports", Path: "/imports"},
		{Label: "Approvals", Path: approvalsPath, Count: waiting},
		{Label: "Audit", Path: "/audit"},
		{Label: "Settings", Path: "/settings"},
	} {
		may := slices.ContainsFunc(f.routes, func(l Route) bool {
			return l.Method == http.MethodGet && l.Path == room.Path && l.admits(p)
		})
		if may && (open || room.Path != approvalsPath) {
			room.Current = pathWithin(current, room.Path)
			links = append(links, room)
		}
	}
	return links
}

const approvalsPath = "/approvals"

// SettingsTabs are the views of the settings, one of which is shown.
func SettingsTabs(current string) []Tab {
	tabs := []Tab{{Label: "District", Path: "/settings"}, {Label: "People", Path: "/settings/people"}, {Label: "Second approval", Path: "/settings/sensitive"}}
	for i := range tabs {
		tabs[i].Current = tabs[i].Path == current
	}
	return tabs
}

// MayEnterAppRoom reports whether apps have a room by this name that the person may
// enter.
func (v *Visit) MayEnterAppRoom(name string) bool {
	for _, l := range v.frame.routes {
		before, last, ok := strings.Cut(strings.TrimPrefix(l.Path, "/apps/:"), "/")
		if l.Method == http.MethodGet && ok && before != "" && last == name && l.Path != last && l.admits(v.Person) {
			return true
		}
	}
	return false
}
