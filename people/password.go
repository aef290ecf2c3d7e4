package people

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"runtime"
	"strings"

	"golang.org/x/crypto/argon2"

	"github.com/rostergate/rostergate/fault"
)

// The cost of a hash that is made today. Each keeps its own, so that they can be
// raised later.
const (
	memoryKiB = 19 * 1024
	passes    = 2
	lanes     = 1
	saltSize  = 16
	hashSize  = 32
)

// mostAtOnce bounds the memory and the processors that hashing takes.
const mostAtOnce = 4

// hasher makes and checks hashes of passwords, a few at a time.
type hasher struct {
	slots  chan struct{}
	random io.Reader
}

func newHasher(random io.Reader) *hasher {
	return &hasher{slots: make(chan struct{}, min(mostAtOnce, runtime.GOMAXPROCS(0))), random: random}
}

// hash makes a password's hash in the PHC string form.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltSize)
	if _, err := io.ReadFull(h.random, salt); err != nil {
		return "", fmt.Errorf("salt a password: %w", err)
	}
	key, err := h.key(ctx, password, salt, memoryKiB, passes, lanes)
	return phc(salt, key), err
}

func phc(salt, key []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memoryKiB, passes, lanes, b64.EncodeToString(salt), b64.EncodeToString(key))
}

// matches reports whether the password is the hash's. An empty hash matches
// nothing, after the same work.
func (h *hasher) matches(ctx context.Context, password, hash string) (bool, error) {
	if hash == "" {
		hash = phc(make([]byte, saltSize), make([]byte, hashSize))
	}
	parts := strings.Split(hash, "$")
	var memory, time uint32
	var threads uint8
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, fmt.Errorf("check a password: the hash is of a form that is not known")
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &time, &threads); err != nil {
		return false, fmt.Errorf("read the cost of a password's hash: %w", err)
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, fmt.Errorf("read the salt of a password: %w", err)
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil {
		return false, fmt.Errorf("read a password's hash: %w", err)
	}
	got, err := h.key(ctx, password, salt, memory, time, threads)
	return subtle.ConstantTimeCompare(got, want) == 1, err
}

// key computes, once it is its turn.
func (h *hasher) key(ctx context.Context, password string, salt []byte, memory, time uint32, threads uint8) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, fault.New(fault.Unavailable, "too many people sign in at once: %w", ctx.Err())
	}
	defer func() { <-h.slots }()
	return argon2.IDKey([]byte(password), salt, time, memory, threads, hashSize), nil
}
