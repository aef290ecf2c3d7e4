package secret_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/secret"
)

func TestACreatedFileLoadsAndIsTheOwnersAlone(t *testing.T) {
	key, path := newKey(t), filepath.Join(t.TempDir(), "key")
	if err := key.CreateFile(path); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, err %v; want 0600", info.Mode().Perm(), err)
	}
	loaded, err := secret.LoadFile(path)
	if err != nil || loaded.ID() != key.ID() {
		t.Errorf("loaded %s, err %v; want %s", loaded.ID(), err, key.ID())
	}
}

func TestCreatingNeverReplacesAKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	first := newKey(t)
	if err := first.CreateFile(path); err != nil {
		t.Fatal(err)
	}
	err := newKey(t).CreateFile(path)
	if !fault.Is(err, fault.Conflict) || !errors.Is(err, fs.ErrExist) {
		t.Errorf("creating over a key: %v", err)
	}
	kept, err := secret.LoadFile(path)
	if err != nil || kept.ID() != first.ID() {
		t.Errorf("the file now holds %s, err %v; want %s", kept.ID(), err, first.ID())
	}
}

func TestProcessesThatStartTogetherAgreeOnOneKey(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "key")
	ids := make([]string, 8)
	var all sync.WaitGroup
	for i := range ids {
		key := newKey(t)
		all.Go(func() {
			if err := key.CreateFile(path); err != nil && !errors.Is(err, fs.ErrExist) {
				t.Error(err)
			}
			loaded, err := secret.LoadFile(path)
			if err != nil {
				t.Error(err)
			}
			ids[i] = loaded.ID()
		})
	}
	all.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Errorf("one process has the key %s, another %s", ids[0], id)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("%d files are left, want the key alone", len(left))
	}
}

func TestAFileThatOthersMayReadIsRefused(t *testing.T) {
	for _, mode := range []fs.FileMode{0o644, 0o640, 0o604, 0o660, 0o620, 0o601} {
		path := filepath.Join(t.TempDir(), "key")
		if err := newKey(t).CreateFile(path); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		_, err := secret.LoadFile(path)
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "chmod 600 "+path) {
			t.Errorf("mode %v: %v does not say what to do", mode, err)
		}
	}
}

func TestAFileWithoutAKeyIsExplained(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{"empty": "", "short": "aGVsbG8=", "huge": strings.Repeat("A", 1<<20)} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := secret.LoadFile(path); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := secret.LoadFile(dir); err == nil {
		t.Error("a folder was loaded")
	}
	if _, err := secret.LoadFile(filepath.Join(dir, "absent")); !errors.Is(err, fs.ErrNotExist) || !fault.Is(err, fault.Invalid) {
		t.Errorf("a missing file: %v", err)
	}
}
