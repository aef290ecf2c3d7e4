package near

import (
	"hash/maphash"
	"iter"
	"strconv"
	"strings"
	"unicode"

	"github.com/rostergate/rostergate/roster/cell"
)

// Seeming is what alone keeps a reference from leading to a record: a spreadsheet or a
// person wrote the id of one of them anew.
type Seeming uint8

const (
	Nothing     Seeming = iota // no record has nearly the id
	zerosHere                  // the reference lacks leading zeros
	zerosThere                 // the record does
	powerHere                  // the reference is a number that a spreadsheet shortened, 1.23457E+11
	powerThere                 // the record's id is
	otherCase                  // they differ by case
	otherBlanks                // and by blanks within
)

const remedySpreadsheet = "Export the files anew and open none of them in a spreadsheet, or import its columns of ids as text. Ids are taken as they are written."

// Add is a flaw of a reference with what it seems to be, in which of two files.
func (s Seeming) Add(lost cell.Flaw, from, to string) cell.Flaw {
	for _, one := range []struct {
		Seeming
		says, remedy string
	}{
		{zerosHere, "an id there differs by leading zeros alone, which " + from + " lost", remedySpreadsheet},
		{zerosThere, "an id there differs by leading zeros alone, which " + to + " lost", remedySpreadsheet},
		{powerHere, from + " has it as a spreadsheet shortens numbers, like 1.23457E+11", remedySpreadsheet},
		{powerThere, to + " has such an id as a spreadsheet shortens numbers, like 1.23457E+11", remedySpreadsheet},
		{otherCase, "an id there differs by case alone", "Write ids alike in all files, for their case counts."},
		{otherBlanks, "an id there differs by blanks alone", "Write ids alike in all files, for their blanks count."},
	} {
		if one.Seeming == s {
			return cell.Flaw{Problem: lost.Problem + " (" + one.says + ")", Remedy: one.remedy}
		}
	}
	return lost
}

// IDs are the sourcedIds of an entity that are no plain ones, by the plain form, in some
// bytes each.
type IDs struct {
	seed   maphash.Seed
	plain  map[uint64]Seeming // by the form without zeros, case or blanks: what the id has beyond it
	powers map[uint64]bool    // by the shortened form of long numbers: whether the id is shortened itself
}

// Of gathers sourcedIds.
func Of(sourcedIDs iter.Seq[string]) *IDs {
	n := &IDs{seed: maphash.MakeSeed(), plain: map[uint64]Seeming{}, powers: map[uint64]bool{}}
	for sourcedID := range sourcedIDs {
		for _, form := range forms() {
			if bare := form.of(sourcedID); bare != sourcedID {
				n.plain[n.hash(form.there, bare)] = form.there
			}
		}
		for _, power := range shortened(sourcedID) {
			n.powers[n.hash(Nothing, power)] = isShort(sourcedID)
		}
	}
	return n
}

// Seems says how a sourcedId that leads to no record differs from one of these, of which
// there tells whether it is one.
func (n *IDs) Seems(sourcedID string, there func(sourcedID string) bool) Seeming {
	for _, form := range forms() {
		bare := form.of(sourcedID)
		if bare != sourcedID && there(bare) {
			return form.here
		}
		if found, is := n.plain[n.hash(form.there, bare)]; is {
			return found
		}
	}
	for _, power := range shortened(sourcedID) {
		if short, is := n.powers[n.hash(Nothing, power)]; is && short != isShort(sourcedID) {
			if short {
				return powerThere
			}
			return powerHere
		}
	}
	return Nothing
}

// form is a plain form of ids, and what an id in a reference or of a record is that is
// written otherwise.
type form struct {
	of          func(sourcedID string) string
	here, there Seeming
}

func forms() []form {
	return []form{
		{withoutZeros, zerosThere, zerosHere}, // the one that has them is not the one that lost them
		{strings.ToLower, otherCase, otherCase},
		{withoutBlanks, otherBlanks, otherBlanks},
	}
}

func (n *IDs) hash(s Seeming, form string) uint64 {
	return maphash.String(n.seed, strconv.Itoa(int(s))+form)
}

// withoutZeros is a number without the zeros before it; other ids stay as they are.
func withoutZeros(sourcedID string) string {
	if strings.Trim(sourcedID, "0123456789") != "" {
		return sourcedID
	}
	return strings.TrimLeft(sourcedID[:max(len(sourcedID)-1, 0)], "0") + sourcedID[max(len(sourcedID)-1, 0):]
}

func withoutBlanks(sourcedID string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, sourcedID)
}

// Numbers that spreadsheets shorten have so many digits: of themselves, and in cells that
// show powers.
const (
	shortest = 12
	fewest   = 4
)

// shortened are a number with an exponent, and a long one, in the forms in which a
// spreadsheet would shorten it: with six digits, and with three. Other ids have none.
func shortened(sourcedID string) []string {
	number := len(sourcedID) >= fewest && strings.Trim(sourcedID, "0123456789") == ""
	if !number && !isShort(sourcedID) {
		return nil
	}
	n, err := strconv.ParseFloat(sourcedID, 64)
	if err != nil {
		return nil
	}
	six, three := strconv.FormatFloat(n, 'E', 5, 64), strconv.FormatFloat(n, 'E', 2, 64)
	switch {
	case number && len(sourcedID) < shortest:
		return []string{three}
	case number:
		return []string{six, three}
	case strings.IndexAny(sourcedID, "Ee") == len("1.23"):
		return []string{three}
	}
	return []string{six}
}

// isShort reports whether an id is a number with an exponent.
func isShort(sourcedID string) bool {
	digits, power, found := strings.Cut(strings.ToUpper(sourcedID), "E+")
	return found && digits != "" && power != "" && strings.Trim(digits, "0123456789.") == "" && strings.Trim(power, "0123456789") == ""
}
