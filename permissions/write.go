package permissions

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/guardrails"
)

const heading = `Permissions of apps, as "rostergate grants export" writes them.
"rostergate grants apply FILE --dry-run" says what this would change, and without
--dry-run makes it so: all of it, or nothing.

The entry of an app is whole: what it does not name, the app does not get.
Apps without an entry are left alone, and so are guardrails where it says nothing
of them. In an entry

  share     switches entities on (users), and ticks fields (users.email), metadata
            keys (users.metadata.KEY) and types of user IDs (users.userIds.TYPE)
  metadata  switches the metadata of entities on
  mask      blurs fields: users.familyName=initial
  scope     says which records the app reaches: all, or a list
  until     is the last day (UTC), or never
  lift      lets single fields past the ceiling of the app's preset, each with its reason
  policy    has the files of the app's own policy, with their tests`

// WithGuardrails is Write of a whole district, with its guardrails where there ever were any.
func WithGuardrails(all []apps.Permissions, holds guardrails.Saved) ([]byte, error) {
	if holds.Version == 0 {
		return Write(all)
	}
	return written(all, guardrailsNode(holds.Rules))
}

// Write writes the permissions of apps as a document. What it is made of is always printed
// in characters that no terminal obeys.
func Write(all []apps.Permissions) ([]byte, error) { return written(all, nil) }

// written is the document, with guardrails unless there are none to write.
func written(all []apps.Permissions, rules *yaml.Node) ([]byte, error) {
	listed := &yaml.Node{Kind: yaml.MappingNode}
	for _, held := range slices.SortedFunc(slices.Values(all), func(a, b apps.Permissions) int { return strings.Compare(a.App.ID, b.App.ID) }) {
		add(listed, held.App.ID, entryFor(held).node())
	}
	document := &yaml.Node{Kind: yaml.MappingNode}
	add(document, version, &yaml.Node{Kind: yaml.ScalarNode, Value: thisVersion})
	document.Content[0].HeadComment = "# " + strings.ReplaceAll(strings.ReplaceAll(heading, "\n", "\n# "), "# \n", "#\n")
	if rules != nil {
		add(document, guards, rules)
	}
	add(document, entries, listed)
	var out bytes.Buffer
	to := yaml.NewEncoder(&out)
	to.SetIndent(2)
	if err := to.Encode(document); err != nil {
		return nil, fmt.Errorf("write the permissions as YAML: %w", err)
	}
	return []byte(writtenOut(out.String())), nil
}

func (e entry) node() *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	for _, one := range []struct{ name, text string }{{purpose, e.Purpose}, {basis, e.Basis}} {
		if one.text != "" {
			add(n, one.name, scalar(one.text))
		}
	}
	add(n, until, plain(e.Until))
	add(n, scope, e.scopeNode())
	for _, one := range []struct {
		name  string
		names []string
	}{{metadata, e.Metadata}, {share, e.Share}, {mask, e.Mask}} {
		if len(one.names) > 0 {
			add(n, one.name, list(one.names))
		}
	}
	for _, one := range []struct {
		name  string
		texts map[string]string
	}{{lift, e.Lift}, {own, e.Own}} {
		if len(one.texts) > 0 {
			add(n, one.name, texts(one.texts))
		}
	}
	return n
}

func (e entry) scopeNode() *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	lists, turns := conditions(&e.Scope), switches(&e.Scope)
	for _, name := range scopeNames() {
		switch {
		case turns[name] != nil:
			add(n, name, plain(map[bool]string{true: on, false: off}[*turns[name]]))
		case lists[name].All:
			add(n, name, plain(all))
		default:
			add(n, name, list(lists[name].Only))
		}
	}
	return n
}

// The words of a scope.
const (
	all = "all"
	on  = "on"
	off = "off"
)

func add(to *yaml.Node, name string, n *yaml.Node) {
	to.Content = append(to.Content, word(name), n)
}

func texts(all map[string]string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		add(n, name, scalar(all[name]))
	}
	return n
}

func list(names []string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.SequenceNode}
	for _, name := range names {
		n.Content = append(n.Content, word(name))
	}
	return n
}

// plain is a word that needs no quotes, whatever older readers of YAML take it for.
func plain(word string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: word} }

// word is a name, on one line.
func word(name string) *yaml.Node {
	n := scalar(name)
	if strings.Contains(name, "\n") {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

// scalar is a text: as a block of lines where it has several, and between quotes where some
// reader of YAML could take it for something else.
func scalar(text string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
	quoted, err := yaml.Marshal(text)
	start := strings.TrimLeft(text, "\n") // by which a reader knows how far a block is indented
	if err != nil || quoted[0] == '"' || start == "" || start[0] == ' ' || start[0] == '\t' || strings.ContainsFunc(text, hidden) {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

// hidden reports whether a character is to be written out: what a terminal obeys, and what
// nobody sees. YAML has a way to write it only between double quotes.
func hidden(r rune) bool { return !unicode.IsGraphic(r) && r != '\n' && r != '\t' }

// writtenOut writes out what the encoder left as it was between double quotes.
func writtenOut(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case !hidden(r):
			b.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&b, "\\U%08x", r)
		default:
			fmt.Fprintf(&b, "\\u%04x", r)
		}
	}
	return b.String()
}
