package sample

import (
	"archive/zip"
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
)

// most is the greatest number of students: the state's numbers have seven digits.
const most = 10_000_000

// District is the recipe of a made-up district.
type District struct {
	Students int    // how many students: 1 to 10,000,000; about 450 of them share a school
	Seed     uint64 // which of the districts of that size

	// Version is OneRoster's, 1.1 if zero. Both have the same people.
	Version catalog.Version

	// From, where set, is a folder with an earlier package: what is written is a delta,
	// which has what is new, changed or gone since.
	From string

	// Wrote, where set, is told of each file but the manifest how many records it has.
	Wrote func(file string, records int)
}

// WriteDir writes the package's files into a folder, which is made where it is
// missing. Files of the same names are replaced, others are left alone. A number
// of students that cannot be is a fault.Invalid.
func (d District) WriteDir(dir string) error {
	files, err := d.files()
	if err != nil {
		return err
	}
	if len(files) == 1 {
		return fault.New(fault.Invalid, "nothing differs from the package in %s", d.From)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("write sample district: %w", err)
	}
	for _, f := range files {
		if err := f.save(filepath.Join(dir, f.name)); err != nil {
			return fmt.Errorf("write sample district: %s: %w", f.name, err)
		}
	}
	return nil
}

// WriteZip writes the package as one zip with every file at its root. A number
// of students that cannot be is a fault.Invalid; then nothing is written.
func (d District) WriteZip(w io.Writer) error {
	files, err := d.files()
	if err != nil {
		return err
	}
	archive := zip.NewWriter(w)
	for _, f := range files {
		entry, err := archive.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: written()})
		if err == nil {
			err = f.write(entry)
		}
		if err != nil {
			return fmt.Errorf("write sample district: %s: %w", f.name, err)
		}
	}
	if err := archive.Close(); err != nil {
		return fmt.Errorf("write sample district: %w", err)
	}
	return nil
}

// written is the moment that the files of a zip bear: the eve of the school year.
func written() time.Time { return time.Date(endYear-1, 8, 1, 6, 0, 0, 0, time.UTC) }

// file is one file of the package and how its bytes are made.
type file struct {
	name  string
	write func(io.Writer) error
}

func (f file) save(path string) (err error) {
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() {
		if closed := out.Close(); err == nil {
			err = closed
		}
	}()
	buffer := bufio.NewWriterSize(out, 1<<16)
	if err := f.write(buffer); err != nil {
		return err
	}
	return buffer.Flush()
}

// WriteZipFile is WriteZip into a file, in a folder that is made if it is missing.
func (d District) WriteZipFile(name string) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return fmt.Errorf("make the folder of %s: %w", name, err)
	}
	f, err := os.Create(name)
	if err != nil {
		return fmt.Errorf("create the zip: %w", err)
	}
	if err := d.WriteZip(f); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}

// Check refuses a district that cannot be made, as a fault.Invalid.
func (d District) Check() error {
	if d.Students < 1 || d.Students > most {
		return fault.New(fault.Invalid, "students must be between 1 and %d, not %d", most, d.Students)
	}
	return nil
}

// files lists the manifest and then a file per entity of the version.
func (d District) files() ([]file, error) {
	if err := d.Check(); err != nil {
		return nil, err
	}
	if d.Version == 0 {
		d.Version = catalog.V11
	}
	l, modes := newLayout(d), map[string]string{}
	all := []file{{"manifest.csv", func(w io.Writer) error { return manifest(w, d.Version, modes) }}}
	for _, e := range catalog.Tables(d.Version) {
		rows, ok := l.rows()[e.Plural]
		if !ok {
			return nil, fmt.Errorf("write sample district: %s has no rows", e.File())
		}
		modes[e.Plural] = "bulk"
		if d.From != "" {
			changes, err := d.since(e, rows)
			if err != nil {
				return nil, err
			}
			if modes[e.Plural] = "delta"; changes == nil {
				modes[e.Plural] = "absent"
				continue
			}
			rows = changes
		}
		all = append(all, file{e.File(), func(w io.Writer) error {
			records, err := fill(w, e, d.Version, rows)
			if err == nil && d.Wrote != nil {
				d.Wrote(e.File(), records)
			}
			return err
		}})
	}
	return all, nil
}

// rows says who writes the rows of each entity.
func (l *layout) rows() map[string]func(*table) error {
	return map[string]func(*table) error{
		"academicSessions": l.sessions,
		"orgs":             l.orgs,
		"courses":          l.courses,
		"classes":          l.classes,
		"users":            l.users,
		"roles":            l.roles,
		"userProfiles":     l.userProfiles,
		"userResources":    l.userResources,
		"enrollments":      l.enrollments,
		"demographics":     l.demographics,
		"resources":        l.resources,
		"classResources":   l.classResources,
		"courseResources":  l.courseResources,
	}
}
