package backup

import (
	"archive/zip"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/rostergate/rostergate/fault"
)

// drafts begins the name of every folder in which an archive is made.
const drafts = ".rostergate-backup-"

// draft is an archive that is being made, in a folder of its own beside its place.
type draft struct {
	folder   string
	lock     *os.File // the folder, for as long as this process lives
	file     *os.File
	archive  *zip.Writer
	manifest Manifest
}

// begin makes the folder of a draft, and removes those that killed processes left.
func begin(file string) (*draft, error) {
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		return nil, taken(file, err)
	}
	place := filepath.Dir(file)
	sweep(place)
	folder, err := os.MkdirTemp(place, drafts) // made with mode 0700
	if err != nil {
		return nil, fmt.Errorf("make a folder for the backup: %w", err)
	}
	d := &draft{folder: folder}
	if d.lock, err = os.Open(folder); err == nil {
		_, err = hold(d.lock)
	}
	if err == nil {
		d.file, err = os.OpenFile(filepath.Join(folder, "archive"), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	}
	if err != nil {
		d.end()
		return nil, fmt.Errorf("begin the backup: %w", err)
	}
	d.archive = zip.NewWriter(d.file)
	d.archive.RegisterCompressor(zip.Deflate, quick)
	return d, nil
}

// sweep removes the drafts of processes that are gone. What cannot be told or removed
// is left.
func sweep(place string) {
	left, _ := filepath.Glob(filepath.Join(place, drafts+"*"))
	for _, folder := range left {
		lock, err := os.Open(folder)
		if err != nil {
			continue
		}
		if gone, err := hold(lock); err == nil && gone {
			_ = os.RemoveAll(folder)
		}
		_ = lock.Close()
	}
}

// publish finishes the archive and gives it its name.
func (d *draft) publish(file string) error {
	err := d.archive.Close()
	if err == nil {
		err = d.file.Sync()
	}
	if err == nil {
		err = d.file.Close()
	}
	if err != nil {
		return fmt.Errorf("finish the backup: %w", err)
	}
	return Place(d.file.Name(), file)
}

// end removes the folder.
func (d *draft) end() {
	if d.file != nil {
		_ = d.file.Close()
	}
	_ = os.RemoveAll(d.folder)
	if d.lock != nil {
		_ = d.lock.Close()
	}
}

// Place gives a file of the same file system a name, durably, and replaces nothing: a
// file of that name is a fault.Conflict.
func Place(from, to string) error {
	err := os.Link(from, to)
	if err == nil {
		err = os.Remove(from)
	} else if !errors.Is(err, fs.ErrExist) {
		// Some file systems have no links. There a file that somebody makes in this
		// very moment would be replaced.
		if _, gone := os.Lstat(to); !errors.Is(gone, fs.ErrNotExist) {
			return taken(to, gone)
		}
		err = os.Rename(from, to)
	}
	if errors.Is(err, fs.ErrExist) {
		return taken(to, nil)
	}
	if err != nil {
		return fmt.Errorf("put %s into its place: %w", filepath.Base(to), err)
	}
	return syncFolder(filepath.Dir(to))
}

// syncFolder makes the names in a folder durable.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" { // where folders cannot be synced
		return nil
	}
	folder, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("sync the folder: %w", err)
	}
	defer folder.Close()
	if err := folder.Sync(); err != nil {
		return fmt.Errorf("sync the folder: %w", err)
	}
	return nil
}

func taken(path string, err error) error {
	if err != nil {
		return fmt.Errorf("look whether %s is there: %w", path, err)
	}
	return fault.New(fault.Conflict, "%s is there already, and is not replaced", path)
}
