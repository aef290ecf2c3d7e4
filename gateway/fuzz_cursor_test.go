package gateway_test

import (
	"crypto/rand"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/secret"
)

// A cursor opens for its own walk; nothing that anybody could make up does.
func FuzzCursor(f *testing.F) {
	key, err := secret.New(rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, made, walk, other string, after uint32) {
		if at, err := gateway.OpenCursor(key, walk, made); err == nil {
			t.Fatalf("%q is a cursor: %d", made, at)
		}
		cursor, err := gateway.SealCursor(key, walk, after)
		if err != nil {
			t.Fatal(err)
		}
		if at, err := gateway.OpenCursor(key, walk, cursor); err != nil || at != after {
			t.Fatalf("the cursor of %d opens as %d (%v)", after, at, err)
		}
		if at, err := gateway.OpenCursor(key, other, cursor); err == nil && other != walk {
			t.Fatalf("a cursor of %q opens for %q: %d", walk, other, at)
		}
		longer := strings.Trim(made, "\r\n") // which base64 passes over
		if at, err := gateway.OpenCursor(key, walk, cursor+longer); err == nil && longer != "" {
			t.Fatalf("%q opens as %d", cursor+longer, at)
		}
	})
}
