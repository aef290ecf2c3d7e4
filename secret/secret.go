package secret

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/rostergate/rostergate/fault"
)

const (
	size   = 32 // bytes of a key: AES-256
	idSize = 8  // bytes of a fingerprint
)

// Key is an installation's encryption key. The zero Key holds nothing: it seals
// and opens nothing, and Derive panics on it.
type Key struct {
	// The material is behind a function because fmt follows pointers and cannot
	// call methods on unexported fields: a struct that holds a Key in one would
	// print the bytes. Nothing prints what a function closes over.
	material func() *material
}

type material struct {
	raw  []byte
	id   []byte
	aead cipher.AEAD
}

// New makes a key from 32 bytes of random, crypto/rand.Reader outside tests.
func New(random io.Reader) (Key, error) {
	raw := make([]byte, size)
	if _, err := io.ReadFull(random, raw); err != nil {
		return Key{}, fmt.Errorf("make an encryption key: %w", err)
	}
	return fromBytes(raw)
}

// Parse reads a key's text form: 32 bytes in base64, blanks around it ignored.
// Anything else is a fault.Invalid that does not quote the text.
func Parse(text string) (Key, error) {
	raw, err := base64.StdEncoding.Strict().DecodeString(strings.TrimSpace(text))
	if err != nil || len(raw) != size {
		return Key{}, fault.New(fault.Invalid, "an encryption key is 32 random bytes in base64, 44 characters; this is something else")
	}
	return fromBytes(raw)
}

func fromBytes(raw []byte) (Key, error) {
	block, err := aes.NewCipher(expand(raw, "seal", size))
	if err != nil {
		return Key{}, fmt.Errorf("prepare the encryption key: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return Key{}, fmt.Errorf("prepare the encryption key: %w", err)
	}
	made := &material{raw: raw, id: expand(raw, "id", idSize), aead: aead}
	return Key{func() *material { return made }}, nil
}

// expand derives n bytes from a key. A use of ours and a purpose of a caller
// never meet, for a purpose is written behind "purpose:".
func expand(raw []byte, use string, n int) []byte {
	out, err := hkdf.Key(sha256.New, raw, nil, "rostergate "+use, n)
	if err != nil {
		panic(err) // only for lengths above 255 hashes, and in FIPS mode for short keys
	}
	return out
}

// ID is the key's public fingerprint, 16 hexadecimal digits. It tells keys
// apart and says nothing of their bytes. The zero Key's is empty.
func (k Key) ID() string {
	if k.material == nil {
		return ""
	}
	return hex.EncodeToString(k.material().id)
}

// Text is the form that Parse reads. It is the secret itself.
func (k Key) Text() string {
	if k.material == nil {
		return ""
	}
	return base64.StdEncoding.EncodeToString(k.material().raw)
}

// Derive makes 32 bytes that only this key gives for this purpose, for instance
// the key of an app's pseudonyms. They do not tell the key, nor the bytes of
// another purpose.
func (k Key) Derive(purpose string) []byte {
	return expand(k.material().raw, "purpose:"+purpose, size)
}

// Seal encrypts plain with AES-256-GCM. The context says where the result is
// kept, a row's id and a column, and Open wants the same: a sealed value that
// was moved to another row does not open there. Sealing twice gives two results.
func (k Key) Seal(plain []byte, context string) ([]byte, error) {
	if k.material == nil {
		return nil, errors.New("seal a value: there is no encryption key")
	}
	front := bytes.Clone(k.material().id)
	return k.material().aead.Seal(front, nil, plain, []byte(context)), nil
}

// Open decrypts what Seal made. A value that another key sealed, that was
// altered or that belongs to another context is an error, and no part of it is
// returned.
func (k Key) Open(sealed []byte, context string) ([]byte, error) {
	if k.material == nil {
		return nil, errors.New("open a sealed value: there is no encryption key")
	}
	if len(sealed) < idSize {
		return nil, errors.New("open a sealed value: it is too short")
	}
	id, body := sealed[:idSize], sealed[idSize:]
	if !bytes.Equal(id, k.material().id) {
		return nil, fmt.Errorf("open a sealed value: the key %x sealed it, this is the key %s", id, k.ID())
	}
	plain, err := k.material().aead.Open(nil, nil, body, []byte(context))
	if err != nil {
		return nil, errors.New("open a sealed value: it was altered, or belongs to another place")
	}
	return plain, nil
}

// String names the key by its fingerprint.
func (k Key) String() string { return "secret.Key(" + k.ID() + ")" }

// GoString is String: not even %#v shows a key.
func (k Key) GoString() string { return k.String() }

// Format writes String whatever the verb, %x and %d included.
func (k Key) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, k.String()) }

// LogValue is String, for slog.
func (k Key) LogValue() slog.Value { return slog.StringValue(k.String()) }

// MarshalText is String, so that encoders show no more than logs do.
func (k Key) MarshalText() ([]byte, error) { return []byte(k.String()), nil }
