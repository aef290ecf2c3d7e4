package roster

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
)

// unknownType is the type of a user ID that comes without one.
const unknownType = "unknown"

// maxTypes is how many types of user IDs a district may have. Where there are
// more, the exporter writes {identifier:type}, and every person's id would
// become the name of a type.
const maxTypes = 50

const manyTypes = "the user IDs have too many types to be types, so that all were taken as being of unknown type"

// cleanIdentifiers reads {Type:Id},{Type:Id} into the identifiers by type. Ids
// may hold colons and commas but no braces, so that none can end up under the
// type of another.
func cleanIdentifiers(text string) (value, bad, loose string) {
	byType := map[string][]string{}
	for inside := false; text != ""; {
		piece, brace := text, ""
		if end := strings.IndexAny(text, "{}"); end >= 0 {
			piece, brace = text[:end], text[end:end+1]
		}
		text = text[len(piece)+len(brace):]
		kind, ids, exact := unknownType, bareIdentifiers(piece), !inside && strings.Trim(piece, ", ") == ""
		if inside && brace == "}" {
			kind, ids, exact = identifier(piece)
		}
		if len(ids) > 0 {
			byType[kind] = append(byType[kind], ids...)
		}
		if !exact {
			loose = looseUserID
		}
		inside = brace == "{"
	}
	if len(byType) == 0 {
		return "", "", looseUserID
	}
	return jsonText(byType), "", loose
}

// identifier reads what stands between braces; exact is whether it is Type:Id.
func identifier(piece string) (kind string, ids []string, exact bool) {
	kind, id, typed := strings.Cut(piece, ":")
	kind, id = strings.TrimSpace(kind), strings.TrimSpace(id)
	switch {
	case !typed || !keyFits(kind):
		return unknownType, bareIdentifiers(piece), false
	case id == "":
		return kind, nil, false
	}
	return kind, []string{id}, true
}

// bareIdentifiers reads ids without type and braces.
func bareIdentifiers(piece string) []string {
	var ids []string
	for id := range strings.FieldsFuncSeq(piece, func(r rune) bool { return r == ',' || r == ';' }) {
		if id = strings.TrimSpace(id); id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

// noticeTypes gathers the types of user IDs of a file, up to one too many.
func (s *survey) noticeTypes(f catalog.Field, value string) {
	if len(s.types) > maxTypes {
		return
	}
	for kind := range decodeBag(value) {
		s.types[kind] = true
	}
	if len(s.types) > maxTypes {
		s.note(Warning, 0, f.Header(), manyTypes)
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
	return jsonText(map[string][]string{unknownType: all})
}
