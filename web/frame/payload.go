package frame

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/rostergate/rostergate/gateway"
)

// Payload is an answer as the app gets it: the component "payload".
type Payload struct {
	Title     string
	Answer    Status
	Lines     []Line // to read: the same with a line for each value
	Exact     string // byte for byte
	Revision  string // X-Perm-Rev
	RequestID string // by which it is on record
}

// Line is a line of a payload. Mark is empty, "gone", "new" or "gap" (nothing here
// where the other side has a line).
type Line struct{ Mark, Text string }

// NewPayload is the answer of a preview, under the title that it has by itself.
func NewPayload(shown gateway.Preview) Payload {
	p := Payload{
		Title: "What the app gets", Exact: string(shown.Body), Revision: shown.Revision, RequestID: shown.RequestID,
		Answer: Status{Good, fmt.Sprint(shown.Status, " ", http.StatusText(shown.Status))},
	}
	if shown.Status != http.StatusOK {
		p.Answer.Tone = Bad
	}
	for _, text := range readable(shown.Body) {
		p.Lines = append(p.Lines, Line{Text: text})
	}
	return p
}

// readable are the lines of a body with whitespace between its parts, and nothing
// else changed.
func readable(body []byte) []string {
	var b bytes.Buffer
	if json.Indent(&b, bytes.TrimSpace(body), "", "  ") != nil {
		return []string{string(body)}
	}
	return strings.Split(b.String(), "\n")
}
