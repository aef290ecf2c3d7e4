package cell

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/ceds"
	"github.com/rostergate/rostergate/roster/codec"
)

// Flaw is something wrong with a cell or a row, and what to do about it. The zero
// Flaw is none.
type Flaw struct{ Problem, Remedy string }

// Found reports whether there is a flaw.
func (f Flaw) Found() bool { return f.Problem != "" }

const (
	problemControl = "the value holds control characters or a line break"
	problemDate    = "the value is not a date"
	problemBoolean = "the value is neither true nor false"
	problemToken   = "the value is not one of OneRoster's words"
	remedyControl  = "Keep each record on one line."
	remedyUserID   = "Write {Type:Identifier}, several separated by commas."
	remedyAncestor = "Leave the reference out, or let it lead to another record."
	remedyBulk     = "Leave it empty: what a bulk file no longer has counts as deleted."
	remedyLost     = "Export the record that is meant, or leave the reference out."
	remedyGrade    = "Use the codes of the CEDS grade level, such as KG, 01 and 12."

	remedyNowhere = "Send the record that is meant before this one or with it, or a bulk set."

	maxSourcedID = 255
)

// What can be wrong with a cell or a row.
var (
	BlankCell    = Flaw{"a required value is missing", "Fill it in."}
	BadMember    = Flaw{problemControl + ", so it was dropped", remedyControl}
	OwnAncestor  = Flaw{"the record is its own ancestor", remedyAncestor}
	OwnReference = Flaw{"the record refers to itself", remedyAncestor}
	Needless     = Flaw{"the value should be blank in a bulk file", remedyBulk}
	Ignored      = Flaw{"the value is ignored in a bulk file", remedyBulk}
	OtherCase    = Flaw{"the word is written in another case", "Use the words of the OneRoster specification, in its case."}
	Unborn       = Flaw{"the date of birth lies in the future, and was left out", "Correct it."}
	LooseList    = Flaw{"the list is not written item,item", "Separate items by one comma, without blanks, quotation marks or empty items."}
	ManyTypes    = Flaw{"the user IDs have too many types to be types, so that all were taken as being of unknown type", remedyUserID}

	badControl  = Flaw{problemControl, remedyControl}
	longID      = Flaw{"the sourcedId is longer than 255 characters", "Use ids of at most 255 characters."}
	looseUserID = Flaw{"a user ID is not written {type:identifier}", remedyUserID}
	looseGrade  = Flaw{"a grade is written unlike its CEDS code, and was read as that", remedyGrade}
)

// LeftOut is the flaw of an optional value, which says that the value is left out: the row
// is taken without it.
func LeftOut(f Flaw) Flaw {
	for _, problem := range []string{problemDate, problemBoolean, problemToken, problemControl} {
		if f.Problem == problem {
			f.Problem += ", and was left out"
		}
	}
	return f
}

// Unresolved is that a value refers to no accepted row of a file.
func Unresolved(file string) Flaw {
	return Flaw{"the value refers to no accepted row of " + file, remedyLost}
}

// UnresolvedItem is that one of a list of values, of which others do, refers to no
// accepted row of a file.
func UnresolvedItem(file string) Flaw {
	return Flaw{"one of the list refers to no accepted row of " + file, remedyLost}
}

// Nowhere is that a value of a delta refers to no record of a file.
func Nowhere(file string) Flaw {
	return Flaw{"the value refers to a record that is neither in " + file + " nor stored", remedyNowhere}
}

// NowhereItem is Nowhere of one of a list of values, of which others lead to records.
func NowhereItem(file string) Flaw {
	return Flaw{"one of the list refers to a record that is neither in " + file + " nor stored", remedyNowhere}
}

// Bare is a cell's text without the blanks around it, and whether it has neither
// control characters nor line breaks.
func Bare(text string) (bare string, printable bool) {
	bare, printable, _ = strip(text)
	return bare, printable
}

// strip is Bare, and whether all characters are those of ASCII.
func strip(text string) (bare string, printable, ascii bool) {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			text = strings.TrimSpace(text)
			return text, !strings.ContainsFunc(text, unicode.IsControl), false
		}
	}
	return strings.Trim(text, " "), true, true
}

// Clean turns a cell's text into the form in which a field of f's kind is kept.
// The empty string stands for no value. Problems: bad means that there is no
// value to keep, loose that the value was understood all the same, or that there is
// none. References stay sourcedIds, for only the index can resolve them.
func Clean(f *catalog.Field, text string) (value string, bad, loose Flaw) {
	text, printable, ascii := strip(text)
	switch {
	case text == "":
		return "", Flaw{}, Flaw{}
	case !printable:
		return "", badControl, Flaw{}
	case plain(f, text, ascii):
		return text, Flaw{}, Flaw{}
	}
	if kept, flaw := standsForNone(f, text); flaw.Found() {
		return kept, Flaw{}, flaw
	}
	if value, bad, loose = read(f, text); loose.Found() || bad.Found() {
		return value, bad, loose
	}
	return value, bad, damaged(f, text, ascii)
}

// plain reports whether a text is kept as it stands, which is quickly seen of nearly
// every cell.
func plain(f *catalog.Field, text string, ascii bool) bool {
	switch f.Kind {
	case catalog.Date:
		return plainDate(text, time.DateOnly) && firstDay <= text && text <= lastDay
	case catalog.Year:
		return plainDate(text, "2006")
	case catalog.Boolean:
		return text == "true" || text == "false"
	case catalog.Token:
		return slices.Contains(f.Values, text)
	case catalog.Text, catalog.Reference:
		return ascii && !perhapsNone(text) && !perhapsNumber(text)
	case catalog.ID:
		return ascii && len(text) <= maxSourcedID && !perhapsNone(text) && !perhapsNumber(text)
	case catalog.References:
		return ascii && !perhapsNone(text) && !perhapsNumber(text) && !strings.ContainsAny(text, `,"`)
	}
	return false
}

// read is Clean for a text that stands for a value.
func read(f *catalog.Field, text string) (value string, bad, loose Flaw) {
	switch f.Kind {
	case catalog.Date:
		return cleanDate(f, text)
	case catalog.Year:
		return cleanYear(text)
	case catalog.Boolean:
		return cleanBoolean(text)
	case catalog.Token:
		return cleanToken(f, text)
	case catalog.Tokens:
		return cleanTokens(f, text)
	case catalog.List:
		return cleanList(f, text)
	case catalog.References:
		items, loose := split(text)
		items, loose = withoutNones(items, Everywhere, loose)
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

// cleanList reads a list of words that are the district's, or of grades.
func cleanList(f *catalog.Field, text string) (value string, bad, loose Flaw) {
	items, loose := splitLoosely(text)
	items, loose = withoutNones(items, InTerms, loose)
	if f.CEDS != ceds.GradeLevel {
		return codec.List(items), Flaw{}, loose
	}
	for i, item := range items {
		if items[i] = ceds.Grade(item); items[i] != item {
			loose = looseGrade
		}
	}
	if loose == looseGrade { // "3,3rd" is one grade
		items = each(items)
	}
	return codec.List(items), Flaw{}, loose
}

// each is a list with every item once.
func each(items []string) []string {
	var once []string
	for _, item := range items {
		if !slices.Contains(once, item) {
			once = append(once, item)
		}
	}
	return once
}

// split reads a list cell. Of blanks and quotation marks around an item none is left,
// in whatever order they stand, or what is kept would be read as another item.
func split(text string) (items []string, loose Flaw) {
	around := func(r rune) bool { return r == '"' || unicode.IsSpace(r) }
	for item := range strings.SplitSeq(text, ",") {
		bare := strings.TrimFunc(item, around)
		if bare != item || bare == "" {
			loose = LooseList
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
		return items, LooseList
	}
	return split(text)
}
