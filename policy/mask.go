package policy

import (
	"slices"

	"github.com/rostergate/rostergate/catalog"
)

// Mask is how a value is blurred instead of hidden. The zero Mask is none: the
// value is shown as it is.
type Mask string

// The masks. Those that leave a coarse form of the value bear the form's name, so
// that what notes changes knows when such a mask shows one.
const (
	Initial   = Mask(catalog.InitialForm) // the first letter and a full stop: "M."
	Pseudonym = Mask("pseudonym")         // a word that stands for the value, another one for every app
	Year      = Mask(catalog.YearForm)    // a date keeps only its year: "2014-01-01"
	Constant  = Mask("constant")          // the same word for everybody
)

// Masks lists the masks.
func Masks() []Mask { return []Mask{Initial, Pseudonym, Year, Constant} }

// Kinds lists the kinds of fields that the mask may stand on. Only free text and
// dates can be blurred: an identifier, a reference, a word of a vocabulary or a
// list would no longer be one.
func (m Mask) Kinds() []catalog.Kind {
	switch m {
	case Initial, Pseudonym, Constant:
		return []catalog.Kind{catalog.Text}
	case Year:
		return []catalog.Kind{catalog.Date}
	}
	return nil
}

// Fits reports whether the mask may stand on the field. Structural fields and
// credentials bear none.
func (m Mask) Fits(f catalog.Field) bool {
	if f.Class == catalog.Structural || f.Class == catalog.Credential {
		return false
	}
	return slices.Contains(m.Kinds(), f.Kind)
}

// DefaultMask is the strongest mask that may stand on the kind, empty where none may.
func DefaultMask(kind catalog.Kind) Mask {
	switch kind {
	case catalog.Text:
		return Pseudonym
	case catalog.Date:
		return Year
	}
	return ""
}

// Coarser is the one of two masks, empty for none, that tells less. Of masks that cannot
// be compared, as an initial and a pseudonym, there is none.
func Coarser(a, b Mask) (Mask, bool) {
	switch {
	case a == b || b == "" || a == Constant:
		return a, true
	case a == "" || b == Constant:
		return b, true
	}
	return "", false
}
