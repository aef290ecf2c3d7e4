package secret

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// A key is replaced in three steps, any of which may be the last before a crash: the new
// key is written beside the old one, the store is sealed with it, and it takes the old
// one's place. So between the steps both are there, and the store says which one holds.

// BesideFile is where the key waits that is to replace the one in a file.
func BesideFile(path string) string { return path + ".new" }

// LoadFileFor reads the key with the id from a key file, or from beside it where a
// replacement was broken off, which is then ended. Where neither has the id it returns
// what LoadFile says of the file. An empty id is that of any key.
func LoadFileFor(path, id string) (Key, error) {
	key, err := LoadFile(path)
	if id == "" || err == nil && key.ID() == id {
		return key, err
	}
	next, waits := LoadFile(BesideFile(path))
	if waits != nil || next.ID() != id {
		return LoadFile(path) // which another process may have replaced just now
	}
	return next, next.InstallFile(path)
}

// InstallFile puts the key that waits beside a key file into its place. The old one stays
// beside it under its id, for backups from before.
func (k Key) InstallFile(path string) error {
	old, err := LoadFile(path)
	if err == nil && old.ID() != k.ID() {
		err = os.Link(path, KeptFile(path, old.ID()))
		if errors.Is(err, fs.ErrExist) {
			err = nil
		}
		if err == nil { // on disk before the old one's place is taken
			err = syncFolder(filepath.Dir(path))
		}
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("keep the old key file %s: %w", path, err)
	}
	err = os.Rename(BesideFile(path), path)
	if errors.Is(err, fs.ErrNotExist) { // another process was faster, if it has the key
		if now, loaded := LoadFile(path); loaded == nil && now.ID() == k.ID() {
			return nil
		}
	}
	if err == nil {
		err = syncFolder(filepath.Dir(path))
	}
	if err != nil {
		return fmt.Errorf("put the new key into the place of %s: %w", path, err)
	}
	return nil
}

// KeptFile is where InstallFile keeps an old key.
func KeptFile(path, id string) string { return path + "." + id }
