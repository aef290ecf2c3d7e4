package view

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
)

// Among chooses records or words: all of them, or those listed. The zero Among
// chooses none.
type Among struct {
	All  bool
	Only []string // sourcedIds or words
}

// has reports whether a word is chosen.
func (a Among) has(word string) bool { return a.All || slices.Contains(a.Only, word) }

// Scope says which records are asked for. The zero Scope asks for none.
type Scope struct {
	Orgs       Among // with everything below them
	Courses    Among
	Classes    Among
	Roles      Among // of users; guardians come by Guardians alone
	Grades     Among // of students, by what they mean: "3" is "03"
	Unenrolled bool  // users of the orgs who are enrolled in no class
	Guardians  bool  // guardians of the students whom the scope reaches
	OptOuts    OptOuts
	Kept       []Kept // all of which the records in the view meet
	Former     bool   // enrollments that ended before Day, too

	// Day is the district's, as YYYY-MM-DD. Without one whatever has an end counts as
	// ended, and with Former it means nothing.
	Day string
}

// View is the set of records that a scope reaches in a snapshot. It is closed:
// a required reference of a record in it leads to a record in it. It is
// immutable but for answers that it remembers, and shared by all scopes that are equal.
type View struct {
	Snapshot *Snapshot
	scope    Scope
	sets     map[string]*roaring.Bitmap

	mu      sync.Mutex
	holding map[string]*roaring.Bitmap // what Holding found, by its words
}

// Set is the set of records of an entity. Callers must not change it.
func (v *View) Set(entity string) *roaring.Bitmap {
	if set, ok := v.sets[entity]; ok {
		return set
	}
	return roaring.New()
}

// View grows a scope into the records that it reaches. Equal scopes of one
// snapshot share a view.
func (s *Snapshot) View(scope Scope) *View {
	key := scope.key()
	s.mu.Lock()
	grown, ok := s.views[key]
	if !ok {
		grown = sync.OnceValue(func() *View { return s.grow(scope) })
		s.views[key] = grown
	}
	s.mu.Unlock()
	return grown()
}

// Views is how many views are kept.
func (s *Snapshot) Views() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.views)
}

// Try is View for a scope that somebody only considers: what is grown for it
// alone is not kept.
func (s *Snapshot) Try(scope Scope) *View {
	s.mu.Lock()
	grown, ok := s.views[scope.key()]
	s.mu.Unlock()
	if ok {
		return grown()
	}
	return s.grow(scope)
}

// key tells scopes apart.
func (s Scope) key() string {
	var b strings.Builder
	for _, a := range []Among{s.Orgs, s.Courses, s.Classes, s.Roles, s.Grades} {
		only := slices.Compact(slices.Sorted(slices.Values(a.Only)))
		fmt.Fprintf(&b, "%t%q;", a.All, only)
	}
	fmt.Fprintf(&b, "%t%t%t%s", s.Unenrolled, s.Guardians, s.Former, s.OptOuts.key())
	if !s.Former {
		b.WriteString(s.Day)
	}
	b.WriteString(s.keptKey())
	return b.String()
}

// With is the view as it would be if its scope were widened, or narrowed, by change. It is
// not kept.
func (v *View) With(change func(*Scope)) *View {
	other := v.scope
	change(&other)
	return v.Snapshot.Try(other)
}
