package bundle

import (
	"regexp"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/roster/cell"
)

// Row is a row of a file behind its header.
type Row struct {
	Line  int      // on which it begins; the header is line 1
	Cells []string // until the next row is read; of one that is Uncut, a guess
	Fate  Fate
	Notes []Note // what was understood of it all the same, or why it is skipped
}

// Fate is what becomes of a row before anyone looks at its values.
type Fate uint8

// The fates. Cells of a row that is not Whole are no values.
const (
	Whole   Fate = iota // it was cut into cells
	Skipped             // it is none, such as a row of commas
	Uncut               // it cannot be cut into cells, and the next one can
)

// IsLine reports whether a row that is skipped stands among the rows all the same, as the
// mark of a file's end and the line that names its separator do not.
func (r Row) IsLine() bool {
	return !slices.ContainsFunc(r.Notes, func(n Note) bool { return n.Flaw == sepLine || n.Flaw == endMark && len(r.Notes) == 1 })
}

// Tell reports what is odd about how the row of a file is written, by the names that the
// layout has for its columns.
func (r Row) Tell(l Layout, found *Findings) {
	for _, n := range r.Notes {
		severity := Warning
		if r.Fate == Uncut {
			severity = Refused
		}
		found.Add(Problem{Severity: severity, File: l.Entity.File(), Line: r.Line, Column: l.heading(n.At), Problem: n.Problem, Remedy: n.Remedy})
	}
}

// Note is what is odd about how a row is written.
type Note struct {
	At int // the column, from 0; wholeRow is none
	cell.Flaw
}

// wholeRow stands for no column.
const wholeRow = -1

// What can be odd about how a row is written.
var (
	Torn         = cell.Flaw{Problem: "the row cannot be cut into cells, for its quotation marks do not pair", Remedy: remedyQuotes}
	FewerCells   = cell.Flaw{Problem: "the row has fewer cells than the header", Remedy: remedyWidth}
	MoreCells    = cell.Flaw{Problem: "the row has more cells than the header", Remedy: remedyWidth}
	ShortRow     = cell.Flaw{Problem: "the row lacks its last cells, which were taken as empty", Remedy: "Write every column even if it is empty."}
	CutRow       = cell.Flaw{Problem: "the row lacks its last cells, so what is stored of them stays", Remedy: "Write every column even if it is empty."}
	SurplusCells = cell.Flaw{Problem: "the row has more cells than the header, all of them empty, which were ignored", Remedy: "Write as many cells as the header has."}

	strayQuote  = cell.Flaw{Problem: "a quotation mark within the value is not doubled, and was taken as text", Remedy: remedyQuotes}
	slashQuote  = cell.Flaw{Problem: "a quotation mark within the value has a backslash before it, which was left out", Remedy: remedyQuotes}
	outerBlanks = cell.Flaw{Problem: "blanks stand outside the quotation marks of the value, and were left out", Remedy: "Put nothing between a separator and a quotation mark."}
	blankRow    = cell.Flaw{Problem: "the row has no values, and was ignored", Remedy: "Leave rows out that hold nothing."}
	toolLine    = cell.Flaw{Problem: "the line is one of the tool that wrote the file, and was ignored", Remedy: "Have the tool write the rows alone."}
	headerAgain = cell.Flaw{Problem: "the line is the header once more, and was ignored", Remedy: "Write the header once, also where files are put together."}
	sepLine     = cell.Flaw{Problem: "the line names the separator for spreadsheets, and was ignored", Remedy: "Begin the file with its header."}
	endMark     = cell.Flaw{Problem: "the file ends with a mark of its end, which was ignored", Remedy: "End the file with its last row."}
)

const (
	remedyQuotes = "Put the value between quotation marks, and double each one that stands within."
	remedyWidth  = "Quote cells that hold commas, and write every column even if it is empty."
)

// blank reports whether no cell has a value.
func blank(cells []string) bool {
	for _, cell := range cells {
		if cell != "" && strings.TrimSpace(cell) != "" {
			return false
		}
	}
	return true
}

// dashes reports whether a row is the line that tools draw under a header.
func dashes(cells []string) bool {
	return !slices.ContainsFunc(cells, func(cell string) bool {
		cell = strings.TrimSpace(cell)
		return len(cell) < 2 || strings.Trim(cell, "-") != ""
	})
}

// toolLines are what tools of databases write beside the rows, in any case.
func toolLines() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^\s*(?:` + strings.Join([]string{
		`\(?(?:\d[\d,.]*|no) (?:rows?|row\(s\)|records?|record\(s\))(?: (?:affected|selected|returned|exported|in set))?\.?(?: \([\d.,]+ (?:s|sec|ms)\))?\)?\.?`,
		`query ok, \d+ rows? affected.*`,
		`completion time: [\d:T.+-]+`,
		`time: [\d.,]+ ms`,
		`sql> ?spool off;?`,
		`warning: null value is eliminated by an aggregate or other set operation\.`,
		`\\\.`, `<?eof>?`, `-*\s*end of (?:file|report)\s*-*`,
	}, "|") + `)\s*$`)
}
