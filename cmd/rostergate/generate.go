package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/plural"
	"github.com/rostergate/rostergate/sample"
	"github.com/rostergate/rostergate/terminal"
)

func generateCommand() *cobra.Command {
	var out string
	var zipped bool
	d := sample.District{}
	cmd := &cobra.Command{
		Use:     "generate --out DIR",
		Short:   "Write a made-up OneRoster CSV district",
		Example: "  rostergate generate --out district --students 2000 --seed 7\n  rostergate generate --out district --zip",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if out == "" {
				return usageError{fmt.Errorf("--out is missing: name the folder to write to")}
			}
			made, err := generate(d, out, zipped)
			if err != nil {
				return err
			}
			people, classes, enrollments := made.records["users.csv"], made.records["classes.csv"], made.records["enrollments.csv"]
			return terminal.Say(cmd.OutOrStdout(), "%s: %s, %s, %s, %s\n", made.place, plural.Of(people, "person", "people"),
				plural.Of(classes, "class", "classes"), plural.Of(enrollments, "enrollment", "enrollments"), humanize.Bytes(made.bytes))
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "folder to write to")
	cmd.Flags().IntVar(&d.Students, "students", 2000, "how many students")
	cmd.Flags().Uint64Var(&d.Seed, "seed", 1, "which district: the same seed gives the same bytes")
	cmd.Flags().BoolVar(&zipped, "zip", false, "write one file, oneroster.zip, into the folder")
	return cmd
}

// generated is a package that was written.
type generated struct {
	place   string         // the folder or the zip
	records map[string]int // by file of the package
	bytes   uint64         // on disk
}

func generate(d sample.District, dir string, zipped bool) (generated, error) {
	made := generated{place: dir, records: map[string]int{}}
	files := []string{"manifest.csv"}
	d.Wrote = func(file string, records int) {
		made.records[file], files = records, append(files, file)
	}
	write := d.WriteDir
	if zipped {
		made.place = filepath.Join(dir, "oneroster.zip")
		write = func(dir string) error { return writeZip(d, dir, made.place) }
	}
	if err := write(dir); err != nil {
		return made, err
	}
	if zipped {
		files = []string{"oneroster.zip"}
	}
	for _, file := range files {
		on, err := os.Stat(filepath.Join(dir, file))
		if err != nil {
			return made, fmt.Errorf("look at what was written: %w", err)
		}
		made.bytes += uint64(on.Size())
	}
	return made, nil
}

func writeZip(d sample.District, dir, path string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make the folder %s: %w", dir, err)
	}
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("create the zip: %w", err)
	}
	if err := d.WriteZip(f); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}
