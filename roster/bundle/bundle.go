package bundle

import (
	"archive/zip"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/rostergate/rostergate/fault"
)

// The limits of a package, far above a real district's and far below what fills
// a disk.
const (
	maxEntries  = 1000
	maxInflated = 32 << 30
	maxRatio    = 200
)

// Bundle is a OneRoster CSV package: a folder or a zip.
type Bundle struct {
	Files  map[string]func() (io.ReadCloser, error) // by file name
	Sizes  map[string]int64
	place  string
	nested string               // the folder that all files were found in, if not the root
	inner  bool                 // the files were found in a zip within the zip
	beside bool                 // other folders of the zip have files, none of which OneRoster knows
	cased  []string             // files that have their names in another case
	times  map[string]time.Time // when a file was written; of a zip, when the whole was
	crcs   map[string]uint32    // by file name, as a zip says them
	closer func() error

	separator string // of the manifest, in words, once it was read

	digests map[string]digest // of the files that were read
	torn    bool              // a file was not the same each time that it was read
}

// empty is a package of which no file was found yet.
func empty(place string, closer func() error) *Bundle {
	return &Bundle{
		Files: map[string]func() (io.ReadCloser, error){}, Sizes: map[string]int64{}, place: place,
		times: map[string]time.Time{}, crcs: map[string]uint32{}, closer: closer,
	}
}

// Close lets go of a zip.
func (b *Bundle) Close() error { return b.closer() }

// Open opens the folder or zip at place. What is not one is a
// fault.Invalid.
func Open(place string) (*Bundle, error) {
	info, err := os.Stat(place)
	switch {
	case err != nil:
		return nil, fault.New(fault.Invalid, "%s cannot be opened: it is not there, or not readable", place)
	case info.IsDir():
		return openFolder(place)
	}
	return openZip(place, info)
}

func openFolder(dir string) (*Bundle, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fault.New(fault.Invalid, "%s cannot be read as a folder", dir)
	}
	b := empty(dir, func() error { return nil })
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil || !info.Mode().IsRegular() || strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		name := filepath.Join(dir, entry.Name())
		b.Files[entry.Name()] = func() (io.ReadCloser, error) { return os.Open(name) }
		b.Sizes[entry.Name()], b.times[entry.Name()] = info.Size(), info.ModTime()
	}
	b.settleNames()
	return b, nil
}

func openZip(name string, info fs.FileInfo) (*Bundle, error) {
	archive, err := zip.OpenReader(name)
	if err != nil {
		return nil, fault.New(fault.Invalid, "%s is neither a folder nor a zip that can be read", name)
	}
	b := empty(name, archive.Close)
	b.times[""] = info.ModTime()
	err = b.fill(archive.File)
	if err == nil {
		err = b.unwrap()
	}
	if err != nil {
		_ = b.Close()
		return nil, fmt.Errorf("open %s: %w", name, err)
	}
	b.settleNames()
	return b, nil
}

func (b *Bundle) fill(entries []*zip.File) error {
	if len(entries) > maxEntries {
		return fault.New(fault.Invalid, "the zip has more than %d entries", maxEntries)
	}
	var total uint64
	home, alone := homeOf(entries)
	for _, entry := range entries {
		folder, base := split(entry)
		if base == "" || entry.FileInfo().IsDir() || strings.HasPrefix(folder, "__MACOSX/") {
			continue
		}
		if err := checkEntry(entry); err != nil {
			return err
		}
		if strings.HasPrefix(base, ".") {
			continue
		}
		if alone && folder != home && !known(base) {
			b.beside = true
			continue
		}
		if total += entry.UncompressedSize64; total > maxInflated {
			return fault.New(fault.Invalid, "the zip inflates to more than %d bytes", int64(maxInflated))
		}
		if folder != b.nested && len(b.Files) > 0 {
			return fault.New(fault.Invalid, "the zip has files in several folders; put all of them at its root")
		}
		if _, twice := b.Files[base]; twice {
			return fault.New(fault.Invalid, "the zip has two files of one name")
		}
		b.nested = folder
		b.Files[base] = func() (io.ReadCloser, error) { return entry.Open() }
		b.Sizes[base], b.crcs[base] = int64(entry.UncompressedSize64), entry.CRC32
	}
	return nil
}

// split is the folder of an entry and its name there. Some programs of Windows write
// folders as their system does.
func split(entry *zip.File) (folder, base string) {
	return path.Split(strings.ReplaceAll(entry.Name, `\`, "/"))
}

// homeOf is the folder of a zip's manifest, if it has one alone.
func homeOf(entries []*zip.File) (home string, alone bool) {
	for _, entry := range entries {
		if folder, base := split(entry); strings.EqualFold(base, manifestFile) {
			if alone {
				return "", false
			}
			home, alone = folder, true
		}
	}
	return home, alone
}

// checkEntry refuses what no exporter writes and an attacker might.
func checkEntry(entry *zip.File) error {
	const encrypted = 0x1
	name := strings.ReplaceAll(entry.Name, `\`, "/")
	switch {
	case !filepath.IsLocal(name) || strings.Contains(name, ":"):
		return fault.New(fault.Invalid, "the zip has an entry that points outside it")
	case entry.Mode()&fs.ModeType != 0:
		return fault.New(fault.Invalid, "the zip has an entry that is no plain file")
	case entry.Flags&encrypted != 0 || entry.Method == methodAES:
		return fault.New(fault.Invalid, "the zip is encrypted; send it without a password")
	case entry.Method != zip.Store && entry.Method != zip.Deflate:
		return fault.New(fault.Invalid, "the zip is compressed by %s, which cannot be read; make it with Deflate, as most programs do", methodName(entry.Method))
	case entry.UncompressedSize64 > 1<<20 && entry.UncompressedSize64/maxRatio > entry.CompressedSize64:
		return fault.New(fault.Invalid, "the zip has an entry that inflates more than %d times", maxRatio)
	}
	return nil
}
