package cell

import (
	"slices"
	"strings"
	"unicode"

	"github.com/rostergate/rostergate/roster/codec"
)

// UnknownType is the type of a user ID that comes without one.
const UnknownType = "unknown"

// Identifiers are the user IDs of a person, by type: each type once, in the order of
// their names.
type Identifiers []TypedIDs

// TypedIDs are the user IDs of one type, in the order in which they stand. There is
// at least one.
type TypedIDs struct {
	Type string
	IDs  []string
}

// CleanIdentifiers is Clean for a cell of user IDs, before they are text again.
func CleanIdentifiers(text string) (ids Identifiers, bad, loose Flaw) {
	text, printable := Bare(text)
	switch {
	case text == "":
		return nil, Flaw{}, Flaw{}
	case !printable:
		return nil, badControl, Flaw{}
	}
	if reach, none := noneReach(text); none && reach <= InValues {
		return nil, Flaw{}, noValue
	}
	ids, loose = readIdentifiers(text)
	return ids, Flaw{}, loose
}

// JSON is the form in which user IDs are stored, empty where there are none.
func (i Identifiers) JSON() string {
	if len(i) == 0 {
		return ""
	}
	text := []byte{'{'}
	for n, typed := range i {
		if n > 0 {
			text = append(text, ',')
		}
		text = append(codec.AppendText(text, typed.Type), ':')
		text = codec.AppendList(text, typed.IDs)
	}
	return string(append(text, '}'))
}

// Untyped is the same user IDs with what was taken for their types as a part of each.
func (i Identifiers) Untyped() Identifiers {
	if len(i) == 0 {
		return nil
	}
	var all []string
	for _, typed := range i {
		for _, id := range typed.IDs {
			all = append(all, typed.Type+":"+id)
		}
	}
	return Identifiers{{UnknownType, all}}
}

// add puts ids behind those of their type.
func (i Identifiers) add(kind string, ids []string) Identifiers {
	at, known := slices.BinarySearchFunc(i, kind, func(t TypedIDs, kind string) int { return strings.Compare(t.Type, kind) })
	if known {
		i[at].IDs = append(i[at].IDs, ids...)
		return i
	}
	return slices.Insert(i, at, TypedIDs{kind, ids})
}

// readIdentifiers reads {Type:Id},{Type:Id} into the identifiers by type. Ids
// may hold colons and commas but no braces, so that none can end up under the
// type of another.
func readIdentifiers(text string) (byType Identifiers, loose Flaw) {
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
		ids, loose = withoutNones(ids, Everywhere, loose)
		if len(ids) > 0 {
			byType = byType.add(kind, ids)
		}
		if !exact {
			loose = looseUserID
		}
		inside = brace == "{"
	}
	if len(byType) == 0 && !loose.Found() {
		return nil, looseUserID
	}
	return byType, loose
}

// identifier reads what stands between braces; exact is whether it is Type:Id.
func identifier(piece string) (kind string, ids []string, exact bool) {
	kind, id, typed := strings.Cut(piece, ":")
	kind, id = strings.TrimSpace(kind), strings.TrimSpace(id)
	switch {
	case !typed || !KeyFits(kind):
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

// KeyFits keeps names out that no path expression of a database can hold.
func KeyFits(key string) bool {
	return key != "" && len(key) <= 200 && !strings.ContainsFunc(key, func(r rune) bool {
		return r == '"' || r == '\'' || r == '\\' || !unicode.IsPrint(r)
	})
}
