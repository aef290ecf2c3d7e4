package dbtest

import (
	"os"
	"testing"
)

// memoryRoom is how much a file system in memory must have free to be used: far more than
// the tests of a machine with a few cores hold at any time.
const memoryRoom = 2 << 30

// Place is the parent of folders that only have to live as long as the tests that made
// them: a file system in memory, where the machine has one with room, or else the
// ordinary temporary folder. SQLite waits for the disk with every commit, and memory
// keeps nobody waiting. What a test says of a loss of power, or of being killed at a
// moment that the disk's pace decides, is not for here but for testing.T.TempDir.
func Place() string {
	if place := memory(); place != "" {
		return place
	}
	return os.TempDir()
}

// Folder is a new folder in Place, gone when the test ends.
func Folder(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp(Place(), "rostergate-test-")
	if err != nil {
		t.Fatalf("make a folder for the test: %v", err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Errorf("remove the test's folder: %v", err)
		}
	})
	return dir
}
