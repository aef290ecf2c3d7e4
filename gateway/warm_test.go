package gateway_test

import (
	"context"
	"testing"
	"time"

	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

func TestAnImportIsReadBeforeTheFirstRequestAsks(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		ctx, stop := context.WithCancel(t.Context())
		ticks, ended := make(chan time.Time), make(chan struct{})
		go func() {
			defer close(ended)
			d.Server.Warm(ctx, ticks)
		}()
		ticks <- time.Time{} // taken when the first look is over
		stop()
		<-ended
		snapshot := d.Server.Views.Remembered()
		if snapshot == nil {
			t.Fatal("no snapshot was read")
		}
		if n := snapshot.Generation; n != 1 {
			t.Errorf("the snapshot is of generation %d, want 1", n)
		}
	})
}
