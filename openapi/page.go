package openapi

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"strings"

	"github.com/rostergate/rostergate/catalog"
)

//go:embed page.html
var pageText string

// Style is the page's stylesheet.
//
//go:embed page.css
var Style []byte

// read is a line of the page's list of reads.
type read struct {
	Path, Answers, Needs, Scope string
}

// Page is the description for people, in HTML. It names its stylesheet style.css
// and the document onerosterv1p1.json, both beside it.
func Page(public string) ([]byte, error) {
	page, err := template.New("page").Parse(pageText)
	if err != nil {
		return nil, fmt.Errorf("read the API's page: %w", err)
	}
	model := struct {
		Public, Base string
		Reads        []read
	}{public, Base, reads()}
	var b bytes.Buffer
	if err := page.Execute(&b, model); err != nil {
		return nil, fmt.Errorf("write the API's page: %w", err)
	}
	return b.Bytes(), nil
}

func reads() []read {
	var all []read
	for _, r := range catalog.Routes(catalog.V11) {
		e, _ := catalog.Find(r.Entity)
		name := e.Plural
		if r.Single {
			name = e.Name
		}
		needs := []string{r.Entity}
		for _, p := range r.Parents {
			needs = add(needs, p.Entity)
		}
		for _, revealed := range r.Reveals() {
			needs = add(needs, revealed.Entity+"."+revealed.Field)
		}
		all = append(all, read{Path: r.Path, Answers: name, Needs: strings.Join(needs, ", "), Scope: string(r.TokenScope)})
	}
	return all
}

func add(names []string, name string) []string {
	for _, n := range names {
		if n == name {
			return names
		}
	}
	return append(names, name)
}
