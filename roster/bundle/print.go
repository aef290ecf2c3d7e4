package bundle

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"maps"
	"slices"
)

// digest is the hash of what was read of a file, from its first byte to its last.
type digest struct {
	sum [sha256.Size]byte
	crc uint32
}

// Outline is a hash over the names of the files and their sizes: of packages that
// are the same, byte by byte, it is the same.
func (b *Bundle) Outline() string {
	sum := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(b.Files)) {
		fmt.Fprintf(sum, "%q %d\n", name, b.Sizes[name])
	}
	return brief(sum)
}

// Checksums is a hash over the CRC-32 of each file, where the package says them
// before they are read, as a zip does.
func (b *Bundle) Checksums() (sum string, told bool) {
	return sumOf(b.Files, b.crcs)
}

// Contents is a hash over all bytes of all files, as they were read; what was not
// read yet to its end is read now. It comes with the hash that Checksums gives of the
// same bytes. It is an error if a file was not the same each time that it was read.
func (b *Bundle) Contents(ctx context.Context) (contents, checksums string, err error) {
	sum, crcs := sha256.New(), map[string]uint32{}
	for _, name := range slices.Sorted(maps.Keys(b.Files)) {
		if _, read := b.digests[name]; !read {
			if err := b.skim(ctx, name); err != nil {
				return "", "", fmt.Errorf("read %s: %w", name, err)
			}
		}
		found := b.digests[name]
		crcs[name] = found.crc
		fmt.Fprintf(sum, "%q %x\n", name, found.sum)
	}
	if b.torn {
		return "", "", errors.New("the package changed while it was read")
	}
	checksums, _ = sumOf(b.Files, crcs)
	return hex.EncodeToString(sum.Sum(nil)), checksums, nil
}

// sumOf is a hash over the CRC-32 of each file; it is false where one has none.
func sumOf(files map[string]func() (io.ReadCloser, error), crcs map[string]uint32) (string, bool) {
	sum := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		crc, told := crcs[name]
		if !told {
			return "", false
		}
		fmt.Fprintf(sum, "%q %08x\n", name, crc)
	}
	return brief(sum), true
}

// brief is as much of a hash as tells that packages differ.
func brief(sum hash.Hash) string { return hex.EncodeToString(sum.Sum(nil)[:16]) }

// skim reads a file for its digest alone.
func (b *Bundle) skim(ctx context.Context, name string) error {
	file, err := b.read(name)
	if err != nil {
		return err
	}
	defer file.Close()
	for err == nil {
		if err := ctx.Err(); err != nil {
			return err
		}
		_, err = io.CopyN(io.Discard, file, 1<<20)
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// read opens a file, to note the digest of its bytes once it is read to its end.
func (b *Bundle) read(name string) (io.ReadCloser, error) {
	file, err := b.Files[name]()
	if err != nil {
		return nil, err
	}
	return &hashing{ReadCloser: file, bundle: b, name: name, sum: sha256.New(), crc: crc32.NewIEEE()}, nil
}

// hashing is a file that is hashed as it is read.
type hashing struct {
	io.ReadCloser
	bundle *Bundle
	name   string
	sum    hash.Hash
	crc    hash.Hash32
}

// Read reads on, and at the end of the file notes what was read.
func (h *hashing) Read(into []byte) (int, error) {
	n, err := h.ReadCloser.Read(into)
	_, _ = h.sum.Write(into[:n])
	_, _ = h.crc.Write(into[:n])
	if errors.Is(err, io.EOF) {
		h.bundle.note(h.name, digest{[sha256.Size]byte(h.sum.Sum(nil)), h.crc.Sum32()})
	}
	return n, err
}

// note notes what was read of a file, and whether it was something else before.
func (b *Bundle) note(name string, found digest) {
	if b.digests == nil {
		b.digests = map[string]digest{}
	}
	if before, read := b.digests[name]; read && before != found {
		b.torn = true
	}
	b.digests[name] = found
}

// Stands reports whether the package still has the files that it had when it was
// opened, none of them written since.
func (b *Bundle) Stands() bool {
	now, err := Open(b.place)
	if err != nil {
		return false
	}
	defer func() { _ = now.Close() }()
	return maps.Equal(b.Sizes, now.Sizes) && maps.Equal(b.times, now.times)
}

// Kept reports whether no file that was read was written since the package was opened,
// whatever came beside them.
func (b *Bundle) Kept() bool {
	now, err := Open(b.place)
	if err != nil {
		return false
	}
	defer func() { _ = now.Close() }()
	for name := range b.digests {
		if b.Sizes[name] != now.Sizes[name] || !b.times[name].Equal(now.times[name]) {
			return false
		}
	}
	return !b.torn
}
