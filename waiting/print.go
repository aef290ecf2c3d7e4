package waiting

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/rostergate/rostergate/policy/rego"
)

// Print tells what a change comes to from anything else that it could come to: 12 letters and
// digits.
func Print(effect any) (string, error) {
	written, err := json.Marshal(effect)
	if err != nil {
		return "", fmt.Errorf("write down what a change comes to: %w", err)
	}
	sum := sha256.Sum256(written)
	return hex.EncodeToString(sum[:6]), nil
}

// dayRead finds where rules may read the day: by its name, or by asking the input for a name
// that they work out.
var dayRead = regexp.MustCompile(`(?i)day|\binput\s*(?:[^.\w\s]|$)|\bin\s+input\b(?:[^.]|$)`)

// ReadsDay reports whether rules may say something else on another day. Where it cannot be
// told, they may.
func ReadsDay(files rego.Source) bool {
	for name, text := range files {
		if !strings.HasSuffix(name, "_test.rego") && dayRead.MatchString(text) {
			return true
		}
	}
	return false
}
