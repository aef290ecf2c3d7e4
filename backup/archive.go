package backup

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/migrations"
	"github.com/rostergate/rostergate/secret"
)

// longest is how much of a manifest or a key is read.
const longest = 1 << 20

// Archive is a backup that was taken.
type Archive struct {
	Manifest Manifest
	SHA256   string // of the whole file

	file    *os.File
	members map[string]*zip.File
}

// Open opens an archive and reads its manifest. One that is cut off, altered so far
// that it cannot be read, or of a newer format is a fault.Invalid.
func Open(path string) (*Archive, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fault.New(fault.Invalid, "open the backup: %w", err)
	}
	a := &Archive{file: file, members: map[string]*zip.File{}}
	if err := a.read(); err != nil {
		_ = file.Close()
		return nil, err
	}
	return a, nil
}

func (a *Archive) read() error {
	sum := sha256.New()
	size, err := io.Copy(sum, a.file)
	if err != nil {
		return fmt.Errorf("read the backup: %w", err)
	}
	a.SHA256 = hex.EncodeToString(sum.Sum(nil))
	inside, err := zip.NewReader(a.file, size)
	if err != nil {
		return damaged("it is no whole zip file")
	}
	for _, member := range inside.File {
		a.members[member.Name] = member
	}
	text, err := a.small(manifestFile)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, &a.Manifest); err != nil {
		return damaged("its manifest cannot be read")
	}
	return a.Manifest.check()
}

// Close closes the file.
func (a *Archive) Close() error { return a.file.Close() }

// small reads a member that fits into memory.
func (a *Archive) small(name string) ([]byte, error) {
	from, err := a.open(name)
	if err != nil {
		return nil, err
	}
	defer from.Close()
	text, err := io.ReadAll(io.LimitReader(from, longest))
	if err != nil {
		return nil, damaged(name + " cannot be read")
	}
	return text, nil
}

func (a *Archive) open(name string) (io.ReadCloser, error) {
	member := a.members[name]
	if member == nil {
		return nil, damaged("it has no " + name)
	}
	from, err := member.Open()
	if err != nil {
		return nil, damaged(name + " cannot be read")
	}
	return from, nil
}

// Key is the encryption key in the archive, the zero Key where there is none.
func (a *Archive) Key() (secret.Key, error) {
	member, has := a.Manifest.member(keyFile)
	if !has {
		return secret.Key{}, nil
	}
	text, err := a.small(keyFile)
	if err != nil {
		return secret.Key{}, err
	}
	if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != member.SHA256 {
		return secret.Key{}, damaged(keyFile + " is not what was taken")
	}
	return secret.Parse(string(text))
}

// Unpack writes both databases into a folder, as StoreFile and LedgerFile, and checks
// them: each is what was taken, is sound, and is of a schema that this build knows. What
// is not is a fault.Invalid.
func (a *Archive) Unpack(ctx context.Context, folder string) error {
	for name, set := range map[string]migrations.Set{StoreFile: migrations.Store, LedgerFile: migrations.Ledger} {
		path := filepath.Join(folder, name)
		if err := a.extract(name, path); err != nil {
			return err
		}
		err := with(ctx, path, func(db *database.Database) error {
			if err := db.Sound(ctx); err != nil {
				return damaged(name + ": " + err.Error())
			}
			schema, err := db.Schema(ctx, set)
			if err != nil {
				return err
			}
			return schema.Check()
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// extract writes a member into a new file of the owner's alone, and removes it again
// where it is not what was taken.
func (a *Archive) extract(name, path string) error {
	from, err := a.open(name)
	if err != nil {
		return err
	}
	defer from.Close()
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	err = a.fill(file, from, name)
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		_ = os.Remove(path)
	}
	return err
}

// fill copies a member and compares it with the manifest.
func (a *Archive) fill(file *os.File, from io.Reader, name string) error {
	member, _ := a.Manifest.member(name)
	sum := sha256.New()
	read := &counter{}
	_, err := io.Copy(file, io.TeeReader(io.LimitReader(from, member.Size+1), io.MultiWriter(sum, read)))
	switch {
	case errors.As(err, new(*fs.PathError)): // of the file that is written
		return fmt.Errorf("write %s: %w", name, err)
	case err != nil:
		return damaged(name + " cannot be read to its end")
	case read.n != member.Size || hex.EncodeToString(sum.Sum(nil)) != member.SHA256:
		return damaged(name + " is not what was taken")
	}
	return nil
}
