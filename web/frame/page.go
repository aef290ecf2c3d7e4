package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"reflect"
	"strings"

	"github.com/rostergate/rostergate/people"
)

//go:embed templates
var templates embed.FS

// page is what the layout shows around a screen.
type page struct {
	Title    string
	District string // "Rostergate" where the district has no name yet
	Person   *people.Person
	Nav      []navLink
	Flash    string
	Screen   string // the template's name
	Model    any
}

type navLink struct {
	Label, Path string
	Current     bool
}

// screen is a template with the layout around it.
type screen struct{ *template.Template }

// parseScreens parses every template of a screen together with the layout and
// the components.
func parseScreens(a assets) (map[string]*screen, error) {
	shared, err := template.New("").Funcs(functions(a)).ParseFS(templates, "templates/layout.html", "templates/components.html")
	if err != nil {
		return nil, fmt.Errorf("read the layout: %w", err)
	}
	files, err := fs.Glob(templates, "templates/*.html")
	if err != nil {
		return nil, err
	}
	all := map[string]*screen{}
	for _, file := range files {
		name := strings.TrimSuffix(path.Base(file), ".html")
		if name == "layout" || name == "components" {
			continue
		}
		own, err := shared.Clone()
		if err == nil {
			_, err = own.ParseFS(templates, file)
		}
		if err != nil {
			return nil, fmt.Errorf("read the screen %s: %w", name, err)
		}
		all[name] = &screen{own}
	}
	return all, nil
}

// functions are what templates can call beside those of html/template.
func functions(a assets) template.FuncMap {
	return template.FuncMap{
		"asset":   a.path,
		"breaks":  breakable,
		"number":  func(n reflect.Value) string { return number(n.Int()) },
		"tone":    tone[int],
		"plural":  plural,
		"who":     who,
		"counted": func(n uint64) string { return plural(int(n), "record", "records") },
	}
}

// showWithStatus answers with a screen, once what it shows of the roster is on record.
func (v *visit) showWithStatus(status int, name, title string, model any) error {
	if err := v.sight.onRecord(); err != nil {
		return err
	}
	return v.rooms.write(v, status, name, title, model)
}

// write answers with a screen, whole or not at all.
func (r *Rooms) write(v *visit, status int, name, title string, model any) error {
	s, ok := r.screens[name]
	if !ok {
		return fmt.Errorf("show the screen %s: there is no such template", name)
	}
	p := page{Title: title, District: v.District.Name, Flash: v.flash(), Screen: name, Model: model}
	if p.District == "" {
		p.District = "Rostergate"
	}
	if v.Person.ID != "" {
		p.Person, p.Nav = &v.Person, navigation(v.Person, v.c.Request().URL.Path)
	}
	var b bytes.Buffer
	if err := s.ExecuteTemplate(&b, "layout", p); err != nil {
		return fmt.Errorf("show the screen %s: %w", name, err)
	}
	return v.c.HTMLBlob(status, b.Bytes())
}

// part answers with one part of a screen, for a page that is open already, as
// showWithStatus does with a whole one.
func (v *visit) part(screen, name string, model any) error {
	if err := v.sight.onRecord(); err != nil {
		return err
	}
	var b bytes.Buffer
	if err := v.rooms.screens[screen].ExecuteTemplate(&b, name, model); err != nil {
		return fmt.Errorf("show %s of the screen %s: %w", name, screen, err)
	}
	return v.c.HTMLBlob(http.StatusOK, b.Bytes())
}

// within reports whether a path is a room's, or below it.
func within(path, room string) bool {
	return path == room || room != "/" && strings.HasPrefix(path, room+"/")
}
