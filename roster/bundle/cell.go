package bundle

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster/codec"
)

// What can be wrong with a cell or a row.
const (
	BlankCell    = "a required value is missing"
	badDate      = "the value is not a date"
	badYear      = "the value is not a year"
	badBoolean   = "the value is neither true nor false"
	badToken     = "the value is not one of OneRoster's words"
	badControl   = "the value holds control characters or a line break"
	BadMember    = "the value holds control characters or a line break, so it was dropped"
	longID       = "the sourcedId is longer than 255 characters"
	TakenID      = "the sourcedId stands in the file already; the first row was taken"
	OtherWidth   = "the row has another number of cells than the header"
	OwnAncestor  = "the record is its own ancestor"
	OwnReference = "the record refers to itself"
	Needless     = "the value should be blank in a bulk file"
	Ignored      = "the value is ignored in a bulk file"
	looseBoolean = "the value is written unlike true or false"
	looseToken   = "the word is written in another case"
	looseList    = "the list is not written item,item"
	looseUserID  = "a user ID is not written {type:identifier}"
	ManyTypes    = "the user IDs have too many types to be types, so that all were taken as being of unknown type"
	Unresolved   = " refers to no accepted row of " // behind what refers, before a file's name
	maxSourcedID = 255
)

// Remedy is what to do about a problem of a cell or a row.
func Remedy(problem string) string {
	switch problem {
	case badDate:
		return "Write it YYYY-MM-DD."
	case badYear:
		return "Write it YYYY, the year in which the school year ends."
	case badBoolean, looseBoolean:
		return "Write true or false."
	case badToken, looseToken:
		return "Use the words of the OneRoster specification, in its case."
	case badControl, BadMember:
		return "Keep each record on one line."
	case longID:
		return "Use ids of at most 255 characters."
	case TakenID:
		return "Give each record one row and an id of its own."
	case OtherWidth:
		return "Quote cells that hold commas, and write every column even if it is empty."
	case OwnAncestor, OwnReference:
		return "Leave the reference out, or let it lead to another record."
	case Needless, Ignored:
		return "Leave it empty: what a bulk file no longer has counts as deleted."
	case looseList:
		return "Separate items by one comma, without blanks, quotation marks or empty items."
	case looseUserID, ManyTypes:
		return "Write {Type:Identifier}, several separated by commas."
	case BlankCell:
		return "Fill it in."
	}
	return "Export the record that is meant, or leave the reference out."
}

// Clean turns a cell's text into the form in which a field of f's kind is kept.
// The empty string stands for no value. Problems: bad means that there is no
// value to keep, loose that the value was understood all the same. References
// stay sourcedIds, for only the index can resolve them.
func Clean(f catalog.Field, text string) (value, bad, loose string) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return "", "", ""
	case strings.ContainsFunc(text, unicode.IsControl):
		return "", badControl, ""
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
		items, loose := splitLoosely(text)
		return codec.List(items), "", loose
	case catalog.References:
		items, loose := Split(text)
		return strings.Join(items, ","), "", loose
	case catalog.Identifiers:
		return cleanIdentifiers(text)
	case catalog.ID:
		// 1.1 allows every character.
		if utf8.RuneCountInString(text) > maxSourcedID {
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
	items, loose := splitLoosely(text)
	for i, item := range items {
		word, bad, otherCase := cleanToken(words, item)
		if bad != "" {
			return "", bad, ""
		}
		items[i] = word
		loose = max(loose, otherCase)
	}
	return codec.List(items), "", loose
}

// Split reads a list cell.
func Split(text string) (items []string, loose string) {
	for item := range strings.SplitSeq(text, ",") {
		bare := strings.TrimSpace(strings.Trim(strings.TrimSpace(item), `"`))
		if bare != item || bare == "" {
			loose = looseList
		}
		if bare != "" {
			items = append(items, bare)
		}
	}
	return items, loose
}

// splitLoosely is split for words, where semicolons may stand for commas. In
// sourcedIds they may not.
func splitLoosely(text string) (items []string, loose string) {
	if !strings.Contains(text, ",") && strings.Contains(text, ";") {
		items, _ = Split(strings.ReplaceAll(text, ";", ","))
		return items, looseList
	}
	return Split(text)
}
