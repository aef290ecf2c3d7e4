package bundle

import (
	"io"
	"strings"
	"testing"
)

// FuzzManifest reads any bytes as a manifest: the files to read are chosen only
// where nothing is fatal.
func FuzzManifest(f *testing.F) {
	f.Add("propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\nfile.users,bulk\nfile.orgs,delta\n")
	f.Add("propertyName,value\noneroster.version,1.2\n")
	f.Add("\"")
	f.Fuzz(func(t *testing.T, text string) {
		b := &Bundle{
			Files: map[string]func() (io.ReadCloser, error){
				manifestFile: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil },
			},
			Sizes: map[string]int64{manifestFile: int64(len(text))},
		}
		found := NewFindings()
		chosen, err := ReadManifest(b, false, &found)
		if err != nil || len(chosen) > 0 {
			t.Errorf("%d files chosen of a package without any, %v", len(chosen), err)
		}
		if !found.Has(Fatal) {
			t.Error("a package without files is fine")
		}
	})
}
