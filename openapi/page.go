package openapi

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
)

//go:embed page.html first-sync.html
var pages embed.FS

//go:embed sync.sh sync.py sync.mjs
var programs embed.FS

// Style is the pages' stylesheet.
//
//go:embed page.css
var Style []byte

// Page is the description for people, in HTML. It names its stylesheet style.css, the
// documents by File, and the page first-sync, all of them beside it.
func Page(public string) ([]byte, error) {
	return write("page.html", struct {
		Public, Discovery string
		Services          []place
		TokenScopes       []opening
		Reads             []read
	}{public, DiscoveryFolder, places(public), openings(), reads()})
}

// FirstSync is the page that leads an app through its first sync, with programs that run as
// they stand there.
func FirstSync(public string) ([]byte, error) {
	model := struct{ Programs []program }{}
	for _, p := range []program{
		{Name: "sync.sh", Language: "curl", Needs: "sh, curl 7.76 or newer, sed and grep", Run: "sh sync.sh"},
		{Name: "sync.py", Language: "Python", Needs: "Python 3.8 or newer, and no packages", Run: "python3 sync.py"},
		{Name: "sync.mjs", Language: "Node.js", Needs: "Node.js 18 or newer, and no packages", Run: "node sync.mjs"},
	} {
		text, err := programs.ReadFile(p.Name)
		if err != nil {
			return nil, fmt.Errorf("read a program of the API's pages: %w", err)
		}
		p.Text = strings.ReplaceAll(string(text), programsURL, public)
		model.Programs = append(model.Programs, p)
	}
	return write("first-sync.html", model)
}

// programsURL stands for the public URL in the programs.
const programsURL = "https://roster.example.org"

// program is one that a page shows.
type program struct {
	Name, Language, Needs, Run string
	Text                       string
}

func write(page string, model any) ([]byte, error) {
	layout, err := template.ParseFS(pages, page)
	if err != nil {
		return nil, fmt.Errorf("read the API's page %s: %w", page, err)
	}
	var b bytes.Buffer
	if err := layout.Execute(&b, model); err != nil {
		return nil, fmt.Errorf("write the API's page %s: %w", page, err)
	}
	return b.Bytes(), nil
}

// place is where a service is.
type place struct {
	Title, Base, File string
	Aliases           []string
	Discovery         []string
}

func places(public string) []place {
	var all []place
	for _, s := range catalog.Services() {
		p := place{Title: title(s), Base: public + s.Base, File: File(s), Discovery: Discovery(s)}
		for _, alias := range s.Aliases {
			p.Aliases = append(p.Aliases, public+alias)
		}
		all = append(all, p)
	}
	return all
}

// opening is a scope of tokens, as the versions that know it write it.
type opening struct {
	Name  catalog.TokenScope
	In    string
	Opens string
}

func openings() []opening {
	opens := map[catalog.TokenScope]string{
		catalog.CoreScope:         "lists and single records, but those of demographics and resources",
		catalog.RosterScope:       "the same, and what is listed of one school, term, course, class or user",
		catalog.DemographicsScope: "demographics",
		catalog.ResourceScope:     "resources",
		catalog.ResourceCoreScope: "resources, but not those of one course, class or user",
	}
	var all []opening
	for _, s := range catalog.TokenScopes() {
		o := opening{Name: s, Opens: opens[s]}
		for _, v := range []catalog.Version{catalog.V11, catalog.V12} {
			if s.In(v) {
				o.In = strings.TrimPrefix(o.In+", "+number(v), ", ")
			}
		}
		all = append(all, o)
	}
	return all
}

// read is a line of the page's list of reads.
type read struct {
	Path, In, Answers, Needs string
	TokenScopes              []catalog.TokenScope // one of 1.1, or it and another of 1.2
}

// reads are those of both versions. 1.2 has all that 1.1 has.
func reads() []read {
	before := map[string]catalog.Route{}
	for _, r := range catalog.Routes(catalog.V11) {
		before[r.Path] = r
	}
	var all []read
	for _, r := range catalog.Routes(catalog.V12) {
		e, _ := catalog.Find(r.Entity)
		line := read{Path: r.Path, In: "1.1, 1.2", Answers: e.Plural, Needs: strings.Join(needs(r), ", "), TokenScopes: []catalog.TokenScope{r.TokenScope}}
		if r.Single {
			line.Answers = e.Name
		}
		switch old, known := before[r.Path]; {
		case !known:
			line.In = "1.2"
		case old.TokenScope != r.TokenScope:
			line.TokenScopes = []catalog.TokenScope{old.TokenScope, r.TokenScope}
		}
		all = append(all, line)
	}
	return all
}

// needs are the entities and fields without which the route is not there.
func needs(r catalog.Route) []string {
	names := []string{r.Entity}
	for _, p := range r.Parents {
		names = append(names, p.Entity)
	}
	for _, revealed := range r.Reveals() {
		names = append(names, revealed.Entity+"."+revealed.Field)
	}
	for i := len(names) - 1; i > 0; i-- {
		if slices.Contains(names[:i], names[i]) {
			names = slices.Delete(names, i, i+1)
		}
	}
	return names
}
