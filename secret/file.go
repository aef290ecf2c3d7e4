package secret

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/rostergate/rostergate/fault"
)

// longest is how much of a key file is read: a key and some blanks.
const longest = 1024

// LoadFile reads the key in a file that CreateFile or a person made. A file
// that others than its owner may read is a fault.Invalid, as is one that holds
// no key; a missing file is one too, and errors.Is knows it as fs.ErrNotExist.
func LoadFile(path string) (Key, error) {
	file, err := os.Open(path)
	if err != nil {
		return Key{}, fault.New(fault.Invalid, "open the key file: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return Key{}, fmt.Errorf("look at the key file %s: %w", path, err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return Key{}, fault.New(fault.Invalid, "the key file %s is open to others than its owner (mode %04o): run chmod 600 %s", path, mode, path)
	}
	text, err := io.ReadAll(io.LimitReader(file, longest))
	if err != nil {
		return Key{}, fault.New(fault.Invalid, "read the key file: %w", err)
	}
	key, err := Parse(string(text))
	if err != nil {
		return Key{}, fault.New(fault.Invalid, "read the key file %s: %w", path, err)
	}
	return key, nil
}

// CreateFile writes the key into a new file that only its owner may read. It
// never replaces a file: where path exists, the error is a fault.Conflict that
// errors.Is knows as fs.ErrExist. The file appears whole or not at all, so that
// two processes that start together agree on one key: the one that lost loads
// the other's.
func (k Key) CreateFile(path string) error {
	if k.material == nil {
		return fmt.Errorf("create the key file %s: there is no encryption key", path)
	}
	draft, err := os.CreateTemp(filepath.Dir(path), ".key-*") // made with mode 0600
	if err != nil {
		return fmt.Errorf("create the key file: %w", err)
	}
	defer os.Remove(draft.Name())
	if err := write(draft, k.Text()+"\n"); err != nil {
		return fmt.Errorf("write the key file %s: %w", path, err)
	}
	err = os.Link(draft.Name(), path)
	if os.IsExist(err) {
		return fault.New(fault.Conflict, "the key file is there already: %w", err)
	}
	if err == nil {
		err = syncFolder(filepath.Dir(path))
	}
	if err != nil {
		return fmt.Errorf("create the key file %s: %w", path, err)
	}
	return nil
}

// syncFolder makes durable which files are in a folder: what is sealed must not outlive
// its key. Windows does so by itself.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	err = folder.Sync()
	return errors.Join(err, folder.Close())
}

// write fills a file, makes it durable and closes it.
func write(file *os.File, text string) error {
	_, err := file.WriteString(text)
	if err == nil {
		err = file.Sync()
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	return err
}
