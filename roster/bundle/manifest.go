package bundle

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster/cell"
)

const manifestFile = "manifest.csv"

// The modes that a manifest can give a file.
const (
	bulk   = "bulk"
	delta  = "delta"
	absent = "absent"
)

// gradebook are the files of the standard's versions that hold no roster data.
func gradebook(v catalog.Version) []string {
	stems := []string{"categories", "lineItems", "results"}
	if v.Has(catalog.V12) {
		stems = append(stems, "lineItemLearningObjectiveIds", "lineItemScoreScales", "resultLearningObjectiveIds", "resultScoreScales", "scoreScales")
	}
	return stems
}

// manifest is what a package says of itself.
type manifest struct {
	bundle     *Bundle
	found      *Findings
	first      bool // nothing is stored yet
	version    catalog.Version
	properties map[string]property
}

// Chosen is a file to be read.
type Chosen struct {
	catalog.Entity
	Version catalog.Version // of the package
	Delta   bool            // it has only what is new, changed or gone
	Partial bool            // the package has a delta, or lacks a file of a bulk set
	newer   bool            // the package says 1.1, and has files of 1.2
}

// ReadManifest says which files of the package to read, in the catalog's order.
// What is wrong goes into the report; a fatal problem there means that there is
// nothing to read. The first package of a roster needs more files than others.
func ReadManifest(b *Bundle, first bool, found *Findings) ([]Chosen, error) {
	m := &manifest{bundle: b, found: found, first: first, properties: map[string]property{}}
	if _, there := b.Files[manifestFile]; !there {
		m.note(Fatal, 0, "", "the package has no manifest.csv"+m.nearly(manifestFile), "Export a OneRoster CSV package, with its manifest at the root of the zip.")
		return nil, nil
	}
	line, err := m.read()
	switch {
	case Spoiling(err):
		m.note(Fatal, line, "", "the file "+err.Error(), Remedy(err))
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("read the manifest: %w", err)
	}
	switch p := m.properties["oneroster.version"]; p.value {
	case "1.1", "1.1.1":
		m.version = catalog.V11
	case "1.2", "1.2.0", "1.2.1":
		m.version = catalog.V12
	default:
		m.note(Fatal, p.line, "oneroster.version", "oneroster.version is neither 1.1 nor 1.2", "Export the package as OneRoster 1.1 or 1.2.")
		return nil, nil
	}
	if p := m.properties["manifest.version"]; p.value != "1.0" {
		m.note(Warning, p.line, "manifest.version", "manifest.version is not 1.0", "Write it as text, so that a spreadsheet does not shorten it.")
	}
	m.places()
	return m.choose(), nil
}

// places reports what is odd about where the files lie and how they are called.
func (m *manifest) places() {
	if m.bundle.nested != "" {
		m.note(Warning, 0, "", "the files lie in a folder of the zip", "Put them at the root.")
	}
	if m.bundle.beside {
		m.note(Warning, 0, "", "other folders of the zip have files, which were ignored", "Zip the folder of the manifest alone.")
	}
	if m.bundle.inner {
		m.note(Warning, 0, "", "the files lie in a zip within the zip", "Send the inner one alone.")
	}
	for _, name := range m.bundle.cased {
		m.noteFile(Warning, name, "the name of the file is written in another case", "Write it as OneRoster does.")
	}
}

// note reports a problem of the manifest.
func (m *manifest) note(s Severity, line int, column, problem, remedy string) {
	m.found.Add(Problem{Severity: s, File: manifestFile, Line: line, Column: column, Problem: problem, Remedy: remedy})
}

// noteFile reports a problem of another file of the package.
func (m *manifest) noteFile(s Severity, file, problem, remedy string) {
	m.found.Add(Problem{Severity: s, File: file, Problem: problem, Remedy: remedy})
}

// choose compares what the manifest declares with what the package has. What is stored of
// files that are absent stays, so that a package needs no others than those that it brings.
func (m *manifest) choose() []Chosen {
	var chosen []Chosen
	stems := gradebook(m.version)
	newer, partial := m.newer(), false
	for _, e := range catalog.Tables(m.version) {
		stems = append(stems, e.Plural)
		mode := m.mode(e.Plural, !e.Optional)
		reads := m.reads(e, mode)
		if reads {
			chosen = append(chosen, Chosen{Entity: e, Version: m.version, Delta: mode == delta, newer: len(newer) > 0})
		}
		partial = partial || mode == delta || !e.Optional && !reads
	}
	for i := range chosen {
		chosen[i].Partial = partial
	}
	if len(chosen) == 0 && !m.found.Has(Fatal) {
		m.note(Fatal, 0, "", "the manifest declares all files of the roster absent", "Declare those bulk or delta that the package brings.")
	}
	for _, stem := range gradebook(m.version) {
		m.leave(stem)
	}
	m.strangeProperties(stems)
	for name := range m.bundle.Files {
		stem, isCSV := strings.CutSuffix(name, ".csv")
		switch {
		case slices.Contains(newer, name):
			m.ignoreNewer(name)
		case name != manifestFile && !(isCSV && slices.Contains(stems, stem)):
			// A stray file's name may be a person's.
			m.note(Warning, 0, "", "the package has a file that OneRoster does not know", "File names are case-sensitive; the file was ignored.")
		}
	}
	return chosen
}

// mode is what the manifest says of a file, "" where that cannot be understood. Of a file
// that is required it must say something.
func (m *manifest) mode(stem string, required bool) string {
	name := "file." + stem
	p := m.properties[name]
	word := strings.ToLower(p.value)
	switch {
	case word == "" && required:
		m.note(Fatal, p.line, name, "the property of a required file is missing", "Name every file as bulk, delta or absent; what is stored of an absent one stays.")
		return ""
	case word == "":
		m.note(Warning, p.line, name, "the property is missing and counts as absent", "Name every file as bulk, delta or absent.")
		return absent
	case word != bulk && word != delta && word != absent:
		m.note(Fatal, p.line, name, "the mode is none of bulk, delta and absent", "Declare the file bulk, delta or absent.")
		return ""
	case word != p.value:
		m.note(Warning, p.line, name, cell.OtherCase.Problem, cell.OtherCase.Remedy)
	}
	return word
}

// reads reports whether e's file, of which the manifest says mode, is to be read.
func (m *manifest) reads(e catalog.Entity, mode string) bool {
	_, there := m.bundle.Files[e.File()]
	switch {
	case mode == "":
	case mode != absent && there:
		return true
	case mode != absent:
		m.lacks(e.File())
	case !e.Optional && m.first:
		m.noteFile(Fatal, e.File(), "nothing is stored yet, and a roster cannot begin without this file", "Export it and declare it bulk.")
	case there:
		m.noteFile(Warning, e.File(), "the file is there and declared absent, so it was ignored", "Declare it bulk or delta.")
	}
	return false
}

// leave looks at a file of grades, which is not read: that one is declared and
// not there still tells that the package is torn.
func (m *manifest) leave(stem string) {
	file := stem + ".csv"
	mode := m.mode(stem, false)
	if _, there := m.bundle.Files[file]; there {
		m.noteFile(Warning, file, "the file holds grades, which are not kept", "Leave it out.")
	} else if mode == bulk || mode == delta {
		m.lacks(file)
	}
}

func (m *manifest) lacks(file string) {
	m.noteFile(Fatal, file, "the manifest declares the file, and the package does not have it"+m.nearly(file), "Add it, or declare it absent.")
}

// nearly tells that some file may be the one meant, without its name.
func (m *manifest) nearly(file string) string {
	for name := range m.bundle.Files {
		if _, is := catalog.Find(strings.TrimSuffix(name, ".csv")); !is && misspells(name, file) {
			return " (it has one whose name is nearly that)"
		}
	}
	return ""
}

// oneRoster is the version of the package in words.
func (m *manifest) oneRoster() string {
	if m.version.Has(catalog.V12) {
		return "1.2"
	}
	return "1.1"
}
