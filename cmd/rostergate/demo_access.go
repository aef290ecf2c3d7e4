package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/rostergate/rostergate/wording"
)

// save writes a file that holds secrets, whole or not at all.
func save(path string, access *wording.DemoAccess) error {
	content, err := json.MarshalIndent(access, "", "  ")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	draft := path + ".new"
	if err := os.WriteFile(draft, append(content, '\n'), 0o600); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return os.Rename(draft, path)
}
