package policy

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// verdict is the document that the rules answer with. What is shared and what is
// hidden are said apart; judge refuses a verdict in which they do not agree.
type verdict struct {
	Allow         bool                                      `json:"allow"`
	Deny          []string                                  `json:"deny"`
	Open          []string                                  `json:"open"`
	Closed        map[string][]string                       `json:"closed"`
	Shared        map[string][]string                       `json:"shared"`
	Hidden        map[string]map[string][]string            `json:"hidden"`
	Masks         map[string]map[string]Mask                `json:"masks"`
	Rows          map[string]Rows                           `json:"rows"`
	Members       map[string]map[string][]string            `json:"members"`
	HiddenMembers map[string]map[string]map[string][]string `json:"hiddenMembers"`
}

// readVerdict reads what the rules answered, and nothing that looks otherwise.
func readVerdict(value any) (verdict, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return verdict{}, fmt.Errorf("read the decision: %w", err)
	}
	var told verdict
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&told); err != nil {
		return verdict{}, fmt.Errorf("read the decision: %w", err)
	}
	return told, nil
}
