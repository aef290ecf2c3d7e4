package sample_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/sample"
)

func BenchmarkWriteDir(b *testing.B) {
	for _, students := range []int{2000, 20_000} {
		b.Run(fmt.Sprint(students), func(b *testing.B) {
			dir := b.TempDir()
			b.ReportAllocs()
			for b.Loop() {
				if err := (sample.District{Students: students, Seed: 1}).WriteDir(dir); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(rows(b, dir)*b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// rows counts the lines of all files of a folder.
func rows(b *testing.B, dir string) int {
	b.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.csv"))
	if err != nil {
		b.Fatal(err)
	}
	count := 0
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			b.Fatal(err)
		}
		count += strings.Count(string(text), "\n")
	}
	return count
}
