package main_test

import (
	"bytes"
	"context"
	"testing"

	rostergate "github.com/rostergate/rostergate/cmd/rostergate"
)

// stopper keeps what a server says, and tells it to stop as soon as it says anything.
type stopper struct {
	bytes.Buffer
	stop func()
}

func (s *stopper) Write(said []byte) (int, error) {
	s.stop()
	return s.Buffer.Write(said)
}

func TestAServerThatIsToldToStopWhileItStartsEndsWell(t *testing.T) {
	t.Parallel()
	eachPlace(t, func(t *testing.T, p place) {
		for _, server := range [][]string{p.demoArgs(), append([]string{"serve", "--listen", "127.0.0.1:0"}, p.flags...)} {
			for _, atOnce := range []bool{true, false} {
				ctx, stop := context.WithCancel(context.Background())
				if atOnce {
					stop()
				}
				told := &stopper{stop: stop}
				if code := rostergate.Run(ctx, server, told, told); code != 0 {
					t.Errorf("%s, told to stop at once: %t, ended with %d and says %s", server[0], atOnce, code, told)
				}
				if nothing := told.Len() == 0; nothing != atOnce {
					t.Errorf("%s, told to stop at once: %t, says %s", server[0], atOnce, told)
				}
				stop()
			}
		}
	})
}
