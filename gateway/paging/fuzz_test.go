package paging_test

import (
	"crypto/rand"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/gateway/paging"
	"github.com/rostergate/rostergate/secret"
)

// A cursor opens for its own walk; nothing that anybody could make up does.
func FuzzCursor(f *testing.F) {
	key, err := secret.New(rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, made, walk, other string, after uint32) {
		if at, ok := paging.OpenCursor(key, walk, made); ok {
			t.Fatalf("%q is a cursor: %d", made, at.After)
		}
		cursor, err := paging.Cursor{After: after}.Seal(key, walk)
		if err != nil {
			t.Fatal(err)
		}
		if at, ok := paging.OpenCursor(key, walk, cursor); !ok || at.After != after {
			t.Fatalf("the cursor of %d opens as %d (%v)", after, at.After, ok)
		}
		if at, ok := paging.OpenCursor(key, other, cursor); ok && other != walk {
			t.Fatalf("a cursor of %q opens for %q: %d", walk, other, at.After)
		}
		longer := strings.Trim(made, "\r\n") // which base64 passes over
		if at, ok := paging.OpenCursor(key, walk, cursor+longer); ok && longer != "" {
			t.Fatalf("%q opens as %d", cursor+longer, at.After)
		}
	})
}
