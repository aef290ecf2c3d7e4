package auditor_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/web/auditor"
)

// A new action needs a label in web/auditor/changes.go.
func TestEveryActionOnRecordHasALabel(t *testing.T) {
	action := regexp.MustCompile(`(?:Action: |r\.move\(ctx, id, \w+, |savePolicy\(ctx, app, base, \w+, )"([a-z.-]*[a-z])"`)
	found := 0
	err := filepath.WalkDir("../..", func(place string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && d.Name() == "node_modules" {
			return filepath.SkipDir
		}
		if filepath.Ext(place) != ".go" || strings.HasSuffix(place, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(place)
		for _, match := range action.FindAllStringSubmatch(string(text), -1) {
			found++
			if label := auditor.ActionLabel(match[1]); label == match[1] {
				t.Errorf("%s: %s has no label", place, match[1])
			}
		}
		return err
	})
	if err != nil || found < 20 {
		t.Errorf("%d actions found, %v", found, err)
	}
}
