package roster

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/rostergate/rostergate/catalog"
)

// What can be wrong with a cell.
const (
	blankCell      = "a required value is missing"
	badDate        = "the value is not a date"
	badYear        = "the value is not a year"
	badBoolean     = "the value is neither true nor false"
	badToken       = "the value is not one of OneRoster's words"
	badControl     = "the value holds control characters or a line break"
	longID         = "the sourcedId is longer than 255 characters"
	looseBoolean   = "the value is written unlike true or false"
	looseToken     = "the word is written in another case"
	looseList      = "the list has empty items"
	looseUserID    = "a user ID is not written {type:identifier}"
	maxSourcedID   = 255
	unknownIDsType = "unknown"
)

// remedy is what to do about a problem of a cell.
func remedy(problem string) string {
	switch problem {
	case badDate:
		return "Write it YYYY-MM-DD."
	case badYear:
		return "Write it YYYY, the year in which the school year ends."
	case badBoolean, looseBoolean:
		return "Write true or false."
	case badToken, looseToken:
		return "Use the words of the OneRoster specification, in its case."
	case badControl:
		return "Keep each record on one line."
	case looseList:
		return "Separate items by one comma."
	case looseUserID:
		return "Write {Type:Identifier}, several separated by commas."
	case longID:
		return "Use ids of at most 255 characters."
	}
	return "Fill it in."
}

// clean turns a cell's text into the form in which a field of f's kind is kept.
// The empty string stands for no value. Problems: bad means that there is no
// value to keep, loose that the value was understood all the same. References
// are left as they are, for only the index can resolve them.
func clean(f catalog.Field, text string) (value, bad, loose string) {
	if strings.ContainsFunc(text, unicode.IsControl) {
		return "", badControl, ""
	}
	text = strings.TrimSpace(text)
	if text == "" {
		return "", "", ""
	}
	switch f.Kind {
	case catalog.Date:
		return cleanTime(text, time.DateOnly, badDate)
	case catalog.Year:
		return cleanTime(text, "2006", badYear)
	case catalog.Boolean:
		return cleanBoolean(text)
	case catalog.Token:
		return cleanToken(f.Values, text)
	case catalog.Tokens:
		return cleanTokens(f.Values, text)
	case catalog.List:
		items, loose := split(text)
		return jsonText(items), "", loose
	case catalog.Identifiers:
		return cleanIdentifiers(text)
	case catalog.ID:
		if len(text) > maxSourcedID {
			return "", longID, ""
		}
	}
	return text, "", ""
}

func cleanTime(text, form, problem string) (value, bad, loose string) {
	if t, err := time.Parse(form, text); err != nil || t.Year() == 0 {
		return "", problem, ""
	}
	return text, "", ""
}

func cleanBoolean(text string) (value, bad, loose string) {
	switch text {
	case "true", "false":
		return text, "", ""
	}
	switch strings.ToLower(text) {
	case "true", "1", "y", "yes":
		return "true", "", looseBoolean
	case "false", "0", "n", "no":
		return "false", "", looseBoolean
	}
	return "", badBoolean, ""
}

func cleanToken(words []string, text string) (value, bad, loose string) {
	if slices.Contains(words, text) {
		return text, "", ""
	}
	i := slices.IndexFunc(words, func(w string) bool { return strings.EqualFold(w, text) })
	if i < 0 {
		return "", badToken, ""
	}
	return words[i], "", looseToken
}

func cleanTokens(words []string, text string) (value, bad, loose string) {
	items, loose := split(text)
	for i, item := range items {
		word, bad, otherCase := cleanToken(words, item)
		if bad != "" {
			return "", bad, ""
		}
		items[i] = word
		loose = max(loose, otherCase)
	}
	return jsonText(items), "", loose
}

// split reads a list cell.
func split(text string) (items []string, loose string) {
	for item := range strings.SplitSeq(text, ",") {
		if item = strings.TrimSpace(item); item == "" {
			loose = looseList
			continue
		}
		items = append(items, item)
	}
	return items, loose
}

// cleanIdentifiers reads {Type:Id},{Type:Id} into the identifiers by type. Ids
// may hold colons and commas; types may not.
func cleanIdentifiers(text string) (value, bad, loose string) {
	byType := map[string][]string{}
	for _, part := range identifierParts(text) {
		inner, braced := strings.CutPrefix(part, "{")
		inner = strings.TrimSuffix(inner, "}")
		kind, id, colon := strings.Cut(inner, ":")
		if !braced || !colon || !keyFits(strings.TrimSpace(kind)) {
			kind, id, loose = unknownIDsType, inner, looseUserID
		}
		if id = strings.TrimSpace(id); id != "" {
			kind = strings.TrimSpace(kind)
			byType[kind] = append(byType[kind], id)
		}
	}
	if len(byType) == 0 {
		return "", "", looseUserID
	}
	return jsonText(byType), "", loose
}

// identifierParts splits at the commas between braces.
func identifierParts(text string) []string {
	var parts []string
	for part := range strings.SplitSeq(text, "},") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// jsonText is v as JSON, map keys sorted, without HTML escapes.
func jsonText(v any) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	// Strings, lists and maps of strings always encode.
	_ = enc.Encode(v)
	return strings.TrimSuffix(b.String(), "\n")
}
