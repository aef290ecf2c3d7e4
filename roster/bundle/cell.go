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

// Flaw is something wrong with a cell or a row, and what to do about it. The zero
// Flaw is none.
type Flaw struct{ Problem, Remedy string }

// Found reports whether there is a flaw.
func (f Flaw) Found() bool { return f.Problem != "" }

const (
	problemControl = "the value holds control characters or a line break"
	remedyBoolean  = "Write true or false."
	remedyToken    = "Use the words of the OneRoster specification, in its case."
	remedyControl  = "Keep each record on one line."
	remedyUserID   = "Write {Type:Identifier}, several separated by commas."
	remedyAncestor = "Leave the reference out, or let it lead to another record."
	remedyBulk     = "Leave it empty: what a bulk file no longer has counts as deleted."
	remedyLost     = "Export the record that is meant, or leave the reference out."

	maxSourcedID = 255
)

// What can be wrong with a cell or a row.
var (
	BlankCell    = Flaw{"a required value is missing", "Fill it in."}
	BadMember    = Flaw{problemControl + ", so it was dropped", remedyControl}
	TakenID      = Flaw{"the sourcedId stands in the file already; the first row was taken", "Give each record one row and an id of its own."}
	OwnAncestor  = Flaw{"the record is its own ancestor", remedyAncestor}
	OwnReference = Flaw{"the record refers to itself", remedyAncestor}
	Needless     = Flaw{"the value should be blank in a bulk file", remedyBulk}
	Ignored      = Flaw{"the value is ignored in a bulk file", remedyBulk}
	ManyTypes    = Flaw{"the user IDs have too many types to be types, so that all were taken as being of unknown type", remedyUserID}

	badDate      = Flaw{"the value is not a date", "Write it YYYY-MM-DD."}
	badYear      = Flaw{"the value is not a year", "Write it YYYY, the year in which the school year ends."}
	badBoolean   = Flaw{"the value is neither true nor false", remedyBoolean}
	badToken     = Flaw{"the value is not one of OneRoster's words", remedyToken}
	badControl   = Flaw{problemControl, remedyControl}
	longID       = Flaw{"the sourcedId is longer than 255 characters", "Use ids of at most 255 characters."}
	looseBoolean = Flaw{"the value is written unlike true or false", remedyBoolean}
	looseToken   = Flaw{"the word is written in another case", remedyToken}
	looseList    = Flaw{"the list is not written item,item", "Separate items by one comma, without blanks, quotation marks or empty items."}
	looseUserID  = Flaw{"a user ID is not written {type:identifier}", remedyUserID}
)

// Unresolved is that a value refers to no accepted row of a file.
func Unresolved(file string) Flaw {
	return Flaw{"the value refers to no accepted row of " + file, remedyLost}
}

// UnresolvedItem is that one of a list of values, of which others do, refers to no
// accepted row of a file.
func UnresolvedItem(file string) Flaw {
	return Flaw{"one of the list refers to no accepted row of " + file, remedyLost}
}

// Bare is a cell's text without the blanks around it, and whether it has neither
// control characters nor line breaks.
func Bare(text string) (bare string, printable bool) {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			text = strings.TrimSpace(text)
			return text, !strings.ContainsFunc(text, unicode.IsControl)
		}
	}
	return strings.Trim(text, " "), true
}

// Clean turns a cell's text into the form in which a field of f's kind is kept.
// The empty string stands for no value. Problems: bad means that there is no
// value to keep, loose that the value was understood all the same. References
// stay sourcedIds, for only the index can resolve them.
func Clean(f catalog.Field, text string) (value string, bad, loose Flaw) {
	text, printable := Bare(text)
	switch {
	case text == "":
		return "", Flaw{}, Flaw{}
	case !printable:
		return "", badControl, Flaw{}
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
		return codec.List(items), Flaw{}, loose
	case catalog.References:
		if !strings.ContainsAny(text, `,"`) {
			return text, Flaw{}, Flaw{}
		}
		items, loose := split(text)
		return strings.Join(items, ","), Flaw{}, loose
	case catalog.Identifiers:
		ids, loose := readIdentifiers(text)
		return ids.JSON(), Flaw{}, loose
	case catalog.ID:
		// 1.1 allows every character.
		if utf8.RuneCountInString(text) > maxSourcedID {
			return "", longID, Flaw{}
		}
	}
	return text, Flaw{}, Flaw{}
}

func cleanTime(text, form string, problem Flaw) (value string, bad, loose Flaw) {
	if plainDate(text, form) {
		return text, Flaw{}, Flaw{}
	}
	if t, err := time.Parse(form, text); err != nil || t.Year() == 0 {
		return "", problem, Flaw{}
	}
	return text, Flaw{}, Flaw{}
}

// plainDate reports whether text is a day that every month has, or a year. Nearly
// every date is, and needs no calendar.
func plainDate(text, form string) bool {
	if len(text) != len(form) {
		return false
	}
	for i := range len(text) {
		if dash := form[i] == '-'; dash && text[i] != '-' || !dash && (text[i] < '0' || text[i] > '9') {
			return false
		}
	}
	if text[:4] == "0000" {
		return false
	}
	return form != time.DateOnly || "01" <= text[5:7] && text[5:7] <= "12" && "01" <= text[8:] && text[8:] <= "28"
}

func cleanBoolean(text string) (value string, bad, loose Flaw) {
	switch text {
	case "true", "false":
		return text, Flaw{}, Flaw{}
	}
	switch strings.ToLower(text) {
	case "true", "1", "y", "yes":
		return "true", Flaw{}, looseBoolean
	case "false", "0", "n", "no":
		return "false", Flaw{}, looseBoolean
	}
	return "", badBoolean, Flaw{}
}

func cleanToken(words []string, text string) (value string, bad, loose Flaw) {
	if slices.Contains(words, text) {
		return text, Flaw{}, Flaw{}
	}
	i := slices.IndexFunc(words, func(w string) bool { return strings.EqualFold(w, text) })
	if i < 0 {
		return "", badToken, Flaw{}
	}
	return words[i], Flaw{}, looseToken
}

func cleanTokens(words []string, text string) (value string, bad, loose Flaw) {
	items, loose := splitLoosely(text)
	for i, item := range items {
		word, bad, otherCase := cleanToken(words, item)
		if bad.Found() {
			return "", bad, Flaw{}
		}
		if items[i] = word; otherCase.Found() {
			loose = otherCase
		}
	}
	return codec.List(items), Flaw{}, loose
}

// split reads a list cell. Of blanks and quotation marks around an item none is left,
// in whatever order they stand, or what is kept would be read as another item.
func split(text string) (items []string, loose Flaw) {
	around := func(r rune) bool { return r == '"' || unicode.IsSpace(r) }
	for item := range strings.SplitSeq(text, ",") {
		bare := strings.TrimFunc(item, around)
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
func splitLoosely(text string) (items []string, loose Flaw) {
	if !strings.Contains(text, ",") && strings.Contains(text, ";") {
		items, _ = split(strings.ReplaceAll(text, ";", ","))
		return items, looseList
	}
	return split(text)
}
