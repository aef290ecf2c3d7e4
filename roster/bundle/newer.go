package bundle

import (
	"slices"

	"github.com/rostergate/rostergate/catalog"
)

// A package of OneRoster 1.2 may say that it is of 1.1. What is missing of it then stands in
// another file.

const remedyNewer = "If the package is one of OneRoster 1.2, say so in manifest.csv: oneroster.version,1.2."

// newer are the files of 1.2 that a package has which says that it is of 1.1.
func (m *manifest) newer() []string {
	var files []string
	for _, e := range catalog.Tables(catalog.V12) {
		if _, there := m.bundle.Files[e.File()]; there && !e.Versions.Has(catalog.V11) && !m.version.Has(catalog.V12) {
			files = append(files, e.File())
		}
	}
	return files
}

// ignoreNewer tells of one of them.
func (m *manifest) ignoreNewer(file string) {
	m.noteFile(Warning, file, "the file is one of OneRoster 1.2, so it was ignored", remedyNewer)
}

// soundsNewer reports whether a required column that is not there says that the package is one of
// 1.2, which has it in another file.
func (c Chosen) soundsNewer(f catalog.Field, header []string) bool {
	return !f.Versions.Has(catalog.V12) && (c.newer || hasNewer(c.Entity, header))
}

// hasNewer reports whether a header has columns that only OneRoster 1.2 has.
func hasNewer(e catalog.Entity, header []string) bool {
	return slices.ContainsFunc(e.Columns(catalog.V12), func(f catalog.Field) bool {
		return !f.Versions.Has(catalog.V11) && slices.Contains(header, f.Header())
	})
}
