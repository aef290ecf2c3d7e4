package secret_test

import (
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/rostergate/rostergate/secret"
)

// waiting is a key file and a key that waits beside it.
func waiting(t *testing.T) (path string, old, next secret.Key) {
	t.Helper()
	path, old, next = filepath.Join(t.TempDir(), "key"), newKey(t), newKey(t)
	for file, key := range map[string]secret.Key{path: old, secret.BesideFile(path): next} {
		if err := key.CreateFile(file); err != nil {
			t.Fatal(err)
		}
	}
	return path, old, next
}

func holds(t *testing.T, path string, key secret.Key) {
	t.Helper()
	loaded, err := secret.LoadFile(path)
	if err != nil || loaded.ID() != key.ID() {
		t.Errorf("%s holds %s, %v; want %s", filepath.Base(path), loaded.ID(), err, key.ID())
	}
}

func TestAReplacementThatWasBrokenOffBeforeTheStoreLeavesTheOldKey(t *testing.T) {
	path, old, next := waiting(t)
	loaded, err := secret.LoadFileFor(path, old.ID())
	if err != nil || loaded.ID() != old.ID() {
		t.Errorf("loaded %s, %v", loaded.ID(), err)
	}
	holds(t, path, old)
	holds(t, secret.BesideFile(path), next)
}

func TestAReplacementThatWasBrokenOffBehindTheStoreIsEnded(t *testing.T) {
	path, old, next := waiting(t)
	for range 2 {
		loaded, err := secret.LoadFileFor(path, next.ID())
		if err != nil || loaded.ID() != next.ID() {
			t.Errorf("loaded %s, %v", loaded.ID(), err)
		}
		holds(t, path, next)
		holds(t, secret.KeptFile(path, old.ID()), old)
		if _, err := os.Stat(secret.BesideFile(path)); !os.IsNotExist(err) {
			t.Errorf("a key still waits: %v", err)
		}
	}
}

func TestAKeyFileThatIsGoneIsReplacedToo(t *testing.T) {
	path, _, next := waiting(t)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if loaded, err := secret.LoadFileFor(path, next.ID()); err != nil || loaded.ID() != next.ID() {
		t.Errorf("loaded %s, %v", loaded.ID(), err)
	}
	holds(t, path, next)
}

func TestWhereNoKeyIsWantedOrFoundTheFileSpeaksForItself(t *testing.T) {
	path, old, next := waiting(t)
	for _, id := range []string{"", "another"} {
		if loaded, err := secret.LoadFileFor(path, id); err != nil || loaded.ID() != old.ID() {
			t.Errorf("loaded %s, %v", loaded.ID(), err)
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := secret.LoadFileFor(path, "another"); !os.IsNotExist(unwrapped(err)) {
		t.Errorf("a missing file: %v", err)
	}
	holds(t, secret.BesideFile(path), next)
}

// unwrapped is the innermost error.
func unwrapped(err error) error {
	for {
		inner, is := err.(interface{ Unwrap() error })
		if !is || inner.Unwrap() == nil {
			return err
		}
		err = inner.Unwrap()
	}
}

func TestProcessesThatEndAReplacementTogetherAgree(t *testing.T) {
	path, old, next := waiting(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if loaded, err := secret.LoadFileFor(path, next.ID()); err != nil || loaded.ID() != next.ID() {
				t.Errorf("loaded %s, %v", loaded.ID(), err)
			}
		})
	}
	all.Wait()
	entries, err := os.ReadDir(filepath.Dir(path))
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if err != nil || !slices.Equal(names, []string{"key", "key." + old.ID()}) {
		t.Errorf("the folder has %q, %v", names, err)
	}
}
