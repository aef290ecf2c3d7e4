package gateway_test

import (
	"testing"

	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
	"github.com/rostergate/rostergate/roster/rostertest"
)

type parcel = rostertest.Parcel

// cedar is the small district of testdata/base.txtar.
func cedar(t testing.TB) parcel {
	t.Helper()
	return rostertest.Read(t, "testdata/base.txtar")
}

// small runs fn on the small district, once on every database.
func small(t *testing.T, fn func(t *testing.T, d *gatewaytest.District), settings ...gatewaytest.Setting) {
	t.Helper()
	t.Parallel()
	dir := cedar(t).Folder(t)
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		t.Parallel()
		fn(t, gatewaytest.StartWith(t, s, dir, settings...))
	})
}
