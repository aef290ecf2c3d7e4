package plural_test

import (
	"testing"

	"github.com/rostergate/rostergate/plural"
)

func TestACountGoesWithItsNoun(t *testing.T) {
	for n, want := range map[int]string{0: "0 rows", 1: "1 row", 2: "2 rows", 1234567: "1,234,567 rows"} {
		if got := plural.Of(n, "row", "rows"); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}
