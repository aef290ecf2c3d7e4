package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
)

// word says why a member of what is in a list of a layer's question is never a word. A rule
// that compares it with such a word would hide nothing.
func (e *Engine) word(_, member, word string) error {
	var known []string
	switch member {
	case "name":
		_, err := e.named("a rule", word)
		return err
	case "entity":
		for _, entity := range e.entities {
			known = append(known, entity.Plural)
		}
	case "class":
		known = append(known, unclassified)
		for _, entity := range e.entities {
			for _, f := range entity.Fields {
				known = append(known, string(f.Class))
			}
		}
	case "bag":
		known = []string{"", string(catalog.Metadata), string(catalog.UserIDs)}
	case "mask":
		known = []string{""}
		for _, mask := range Masks() {
			known = append(known, string(mask))
		}
	default:
		return nil
	}
	if known = unique(known); slices.Contains(known, word) {
		return nil
	}
	return fmt.Errorf("it is one of %s", strings.Join(quoted(known), ", "))
}

func quoted(words []string) (all []string) {
	for _, word := range words {
		all = append(all, fmt.Sprintf("%q", word))
	}
	return all
}
