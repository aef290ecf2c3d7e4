package waiting

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
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
