package cell

import (
	"slices"
	"strings"
	"time"
)

// Leaving are the words by which systems say in the status of a row that its record is
// gone, behind OneRoster's own: in lower case, of letters and digits only. The second is
// that of OneRoster 1.0.
func Leaving() []string {
	return []string{
		"tobedeleted", "inactive", "deleted", "delete", "removed", "withdrawn", "exited", "dropped", "left", "ended",
		"transferred", "graduated", "terminated", "archived", "closed", "disabled", "false", "no", "d", "i", "w",
	}
}

// Staying are the words by which they say that it is there.
func Staying() []string {
	return []string{"active", "enrolled", "enabled", "current", "open", "present", "true", "yes", "a"}
}

const remedyStatus = "Write tobedeleted for a record that is gone, or leave its row out; leave the status empty for one that is there."

var (
	goneRow   = Flaw{"the row says that its record is gone, and was taken so", "Leave the row out: what a bulk file no longer has counts as deleted."}
	goneWord  = Flaw{"a word that is not OneRoster's says that the record is gone, and was taken so", remedyStatus}
	otherStay = Flaw{"a word that is not OneRoster's says that the record is there, and was taken so", remedyStatus}
	badStatus = Flaw{"the status is none of the words that are understood, so that nobody knows whether the record is gone", "Write active or tobedeleted, or leave it empty for a record that is there."}
)

// Status reads the status of a row. Gone is that its record is; bad means that nobody
// knows, loose that something is told that a bulk file should not tell, or told in other
// words.
func Status(text string) (gone bool, bad, loose Flaw) {
	text, _ = Bare(text)
	if text == "" {
		return false, Flaw{}, Flaw{}
	}
	if _, none := noneReach(text); none {
		return false, Flaw{}, noValue
	}
	word := letters(text)
	switch at := slices.Index(Leaving(), word); {
	case at == 0 || at == 1:
		return true, Flaw{}, goneRow
	case at > 0:
		return true, Flaw{}, goneWord
	}
	switch at := slices.Index(Staying(), word); {
	case at == 0:
		return false, Flaw{}, Needless
	case at > 0:
		return false, Flaw{}, otherStay
	}
	return false, badStatus, Flaw{}
}

// What can be wrong with the time at which a row of a delta says that its record changed.
var (
	noModified = Flaw{"a row of a delta does not say when its record changed, so the record is dated by the import", remedyModified}
	badlyDated = Flaw{"the time of the change is not written as OneRoster does, and the record is dated by the import", remedyModified}

	noStatus   = Flaw{"a row of a delta does not say whether its record is active or tobedeleted", remedyStated}
	wordInRow  = Flaw{"the status is neither active nor tobedeleted", remedyStated}
	goneInRow  = Flaw{"a word that is not OneRoster's says in a delta that the record is gone, and was taken so", remedyStated}
	staysInRow = Flaw{"a word that is not OneRoster's says in a delta that the record is there, and was taken so", remedyStated}
)

const (
	remedyStated   = "Write active for a record that is new or changed, and tobedeleted for one that is gone."
	remedyModified = "Write YYYY-MM-DDThh:mm:ss.sssZ."
)

// Stated is Status of a row of a delta, which has to say whether its record is there.
func Stated(text string) (gone bool, bad, loose Flaw) {
	text, _ = Bare(text)
	if _, none := noneReach(text); none || text == "" {
		return false, noStatus, Flaw{}
	}
	word := letters(text)
	leaves, stays := slices.Index(Leaving(), word), slices.Index(Staying(), word)
	switch {
	case leaves == 0 && text != Leaving()[0], stays == 0 && text != Staying()[0]:
		return leaves == 0, Flaw{}, OtherCase
	case leaves > 0:
		return true, Flaw{}, goneInRow
	case stays > 0:
		return false, Flaw{}, staysInRow
	case leaves < 0 && stays < 0:
		return false, wordInRow, Flaw{}
	}
	return leaves == 0, Flaw{}, Flaw{}
}

// Modified says what is odd about when a row of a delta says that its record changed.
func Modified(text string) Flaw {
	text = strings.TrimSpace(text)
	if text == "" {
		return noModified
	}
	if _, err := time.Parse(time.RFC3339, text); err != nil {
		return badlyDated
	}
	return Flaw{}
}

// NeverStored is said of a row whose sourcedId is nearly that of a record that is stored.
var NeverStored = Flaw{Problem: "the row says that a record is gone that was never stored"}
