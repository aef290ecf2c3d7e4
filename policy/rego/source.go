package rego

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/rogpeppe/go-internal/diff"
)

// ReadFolder reads the policy of an app from a folder: its files, each as lines that end
// in \n. Whatever else is in the folder is of Problems, a folder below it too, for it would
// be left out without a word.
func ReadFolder(folder string) (Source, error) {
	entries, err := os.ReadDir(folder)
	switch {
	case errors.Is(err, syscall.ENOTDIR):
		return nil, fmt.Errorf("read the policy: %s is a file: name the folder that it is in", folder)
	case err != nil:
		return nil, fmt.Errorf("read the policy: %w", err)
	}
	files, bytes := Source{}, int64(0)
	var found Problems
	for _, entry := range entries {
		info, err := os.Stat(filepath.Join(folder, entry.Name()))
		switch {
		case err != nil:
			return nil, fmt.Errorf("read the policy: %w", err)
		case !info.Mode().IsRegular() || !IsRego(entry.Name()):
			found = append(found, otherFile(entry.Name()))
			continue
		}
		if bytes += info.Size(); bytes > mostBytes {
			return nil, append(found, tooLarge(bytes))
		}
		text, err := fs.ReadFile(os.DirFS(folder), entry.Name())
		if err != nil {
			return nil, fmt.Errorf("read the policy: %w", err)
		}
		files[entry.Name()] = Lines(string(text))
	}
	if len(found) > 0 {
		return nil, found
	}
	return files, nil
}

// Lines is a text whose lines end in \n, whatever ended them.
func Lines(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
}

// Diff lists the lines of a unified diff between two policies, file by file. There are
// none where they are the same.
func Diff(from, to Source) (lines []string) {
	files := slices.Concat(slices.Collect(maps.Keys(from)), slices.Collect(maps.Keys(to)))
	slices.Sort(files)
	for _, file := range slices.Compact(files) {
		_, had := from[file]
		_, has := to[file]
		was, is := map[bool]string{true: file}[had], map[bool]string{true: file}[has]
		text := string(diff.Diff(cmp.Or(was, "/dev/null"), []byte(from[file]), cmp.Or(is, "/dev/null"), []byte(to[file])))
		_, text, _ = strings.Cut(text, "\n") // the command that would have made it
		for line := range strings.Lines(text) {
			lines = append(lines, strings.TrimSuffix(line, "\n"))
		}
	}
	return lines
}
