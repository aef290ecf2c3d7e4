package intake

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/codec"
)

// maxTypes is how many types of user IDs a district may have. Where there are
// more, the exporter writes {identifier:type}, and every person's id would
// become the name of a type.
const maxTypes = 50

// noticeTypes gathers the types of user IDs of a file, up to one too many.
func (s *survey) noticeTypes(f catalog.Field, value string) {
	if len(s.types) > maxTypes {
		return
	}
	for kind := range codec.Bag(value) {
		s.types[kind] = true
	}
	if len(s.types) > maxTypes {
		s.note(bundle.Warning, 0, f.Header(), bundle.ManyTypes)
	}
}

// untyped is a bag of identifiers of which none has a type.
func untyped(value string) string {
	if value == "" {
		return ""
	}
	var byType map[string][]string
	// The value was encoded here.
	_ = json.Unmarshal([]byte(value), &byType)
	var all []string
	for _, kind := range slices.Sorted(maps.Keys(byType)) {
		for _, id := range byType[kind] {
			all = append(all, kind+":"+id)
		}
	}
	return codec.JSON(map[string][]string{bundle.UnknownType: all})
}
