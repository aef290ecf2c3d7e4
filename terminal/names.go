package terminal

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Names is a flag that takes names: several with commas between, as in a line of
// CSV, or the flag several times. A name with a comma in it is quoted as in CSV.
type Names struct {
	List []string // all that were given

	given [][]string // of each time that the flag was given
}

// String is what the flag is when it is not given.
func (n *Names) String() string { return "" }

// Type is what the help calls a value of the flag.
func (n *Names) Type() string { return "strings" }

// Set takes what was given. A second line is refused, for it would be lost.
func (n *Names) Set(text string) error {
	r := csv.NewReader(strings.NewReader(text))
	names, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err == nil {
		if _, err = r.Read(); errors.Is(err, io.EOF) {
			n.List, n.given = append(n.List, names...), append(n.given, names)
			return nil
		}
		err = errors.New("it has several lines")
	}
	return fmt.Errorf("this is no list of names with commas between, as in a line of CSV: %w", err)
}

// OneName refuses a list of which a part reads like one of the known names: it is not
// certain that it means several.
func (n Names) OneName(known []string) error {
	for _, names := range n.given {
		for from := range names {
			for to := from + 2; to <= len(names); to++ {
				if name := strings.Join(names[from:to], ","); slices.Contains(known, name) {
					return fmt.Errorf("%q is one name; quote it inside the list as %s, or give the flag once for each name", name, csvQuoted(name))
				}
			}
		}
	}
	return nil
}

// Apart joins names by spaces, each as a list of names wants it.
func Apart(names []string) string {
	var words []string
	for _, name := range names {
		words = append(words, AsGiven(name))
	}
	return strings.Join(words, " ")
}

// AsGiven is a name as a list of names wants it: quoted where it would not stand alone
// there, or between spaces.
func AsGiven(name string) string {
	if name == "" || strings.ContainsAny(name, ", \"") {
		return csvQuoted(name)
	}
	return name
}

// csvQuoted is a name as a list wants it that has a comma in it.
func csvQuoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
