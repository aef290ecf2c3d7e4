package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/plural"
	"github.com/rostergate/rostergate/sample"
	"github.com/rostergate/rostergate/terminal"
)

func generateCommand() *cobra.Command {
	var out string
	var zipped bool
	version := "1.1"
	d := sample.District{}
	cmd := &cobra.Command{
		Use:     "generate --out DIR",
		Short:   "Write a made-up OneRoster CSV district",
		Example: "  rostergate generate --out district --students 2000 --seed 7\n  rostergate generate --out district --zip\n  rostergate generate --out monday --students 2010 --oneroster 1.2 --delta-from district",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if out == "" {
				return usageError{fmt.Errorf("--out is missing: name the folder to write to")}
			}
			versions := map[string]catalog.Version{"1.1": catalog.V11, "1.2": catalog.V12}
			if d.Version = versions[version]; d.Version == 0 {
				return usageError{fmt.Errorf("--oneroster is %q: write 1.1 or 1.2", version)}
			}
			if d.From != "" {
				if _, err := os.Stat(filepath.Join(d.From, "manifest.csv")); err != nil {
					return usageError{fmt.Errorf("--delta-from names no folder of a package: %s has no manifest.csv", d.From)}
				}
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
	cmd.Flags().StringVar(&version, "oneroster", version, "version of OneRoster: 1.1 or 1.2")
	cmd.Flags().StringVar(&d.From, "delta-from", "", "folder of an earlier package: write only what differs from it, as a delta")
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
		write = func(string) error { return d.WriteZipFile(made.place) }
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
