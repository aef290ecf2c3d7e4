package bundle

import (
	"github.com/rostergate/rostergate/roster/codec"
	"strings"
)

// UnknownType is the type of a user ID that comes without one.
const UnknownType = "unknown"

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
		kind, ids, exact := UnknownType, bareIdentifiers(piece), !inside && strings.Trim(piece, ", ") == ""
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
	return codec.JSON(byType), "", loose
}

// identifier reads what stands between braces; exact is whether it is Type:Id.
func identifier(piece string) (kind string, ids []string, exact bool) {
	kind, id, typed := strings.Cut(piece, ":")
	kind, id = strings.TrimSpace(kind), strings.TrimSpace(id)
	switch {
	case !typed || !keyFits(kind):
		return UnknownType, bareIdentifiers(piece), false
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
