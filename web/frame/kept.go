package frame

import (
	"net/url"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/fault"
)

// Kept is a form that came without a session, as the pages of the sign-in carry it: nothing
// of it is kept here, nor in the browser but on those pages. It goes on for the person who
// filled it in, and for nobody else.
type Kept struct {
	Form   string // encoded
	Path   string // where it goes on: its page's /edit
	Person string // the id of the person to whom its page was shown
}

// longestKept is how much of a form is carried over a sign-in, encoded.
const longestKept = maxForm / 4

// Kept marks where the form of a page with ticks is sent: the page's path, and its /edit
// and /save. It says in the value "person" to whom it was shown.
func (l Route) Kept() Route {
	l.kept = true
	return l
}

// comeWithoutSession answers a form that nobody sends who is signed in.
func (f *Frame) comeWithoutSession(v *Visit, line Route) error {
	asked := v.echo.Request().URL
	kept := v.keptForm(asked.Path)
	switch {
	case line.kept && kept.Person != "" && len(kept.Form) <= longestKept:
		return f.keep(v, kept)
	case len(v.echo.Request().PostForm) > 0:
		return v.EndForm(signInPath(line, asked), "Your session had ended: what you entered is not saved.")
	}
	return v.Redirect(signInPath(line, asked))
}

// keptForm is the form of a request, to go on at its page's /edit.
func (v *Visit) keptForm(path string) Kept {
	k := Kept{Person: v.FormValue("person"), Path: strings.TrimSuffix(strings.TrimSuffix(path, "/save"), "/edit") + "/edit"}
	k.Form = v.echo.Request().PostForm.Encode()
	return k
}

// ofAnother says, as a fault.Conflict, that a form was filled in by somebody else than who
// is signed in by now.
func (v *Visit) ofAnother(line Route) error {
	if by := v.formPerson(line); by == "" || by == v.Person.ID {
		return nil
	}
	return fault.New(fault.Conflict, "Somebody else has signed in here since this page was opened, and what was entered is theirs. Open the page again.")
}

func (v *Visit) formPerson(line Route) string {
	if !line.kept {
		return ""
	}
	return v.FormValue("person")
}

// ReadKept takes what KeptValues wrote from a form of the sign-in.
func (v *Visit) ReadKept() Kept {
	return Kept{Form: v.FormValue("kept"), Path: v.FormValue("kept_path"), Person: v.FormValue("kept_person")}
}

// Back is the page that the form is of.
func (k Kept) Back() string {
	back := strings.TrimSuffix(k.Path, "/edit")
	if form, err := url.ParseQuery(k.Form); err == nil && form.Get("entity") != "" {
		back += "?" + url.Values{"entity": {form.Get("entity")}}.Encode()
	}
	return back
}

// Value is a value of a form.
type Value struct{ Name, Value string }

// Values are what the form says, sorted by name.
func (k Kept) Values() []Value {
	form, err := url.ParseQuery(k.Form)
	if err != nil {
		return nil
	}
	var all []Value
	for name, values := range form {
		for _, value := range values {
			all = append(all, Value{name, value})
		}
	}
	slices.SortStableFunc(all, func(a, b Value) int { return strings.Compare(a.Name, b.Name) })
	return all
}
