package bundle

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
)

// maxInner is the size of the largest zip that may lie in another.
const maxInner = 4 << 30

// unwrap goes on with the zip that is all that a zip holds.
func (b *Bundle) unwrap() error {
	name, alone := b.only()
	if !alone || !strings.HasSuffix(strings.ToLower(name), ".zip") {
		return nil
	}
	if b.Sizes[name] > maxInner {
		return fault.New(fault.Invalid, "the zip holds a zip of more than %d bytes; send that alone", int64(maxInner))
	}
	copied, err := b.copyOut(name)
	if err != nil {
		return err
	}
	closeOuter := b.closer
	b.closer = func() error { return errors.Join(copied.Close(), closeOuter()) }
	archive, err := zip.NewReader(copied, b.Sizes[name])
	if err != nil {
		return fault.New(fault.Invalid, "the zip holds a zip that cannot be read")
	}
	delete(b.Files, name)
	delete(b.Sizes, name)
	delete(b.crcs, name)
	b.nested, b.beside, b.inner = "", false, true
	if err := b.fill(archive.File); err != nil {
		return err
	}
	if name, alone := b.only(); alone && strings.HasSuffix(strings.ToLower(name), ".zip") {
		return fault.New(fault.Invalid, "the zip holds a zip that holds a zip; send the innermost alone")
	}
	return nil
}

// only is the one file of a package that has no other.
func (b *Bundle) only() (name string, alone bool) {
	for name = range b.Files {
	}
	return name, len(b.Files) == 1
}

// copyOut copies a file of the package into one that has no name, in the folder for
// temporary files: a zip is read from its end.
func (b *Bundle) copyOut(name string) (*os.File, error) {
	from, err := b.Files[name]()
	if err != nil {
		return nil, err
	}
	defer from.Close()
	to, err := os.CreateTemp("", "rostergate-inner-")
	if err != nil {
		return nil, fmt.Errorf("copy the zip within the zip: %w", err)
	}
	_ = os.Remove(to.Name())
	copied, err := io.Copy(to, io.LimitReader(from, maxInner+1))
	switch {
	case err == nil && copied == b.Sizes[name]:
		return to, nil
	case err == nil || errors.Is(damage(err), errDamaged):
		err = fault.New(fault.Invalid, "the zip holds a zip that is damaged")
	}
	return nil, errors.Join(err, to.Close())
}

// methodAES stands for no compression, but for a password.
const methodAES = 99

// methodName is what programs call a way to compress the entries of a zip.
func methodName(method uint16) string {
	names := map[uint16]string{1: "Shrink", 6: "Implode", 9: "Deflate64", 12: "bzip2", 14: "LZMA", 20: "Zstandard", 93: "Zstandard", 95: "XZ", 97: "WavPack", 98: "PPMd"}
	if name, known := names[method]; known {
		return name
	}
	return fmt.Sprintf("a method of number %d", method)
}

// settleNames gives files their names as OneRoster writes them, where one file alone
// has the name in another case.
func (b *Bundle) settleNames() {
	for _, name := range fileNames() {
		if found, once := b.inOtherCase(name); once {
			b.rename(found, name)
			b.cased = append(b.cased, name)
		}
	}
}

// fileNames are the names of the files that OneRoster knows.
func fileNames() []string {
	names := []string{manifestFile}
	for _, e := range catalog.Tables(catalog.Both) {
		names = append(names, e.File())
	}
	for _, stem := range gradebook(catalog.Both) {
		names = append(names, stem+".csv")
	}
	return names
}

// known reports whether OneRoster knows a file of the name, in any case.
func known(name string) bool {
	return slices.ContainsFunc(fileNames(), func(of string) bool { return strings.EqualFold(of, name) })
}

// inOtherCase is the one file that has the name in another case.
func (b *Bundle) inOtherCase(name string) (found string, once bool) {
	if _, exact := b.Files[name]; exact {
		return "", false
	}
	var alike []string
	for file := range b.Files {
		if strings.EqualFold(file, name) {
			alike = append(alike, file)
		}
	}
	if len(alike) != 1 {
		return "", false
	}
	return alike[0], true
}

// rename gives a file another name.
func (b *Bundle) rename(from, to string) {
	b.Files[to], b.Sizes[to] = b.Files[from], b.Sizes[from]
	delete(b.Files, from)
	delete(b.Sizes, from)
	if t, known := b.times[from]; known {
		b.times[to] = t
		delete(b.times, from)
	}
	if crc, known := b.crcs[from]; known {
		b.crcs[to] = crc
		delete(b.crcs, from)
	}
}
