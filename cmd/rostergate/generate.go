package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/sample"
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
			if !zipped {
				return d.WriteDir(out)
			}
			return writeZip(d, out)
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "folder to write to")
	cmd.Flags().IntVar(&d.Students, "students", 2000, "how many students")
	cmd.Flags().Uint64Var(&d.Seed, "seed", 1, "which district: the same seed gives the same bytes")
	cmd.Flags().BoolVar(&zipped, "zip", false, "write one file, oneroster.zip, into the folder")
	return cmd
}

func writeZip(d sample.District, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make the folder %s: %w", dir, err)
	}
	f, err := os.Create(filepath.Join(dir, "oneroster.zip"))
	if err != nil {
		return fmt.Errorf("create the zip: %w", err)
	}
	if err := d.WriteZip(f); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}
