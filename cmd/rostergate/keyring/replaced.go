package keyring

import (
	"errors"
	"io/fs"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/secret"
	"github.com/rostergate/rostergate/settings"
)

// Replaced finds the key by which a store is sealed, and the one that is to replace it, as far
// as the settings and the file of the old one give them. The next is the zero Key where it is
// to be made.
// Where the old one is lost, whoever asks confirms it first.
func Replaced(s settings.Settings, sealed, oldFile string, lost bool, confirm func() error) (old, next secret.Key, err error) {
	given, err := usual(s, sealed)
	if err != nil {
		return old, next, err
	}
	switch held := given.ID() == sealed; {
	case lost && held:
		return old, next, fault.New(fault.Conflict, "the store's key is not lost: it is the one given; run rostergate rekey without --lost")
	case lost:
		next, err = given, confirm()
	case oldFile == "" && !held:
		return old, next, fault.New(fault.Invalid, "the store is sealed with the key %s: name its file by --old-key-file, or say that it is lost by --lost", sealed)
	case oldFile == "":
		old = given
	case held:
		return old, next, fault.New(fault.Conflict, "the key given is the store's own, %s: with --old-key-file the usual setting names the new one", sealed)
	default:
		next = given
		if old, err = secret.LoadFile(oldFile); err == nil && old.ID() != sealed {
			err = fault.New(fault.Invalid, "the store is sealed with the key %s, and the key in %s is %s", sealed, oldFile, old.ID())
		}
	}
	return old, next, err
}

// usual is the key that the settings give, the zero Key where its file is missing.
func usual(s settings.Settings, sealed string) (secret.Key, error) {
	if s.Key.ID() != "" {
		return s.Key, nil
	}
	key, err := secret.LoadFileFor(s.KeyPath(), sealed)
	if errors.Is(err, fs.ErrNotExist) {
		return secret.Key{}, nil
	}
	return key, err
}
