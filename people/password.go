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

const (
	lanes    = 1
	saltSize = 16
	hashSize = 32
)

// Cost is what making a hash of a password takes, and so trying one.
type Cost struct{ MemoryKiB, Passes uint32 }

// costToday is that of a hash that is made today. Each keeps its own, so that it can be
// raised later.
func costToday() Cost { return Cost{MemoryKiB: 19 * 1024, Passes: 2} }

// mostAtOnce bounds the memory and the processors that hashing takes in each line.
const mostAtOnce = 2

// mostInLine bounds how many strangers wait for theirs: some seconds' worth.
const mostInLine = 64

// hasher makes and checks hashes of passwords, a few at a time. Who is known does not
// stand in one line with strangers, however many these are.
type hasher struct {
	strangers, known *line
	random           io.Reader
}

// line lets a few at a time through, and lets some wait.
type line struct{ inside, slots chan struct{} }

func newLine(most int) *line {
	atOnce := max(1, min(mostAtOnce, runtime.GOMAXPROCS(0)/2))
	return &line{make(chan struct{}, most), make(chan struct{}, atOnce)}
}

func newHasher(random io.Reader) *hasher {
	return &hasher{strangers: newLine(mostInLine), known: newLine(mostInLine), random: random}
}

// through runs work once it is its turn.
func (l *line) through(ctx context.Context, work func()) error {
	select {
	case l.inside <- struct{}{}:
		defer func() { <-l.inside }()
	default:
		return ErrTooOften
	}
	select {
	case l.slots <- struct{}{}:
		defer func() { <-l.slots }()
	case <-ctx.Done():
		return fault.New(fault.Unavailable, "too many people sign in at once: %w", ctx.Err())
	}
	work()
	return nil
}

// hash makes a password's hash in the PHC string form.
func (h *hasher) hash(ctx context.Context, cost Cost, password string) (string, error) {
	salt := make([]byte, saltSize)
	if _, err := io.ReadFull(h.random, salt); err != nil {
		return "", fmt.Errorf("salt a password: %w", err)
	}
	key, err := h.key(ctx, h.known, password, salt, cost, lanes)
	return phc(cost, salt, key), err
}

func phc(cost Cost, salt, key []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, cost.MemoryKiB, cost.Passes, lanes, b64.EncodeToString(salt), b64.EncodeToString(key))
}

// matches reports whether the password is the hash's. An empty hash matches
// nothing, after the work that making one of the cost is.
func (h *hasher) matches(ctx context.Context, l *line, cost Cost, password, hash string) (bool, error) {
	if hash == "" {
		hash = phc(cost, make([]byte, saltSize), make([]byte, hashSize))
	}
	parts := strings.Split(hash, "$")
	var threads uint8
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, fmt.Errorf("check a password: the hash is of a form that is not known")
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &cost.MemoryKiB, &cost.Passes, &threads); err != nil {
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
	got, err := h.key(ctx, l, password, salt, cost, threads)
	return subtle.ConstantTimeCompare(got, want) == 1, err
}

// key computes, once it is its turn.
func (h *hasher) key(ctx context.Context, l *line, password string, salt []byte, cost Cost, threads uint8) (key []byte, err error) {
	err = l.through(ctx, func() { key = argon2.IDKey([]byte(password), salt, cost.Passes, cost.MemoryKiB, threads, hashSize) })
	return key, err
}
