package prints

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"github.com/rostergate/rostergate/roster/bundle"
)

// A print is the same for two packages exactly where this program would do the same
// with both: it covers the files, byte by byte, and the program. Its parts, each with a
// hyphen behind it but the last, are what is known of a package before it is read
// (the program, and the names and sizes of the files; then their CRC-32), and the hash
// of its bytes. So most packages are told to differ without a reading.
func printOf(outline, checksums, contents string) string {
	return strings.Join([]string{outline, checksums, contents}, "-")
}

// outline is the first part of a package's print.
func outline(b *bundle.Bundle) (string, error) {
	judge, err := program()
	if err != nil {
		return "", fmt.Errorf("read this program: %w", err)
	}
	sum := sha256.Sum256([]byte(judge + "\n" + b.Outline()))
	return hex.EncodeToString(sum[:16]), nil
}

// Full is the print of a package. What was not read of it yet is read.
func Full(ctx context.Context, b *bundle.Bundle) (string, error) {
	first, err := outline(b)
	if err != nil {
		return "", err
	}
	contents, checksums, err := b.Contents(ctx)
	if err != nil {
		return "", err
	}
	return printOf(first, checksums, contents), nil
}

// Part is as much of a package's print as can be told without reading it.
func Part(b *bundle.Bundle) (string, error) {
	first, err := outline(b)
	if err != nil {
		return "", err
	}
	if checksums, told := b.Checksums(); told {
		return printOf(first, checksums, ""), nil
	}
	return first + "-", nil
}

// program is a digest of this program: another one may judge otherwise.
var program = sync.OnceValues(func() (string, error) {
	place, err := os.Executable()
	if err != nil {
		return "", err
	}
	file, err := os.Open(place)
	if err != nil {
		return "", err
	}
	defer file.Close()
	sum := sha256.New()
	_, err = io.Copy(sum, file)
	return hex.EncodeToString(sum.Sum(nil)), err
})
