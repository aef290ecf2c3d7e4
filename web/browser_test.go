package web_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/database/dbtest"
)

// TestBrowser starts the demo and runs the specs in browser/ against it, or those
// that ROSTERGATE_TEST_SPECS names.
func TestBrowser(t *testing.T) {
	for tool, remedy := range map[string]string{
		browser(): "install Chromium (apt-get install chromium), or name another one in ROSTERGATE_TEST_CHROMIUM",
		"node":    "install Node.js 20 or newer (apt-get install nodejs npm)",
		"npm":     "install npm (apt-get install npm)",
	} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("the browser tests need %s: %s", tool, remedy)
		}
	}
	if _, err := os.Stat(filepath.Join("browser", "node_modules", "playwright-core", "package.json")); err != nil {
		run(t, "npm", "ci", "--no-progress")
	}
	binary := filepath.Join(t.TempDir(), "rostergate")
	run(t, "go", "build", "-o", binary, "../../cmd/rostergate")
	run(t, "node", append([]string{"run.mjs", binary}, strings.Fields(os.Getenv("ROSTERGATE_TEST_SPECS"))...)...)
}

// browser is the browser that is named, or the shell of Chromium that is made for no
// screen at all, which takes half of the time, or Chromium itself.
func browser() string {
	if named := os.Getenv("ROSTERGATE_TEST_CHROMIUM"); named != "" {
		return named
	}
	const shell = "/usr/bin/chromium-headless-shell"
	if _, err := os.Stat(shell); err == nil {
		return shell
	}
	return "/usr/bin/chromium"
}

// run runs a command in browser/ and fails with what it said.
func run(t *testing.T, name string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = "browser"
	// What the demo and the browser store is gone with the test.
	cmd.Env = append(os.Environ(), "ROSTERGATE_TEST_CHROMIUM="+browser(), "TMPDIR="+dbtest.Folder(t))
	said, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, said)
	}
	t.Logf("%s", said)
}
