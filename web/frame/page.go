package frame

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"reflect"
	"strings"

	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/people"
)

//go:embed templates
var ownTemplates embed.FS

// page is what the layout shows around a screen.
type page struct {
	Title    string
	District string // "Rostergate" where the district has no name yet
	Person   *people.Person
	Nav      []navLink
	Now      string // with its zone, for who reads it on paper
	Flash    string
	Screen   string // the template's name
	Model    any
}

type navLink struct {
	Label, Path string
	Current     bool
	Count       int64 // of what waits there; 0 is not said
}

// screen is a template with the layout around it.
type screen struct{ *template.Template }

// parseScreens parses every template of a screen, those of the rooms and the frame's
// own, together with the layout and the components.
func parseScreens(a assets, rooms []Room) (map[string]*screen, error) {
	shared, err := template.New("").Funcs(functions(a)).ParseFS(ownTemplates, layoutFile, componentsFile)
	if err != nil {
		return nil, fmt.Errorf("read the layout: %w", err)
	}
	all := map[string]*screen{}
	for _, room := range append([]Room{{Templates: ownTemplates}}, rooms...) {
		if err := parseRoom(shared, room.Templates, all); err != nil {
			return nil, err
		}
	}
	return all, nil
}

const (
	layoutFile     = "templates/layout.html"
	componentsFile = "templates/components.html"
)

// parseRoom adds the screens of one room. Two of one name are an error.
func parseRoom(shared *template.Template, from fs.FS, all map[string]*screen) error {
	files, err := fs.Glob(from, "templates/*.html")
	if err != nil {
		return err
	}
	for _, file := range files {
		name := strings.TrimSuffix(path.Base(file), ".html")
		if file == layoutFile || file == componentsFile {
			continue
		}
		own, err := shared.Clone()
		if err == nil {
			_, err = own.ParseFS(from, file)
		}
		if err == nil && all[name] != nil {
			err = errors.New("another room has a screen of this name")
		}
		if err != nil {
			return fmt.Errorf("read the screen %s: %w", name, err)
		}
		all[name] = &screen{own}
	}
	return nil
}

// functions are what templates can call beside those of html/template.
func functions(a assets) template.FuncMap {
	return template.FuncMap{
		"asset":   a.path,
		"breaks":  breakable,
		"number":  func(n reflect.Value) string { return Number(n.Int()) },
		"tone":    ToneOf[int],
		"plural":  Plural,
		"who":     Who,
		"kind":    KindLabel,
		"counted": func(n uint64) string { return Plural(int(n), "record", "records") },
	}
}

// ShowWithStatus answers with a screen, once what it shows of the roster is on record.
func (v *Visit) ShowWithStatus(status int, name, title string, model any) error {
	if err := v.Sight.onRecord(); err != nil {
		return err
	}
	return v.frame.writeScreen(v, status, name, title, model)
}

// writeScreen answers with a screen, whole or not at all.
func (f *Frame) writeScreen(v *Visit, status int, name, title string, model any) error {
	s, ok := f.screens[name]
	if !ok {
		return fmt.Errorf("show the screen %s: there is no such template", name)
	}
	p := page{Title: title, District: v.District.Name, Now: v.Moment(moment.Of(f.Clock())).Exact, Flash: v.takeFlash(), Screen: name, Model: model}
	if p.District == "" {
		p.District = "Rostergate"
	}
	if v.Person.ID != "" {
		p.Person, p.Nav = &v.Person, f.navigation(v.Context(), v.Person, v.echo.Request().URL.Path)
	}
	var b bytes.Buffer
	if err := s.ExecuteTemplate(&b, "layout", p); err != nil {
		return fmt.Errorf("show the screen %s: %w", name, err)
	}
	return v.echo.HTMLBlob(status, b.Bytes())
}

// ShowPart answers with one part of a screen, for a page that is open already, as
// ShowWithStatus does with a whole one.
func (v *Visit) ShowPart(screen, name string, model any) error {
	if err := v.Sight.onRecord(); err != nil {
		return err
	}
	var b bytes.Buffer
	if err := v.frame.screens[screen].ExecuteTemplate(&b, name, model); err != nil {
		return fmt.Errorf("show %s of the screen %s: %w", name, screen, err)
	}
	return v.echo.HTMLBlob(http.StatusOK, b.Bytes())
}

// pathWithin reports whether a path is a room's, or below it.
func pathWithin(path, room string) bool {
	return path == room || room != "/" && strings.HasPrefix(path, room+"/")
}
