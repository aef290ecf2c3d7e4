package roster

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
)

const manifestFile = "manifest.csv"

// gradebook are the files of the standard that hold no roster data.
func gradebook() []string { return []string{"categories", "lineItems", "results"} }

// readManifest says which files of the package to read, in the catalog's order.
// What is wrong goes into the report; a fatal problem there means that there is
// nothing to read.
func readManifest(b *bundle, report *Report) ([]catalog.Entity, error) {
	fatal := func(problem, remedy string) ([]catalog.Entity, error) {
		report.add(Problem{Severity: Fatal, File: manifestFile, Problem: problem, Remedy: remedy})
		return nil, nil
	}
	open, ok := b.files[manifestFile]
	if !ok {
		return fatal("the package has no manifest.csv", "Export a OneRoster 1.1 CSV package, with its manifest at the root of the zip.")
	}
	properties, err := readProperties(open)
	switch {
	case spoiling(err):
		return fatal("the file "+err.Error(), "Its header must be propertyName,value and each property must stand once.")
	case err != nil:
		return nil, fmt.Errorf("read the manifest: %w", err)
	}
	switch properties["oneroster.version"] {
	case "1.1", "1.1.1":
	default:
		return fatal("oneroster.version is not 1.1", "Export the package as OneRoster 1.1.")
	}
	if v := properties["manifest.version"]; v != "1.0" {
		report.add(Problem{Severity: Warning, File: manifestFile, Column: "manifest.version", Problem: "manifest.version is not 1.0", Remedy: "Write it as text, so that a spreadsheet does not shorten it."})
	}
	if b.nested != "" {
		report.add(Problem{Severity: Warning, File: manifestFile, Problem: "the files lie in a folder of the zip", Remedy: "Put them at the root."})
	}
	return chooseFiles(b, properties, report), nil
}

// readProperties reads the manifest's table.
func readProperties(open func() (io.ReadCloser, error)) (map[string]string, error) {
	s, err := openSheet(open)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	if !slices.Equal(s.header, []string{"propertyName", "value"}) {
		return nil, errHeader
	}
	properties := map[string]string{}
	for {
		row, err := s.next()
		if errors.Is(err, io.EOF) {
			return properties, nil
		}
		if err != nil {
			return nil, err
		}
		name := strings.TrimSpace(row[0])
		if _, twice := properties[name]; twice || len(row) != 2 {
			return nil, errProperty
		}
		properties[name] = strings.TrimSpace(row[1])
	}
}

// chooseFiles compares what the manifest declares with what the package has and
// with what a bulk set must have.
func chooseFiles(b *bundle, properties map[string]string, report *Report) []catalog.Entity {
	var chosen []catalog.Entity
	known := []string{manifestFile}
	for _, e := range catalog.Tables(catalog.V11) {
		known = append(known, e.File())
		if declared(b, properties, e, report) {
			chosen = append(chosen, e)
		}
	}
	for _, stem := range gradebook() {
		known = append(known, stem+".csv")
		if _, there := b.files[stem+".csv"]; there {
			report.add(Problem{Severity: Warning, File: stem + ".csv", Problem: "the file holds grades, which are not kept", Remedy: "Leave it out."})
		}
	}
	for name := range b.files {
		if !slices.Contains(known, name) {
			// A stray file's name may be a person's.
			report.add(Problem{Severity: Warning, File: manifestFile, Problem: "the package has a file that OneRoster does not know", Remedy: "File names are case-sensitive; the file was ignored."})
		}
	}
	return chosen
}

// declared reports whether e's file is to be read.
func declared(b *bundle, properties map[string]string, e catalog.Entity, report *Report) bool {
	note := func(s Severity, problem, remedy string) bool {
		report.add(Problem{Severity: s, File: e.File(), Problem: problem, Remedy: remedy})
		return false
	}
	_, there := b.files[e.File()]
	mode, named := properties["file."+e.Plural]
	if !named {
		report.add(Problem{Severity: Warning, File: manifestFile, Column: "file." + e.Plural, Problem: "the property is missing and counts as absent", Remedy: "Name every file as bulk or absent."})
		mode = "absent"
	}
	switch {
	case mode == "bulk" && there:
		return true
	case mode == "bulk":
		return note(Fatal, "the manifest declares the file, and the package does not have it", "Add it, or declare it absent.")
	case mode == "delta":
		return note(Fatal, "the manifest declares the file as delta", "Export a bulk set.")
	case mode != "absent":
		return note(Fatal, "the manifest declares a mode that is none of bulk, delta and absent", "Declare it bulk or absent.")
	case !e.Optional:
		return note(Fatal, "a bulk set cannot be without this file", "Export it and declare it bulk.")
	case there:
		return note(Warning, "the file is there and declared absent, so it was ignored", "Declare it bulk.")
	case e.Describes != "":
		return note(Warning, "the package has no such file; what is stored of it stays", "Export it if the apps are to get it.")
	}
	return false
}
