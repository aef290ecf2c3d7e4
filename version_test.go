package rostergate_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestABuildSaysWhichVersionItIs(t *testing.T) {
	// As where there is a clone with git at hand, and as where there is not.
	described := "unversioned"
	if _, err := os.Stat(".git"); err == nil {
		said, err := exec.Command("git", "describe", "--tags", "--always", "--dirty").Output()
		if err != nil {
			t.Fatal(err)
		}
		described = strings.TrimSpace(string(said))
	}
	for _, c := range []struct{ given, want string }{{"", described}, {"VERSION=v1.2.3", "v1.2.3"}, {"VERSION=", "unversioned"}} {
		folder := t.TempDir()
		build := exec.Command("make", "build", "BIN="+folder)
		if c.given != "" {
			build.Args = append(build.Args, c.given)
		}
		build.Env = append(os.Environ(), "GOFLAGS=-buildvcs=false")
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("make build %s: %v\n%s", c.given, err, out)
		}
		for _, asked := range []string{"--version", "version"} {
			said, err := exec.Command(filepath.Join(folder, "rostergate"), asked).Output()
			if err != nil || !strings.HasPrefix(string(said), "rostergate "+c.want+" go") {
				t.Errorf("make build %s: %s says %q, %v; want %s", c.given, asked, said, err, c.want)
			}
		}
	}
}
