// Package keyring finds the encryption key of a store where settings say that it is, and makes
// one where a new store has none. What a key does is package secret's business.
package keyring

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/secret"
	"github.com/rostergate/rostergate/settings"
)

// Find finds the encryption key: in the environment, in the named file, or in the data
// folder, where it is made when there is none. For a store that is sealed none is made: it
// would open nothing, and lie in the way of the store's own.
func Find(s settings.Settings, sealed string) (secret.Key, error) {
	if s.Key.ID() != "" {
		return s.Key, nil
	}
	path := s.KeyPath()
	key, err := secret.LoadFileFor(path, sealed)
	switch {
	case !errors.Is(err, fs.ErrNotExist):
		return key, err
	case sealed != "":
		return key, fault.New(fault.Invalid, "the store is sealed with the encryption key %s, and there is no key file %s: put a copy of the key there, or name it by --key-file or %s; if it is lost for good, rostergate rekey --lost gives every app a new secret", sealed, path, settings.Variable("key"))
	case s.KeyFile != "":
		return key, err
	}
	if err := os.MkdirAll(s.Data, 0o700); err != nil {
		return key, fmt.Errorf("make the data folder: %w", err)
	}
	return Make(path)
}

// Held is the key that the settings name or the data folder has, the zero Key where
// there is none. Unlike Find it makes none.
func Held(s settings.Settings, sealed string) (secret.Key, error) {
	if s.Key.ID() != "" {
		return s.Key, nil
	}
	key, err := secret.LoadFileFor(s.KeyPath(), sealed)
	if errors.Is(err, fs.ErrNotExist) && s.KeyFile == "" {
		return secret.Key{}, nil
	}
	return key, err
}

// Make makes a key file, unless another process was faster: then that one's key holds.
func Make(path string) (secret.Key, error) {
	key, err := secret.New(rand.Reader)
	if err != nil {
		return key, err
	}
	if err := key.CreateFile(path); !errors.Is(err, fs.ErrExist) {
		return key, err
	}
	return secret.LoadFile(path)
}
