package audit

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// column is one thing that a report says of an entry.
type column struct {
	name  string
	value func(Entry) any
}

// columns lists what a report says of entries of a kind, in its order. Sets of
// internal record ids are not among them: they mean nothing outside.
func columns(kind Kind) []column {
	all := []column{
		{"id", func(e Entry) any { return e.ID }},
		{"time", func(e Entry) any { return e.Time }},
		{"kind", func(e Entry) any { return e.Kind }},
		{"app", func(e Entry) any { return e.App }},
	}
	switch kind {
	case KindDisclosure:
		return append(append(all, request()...), sent()...)
	case KindRefusal:
		return append(append(all, request()...),
			column{"status", func(e Entry) any { return e.Status }},
			column{"reason", func(e Entry) any { return e.Reason }},
			column{"actor", func(e Entry) any { return e.Actor }},
			column{"address", func(e Entry) any { return e.Address }},
			column{"count", func(e Entry) any { return max(1, e.Count) }},
			column{"last_request_id", func(e Entry) any { return e.LastRequestID }})
	default:
		return append(all, change()...)
	}
}

func request() []column {
	return []column{
		{"request_id", func(e Entry) any { return e.RequestID }},
		{"door", func(e Entry) any { return e.Door }},
		{"route", func(e Entry) any { return e.Route }},
		{"entity", func(e Entry) any { return e.Entity }},
	}
}

func sent() []column {
	return []column{
		{"fields", func(e Entry) any { return e.Fields }},
		{"metadata", func(e Entry) any { return e.Metadata }},
		{"types", func(e Entry) any { return e.Types }},
		{"masked", func(e Entry) any { return e.Masked }},
		{"filter", func(e Entry) any { return e.Filter }},
		{"count", func(e Entry) any { return e.Count }},
		{"revision", func(e Entry) any { return e.Permission }},
		{"generation", func(e Entry) any { return e.Generation }},
		{"actor", func(e Entry) any { return e.Actor }},
		{"reason", func(e Entry) any { return e.Reason }},
	}
}

func change() []column {
	return []column{
		{"actor", func(e Entry) any { return e.Actor }},
		{"action", func(e Entry) any { return e.Action }},
		{"subject", func(e Entry) any { return e.Subject }},
		{"reason", func(e Entry) any { return e.Reason }},
		{"before", func(e Entry) any { return json.RawMessage(e.Before) }},
		{"after", func(e Entry) any { return json.RawMessage(e.After) }},
	}
}

// MarshalJSON is an object of what entries of e's kind have, lists as arrays.
func (e Entry) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, c := range columns(e.Kind) {
		if i > 0 {
			b.WriteByte(',')
		}
		value, err := json.Marshal(c.value(e))
		if err != nil {
			return nil, fmt.Errorf("write %s of ledger entry %d: %w", c.name, e.ID, err)
		}
		fmt.Fprintf(&b, "%q:%s", c.name, value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// MarshalJSON is an array, [] for a nil list.
func (n Names) MarshalJSON() ([]byte, error) { return json.Marshal(append([]string{}, n...)) }

// apart joins the names by spaces. A name of a metadata key may hold anything: one
// with a space, a quotation mark or what is not on one line in it is quoted as in
// JSON, so that it does not read like two.
func (n Names) apart() string {
	words := make([]string, len(n))
	for i, name := range n {
		words[i] = name
		if name == "" || strings.ContainsAny(name, " \u00a0\"") || !OneLine(name) {
			quoted, _ := json.Marshal(name) // a text: always
			words[i] = string(quoted)
		}
	}
	return strings.Join(words, " ")
}

// Walk calls fn with entry after entry and ends at fn's first error. A question
// is one:
//
//	func(fn func(audit.Entry) error) error { return ledger.Disclosures(ctx, q, fn) }
type Walk func(fn func(Entry) error) error

// WriteJSON writes the entries of a walk as one array of objects. After an error
// of the walk the array stays open, so that nobody takes a part for the whole.
func WriteJSON(out io.Writer, walk Walk) error {
	w := bufio.NewWriter(out)
	separator := "[\n"
	err := walk(func(e Entry) error {
		object, err := e.MarshalJSON()
		if err != nil {
			return err
		}
		_, err = w.WriteString(separator + string(object))
		separator = ",\n"
		return err
	})
	switch {
	case err != nil:
		_ = w.Flush() // err is what the caller must know
		return err
	case separator == "[\n":
		_, _ = w.WriteString("[]\n")
	default:
		_, _ = w.WriteString("\n]\n")
	}
	return w.Flush()
}

// WriteCSV writes the entries of a walk, all of one kind, below a line of column
// names that are those of WriteJSON. Lists are joined by spaces, and a name that would
// not stand alone between them is quoted as in JSON. A cell that a spreadsheet would
// take for a formula begins with an apostrophe.
func WriteCSV(out io.Writer, kind Kind, walk Walk) error {
	w, all := csv.NewWriter(out), columns(kind)
	line := make([]string, len(all))
	for i, c := range all {
		line[i] = c.name
	}
	if err := w.Write(line); err != nil {
		return err
	}
	err := walk(func(e Entry) error {
		for i, c := range all {
			line[i] = cell(c.value(e))
		}
		return w.Write(line)
	})
	w.Flush()
	if err != nil {
		return err
	}
	return w.Error()
}

// cell is a value as a spreadsheet may open it.
func cell(value any) string {
	var text string
	switch v := value.(type) {
	case Names:
		text = v.apart()
	case json.RawMessage:
		text = strings.TrimPrefix(string(v), "null")
	default:
		text = fmt.Sprint(v)
	}
	return Cell(text)
}

// Cell is a text that no spreadsheet takes for a formula: one that could be
// begins with an apostrophe.
func Cell(text string) string {
	if strings.IndexAny(text, "=+-@\t\r\n＝＋－＠") == 0 {
		return "'" + text
	}
	return text
}
