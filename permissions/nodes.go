package permissions

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/rostergate/rostergate/likeness"
)

// mostBytes are those of a document. All policies of a hundred apps fit in.
const mostBytes = 32 << 20

const emptyDocument = "it is empty: rostergate grants export writes what holds"

// parse reads YAML, and no more of it than says what is meant where it stands. Without a
// root it has blamed something.
func (p *Problems) parse(text []byte) *yaml.Node {
	if len(text) > mostBytes {
		p.All = append(p.All, Problem{Says: "it is too large: export one app at a time, by rostergate grants export APP"})
		return nil
	}
	from := yaml.NewDecoder(bytes.NewReader(text))
	var document, second yaml.Node
	switch err := from.Decode(&document); {
	case errors.Is(err, io.EOF):
		p.All = append(p.All, Problem{Says: emptyDocument})
		return nil
	case err != nil:
		p.All = append(p.All, notYAML(err))
		return nil
	}
	if err := from.Decode(&second); !errors.Is(err, io.EOF) {
		p.All = append(p.All, Problem{Says: "it has more than one document: keep what stands before the second line ---"})
		return nil
	}
	if root := document.Content[0]; root.Kind != yaml.ScalarNode || !isEmpty(root) {
		return root
	}
	p.All = append(p.All, Problem{Says: emptyDocument})
	return nil
}

var yamlLine = regexp.MustCompile(`^yaml: line (\d+): (.*)$`)

// notYAML is what the parser says, which knows lines and no columns.
func notYAML(err error) Problem {
	said := Problem{Says: "this is no YAML: " + strings.TrimPrefix(err.Error(), "yaml: ")}
	if found := yamlLine.FindStringSubmatch(err.Error()); found != nil {
		said.Line, _ = strconv.Atoi(found[1]) // of digits
		said.Says = "this is no YAML: " + found[2]
	}
	return said
}

// pair is a member of a mapping.
type pair struct{ name, value *yaml.Node }

// pairs are the members of a mapping, none where there is no node. A name may stand once.
func (p *Problems) pairs(n *yaml.Node, what string) []pair {
	if isEmpty(n) {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		p.blame(n, "%s takes members, each as NAME: VALUE", what)
		return nil
	}
	var found []pair
	for i := 0; i < len(n.Content); i += 2 {
		one := pair{n.Content[i], n.Content[i+1]}
		name, ok := p.text(one.name)
		switch {
		case !ok:
		case slices.ContainsFunc(found, func(before pair) bool { return before.name.Value == name }):
			p.blame(one.name, "%s has %s twice: keep one", what, likeness.Echo(name))
		default:
			found = append(found, one)
		}
	}
	return found
}

// members are the values of a mapping that has no other members than the known ones.
func (p *Problems) members(n *yaml.Node, what string, known ...string) map[string]*yaml.Node {
	values := map[string]*yaml.Node{}
	for _, one := range p.pairs(n, what) {
		if !slices.Contains(known, one.name.Value) {
			p.blame(one.name, "%s has no member %q%s", what, likeness.Echo(one.name.Value), likeness.DidYouMean(one.name.Value, known))
			continue
		}
		values[one.name.Value] = one.value
	}
	return values
}

// items are the names of a list, none where there is no node. A name may stand once.
func (p *Problems) items(n *yaml.Node, what string) []*yaml.Node {
	if isEmpty(n) {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		p.blame(n, "%s takes a list, each name on a line of its own behind a hyphen", what)
		return nil
	}
	var found []*yaml.Node
	for _, one := range n.Content {
		name, ok := p.text(one)
		switch {
		case !ok:
		case name == "":
			p.blame(one, "a name is missing")
		case slices.ContainsFunc(found, func(before *yaml.Node) bool { return before.Value == name }):
			p.blame(one, "%s is named twice: keep one", likeness.Echo(name))
		default:
			found = append(found, one)
		}
	}
	return found
}

// text is what a node says, as it is written: 09 and on are texts like any other.
func (p *Problems) text(n *yaml.Node) (string, bool) {
	switch {
	case isEmpty(n):
		return "", true
	case n.Kind == yaml.AliasNode:
		p.blame(n, "write out what *%s stands for: a document has no aliases", n.Value)
		return "", false
	case n.Kind != yaml.ScalarNode || n.Style&yaml.TaggedStyle != 0:
		p.blame(n, "this takes a text, and nothing else")
		return "", false
	}
	return n.Value, true
}

// isEmpty reports whether nothing is said: there is no node, or one without a value.
func isEmpty(n *yaml.Node) bool {
	return n == nil || n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null"
}
