package roster_test

import (
	"testing"

	"github.com/rostergate/rostergate/roster/rostertest"
)

type parcel = rostertest.Parcel

// base is the flawless package of testdata/base.txtar.
func base(t testing.TB) parcel {
	t.Helper()
	return rostertest.Read(t, "testdata/base.txtar")
}
