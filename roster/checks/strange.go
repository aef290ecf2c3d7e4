package checks

import (
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/ceds"
	"github.com/rostergate/rostergate/roster/cell"
)

// MeaningOf is what is known of a metadata key.
func MeaningOf(entity, key string) catalog.Known {
	for _, k := range catalog.KnownKeys() {
		if k.Entity == entity && k.Key == key {
			return k
		}
	}
	return catalog.Known{}
}

// Strange says that a value is none that its key should have.
func Strange(k catalog.Known, codes ceds.Tables, value string) cell.Flaw {
	switch {
	case k.CEDS != "" && !codes.Has(k.CEDS, value):
		return cell.Flaw{Problem: "the value is none of the CEDS codes", Remedy: "Use a code of the CEDS element " + k.CEDS + "."}
	case len(k.Words) > 0 && !slices.ContainsFunc(k.Words, func(word string) bool { return strings.EqualFold(word, value) }):
		return cell.Flaw{Problem: "the value is none of the words of the key", Remedy: "Write one of " + strings.Join(k.Words, ", ") + "."}
	}
	return cell.Flaw{}
}
