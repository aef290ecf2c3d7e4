package frame

import (
	"errors"

	"github.com/rostergate/rostergate/fault"
)

// The types below are what the components of templates/components.html are made
// of, where a component needs more than a text.

// Moment is a time: the component "time".
type Moment struct {
	Machine string // RFC 3339
	Person  string // in the district's time zone: "today 14:05", "12 Nov 2026, 08:30"
	Exact   string // to the second, with its zone
}

// Field is a row of a form with one input: the component "field".
type Field struct {
	Name         string // of the value; also the input's id
	Label        string
	Kind         string // the input's type; "text" if empty
	Value        string
	Hint         string
	Problem      string // what is wrong with the value
	Autocomplete string // as in HTML: "username", "current-password"
	Required     bool
	Suggestions  []string // for a text: some of the values that it may have
}

// Blame puts a fault.Invalid or fault.Conflict beside the field and reports
// whether there was one. Any other error is not the field's.
func (f *Field) Blame(err error) bool {
	if !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.Conflict) {
		return false
	}
	var told *fault.Error
	if errors.As(err, &told) && f.Problem == "" {
		f.Problem = asSentence(told.Message)
	}
	return true
}

// Choice is a row of a form with one of several to choose: the component
// "choice" is a list that folds out, "radios" shows them all with their hints.
type Choice struct {
	Name    string
	Label   string
	Hint    string
	Problem string
	Options []Option
}

// Option is one entry of a Choice.
type Option struct {
	Group        string // the heading over those that follow one another; only for "choice"
	Value, Label string
	Hint         string // only for "radios"
	Chosen       bool
}

// Blame is that of a Field.
func (c *Choice) Blame(err error) bool {
	f := Field{Problem: c.Problem}
	blamed := f.Blame(err)
	c.Problem = f.Problem
	return blamed
}

// OptionGroup is a run of options under one heading.
type OptionGroup struct {
	Label   string // none if empty
	Options []Option
}

// Grouped are the options under their headings.
func (c Choice) Grouped() (groups []OptionGroup) {
	for _, o := range c.Options {
		if last := len(groups) - 1; last >= 0 && groups[last].Label == o.Group {
			groups[last].Options = append(groups[last].Options, o)
			continue
		}
		groups = append(groups, OptionGroup{o.Group, []Option{o}})
	}
	return groups
}

// Switch is a box or a switch with its label: the components "checkbox" and
// "switch".
type Switch struct {
	Name  string
	Value string
	Label string // the accessible name; for a metadata key it holds the literal key
	Hint  string
	Off   string // for "switch": the hint while it is off; Hint is for both if empty
	On    bool
	Fixed bool // shown, and not to be changed

	Class       *Status // of what it shares, nil where it has none
	Only        string  // the one version of OneRoster that has it, "" where there are several
	Unless      string  // what holds until it is ticked
	Breaks      bool    // label and hint may be long names in camel case
	DescribedBy string  // the id of what else is said of it
}

// Tone is how a status, a notice or a button is meant.
type Tone string

// The tones.
const (
	Plain   Tone = "plain"
	Good    Tone = "good"
	Careful Tone = "careful"
	Bad     Tone = "bad"
)

// ToneOf is how a count of something is meant: there may be none of it.
func ToneOf[N int | int64](n N, t Tone) Tone {
	if n == 0 {
		return "none"
	}
	return t
}

// Status is a word with a tone: the component "status".
type Status struct {
	Tone  Tone
	Label string
}

// Notice is a boxed message: the component "notice".
type Notice struct {
	Tone  Tone
	Title string
	Says  string
}

// Empty stands where a list has nothing: the component "empty".
type Empty struct {
	Title string
	Says  string
	Path  string // with Label, what to do about it
	Label string
}

// Tab is one of several views of a page, each with its own address: the
// component "tabs" takes a list.
type Tab struct {
	Label, Path string
	Current     bool
	Count       string // optional
}

// Stat is a tile with one number: the component "stats" takes a list.
type Stat struct {
	Label, Value, Note string
	Tone               Tone // of the value; none if empty
}

// Meter is a share of a whole: the component "meter".
type Meter struct {
	Label   string
	Percent int // 0 to 100
}

// Asked is a reason that is asked for where something grave is opened.
func (f Field) Asked(grave bool) Field {
	if grave {
		f.Hint = "It opens special or unclassified data: say what the app needs it for. It is kept on record."
	}
	return f
}

// ReasonField is the row in which a person says why, as the ledger keeps it.
func ReasonField(value string) Field {
	return Field{Name: "reason", Label: "Reason", Value: value, Autocomplete: "off", Hint: "Optional. It is kept on record."}
}
