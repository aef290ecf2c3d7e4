package doors

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// farewell is how long answers under way may take when the process is told to stop.
const farewell = 20 * time.Second

// Door is a server and where it listens.
type Door struct {
	Server *http.Server
	At     net.Listener
}

// Listen listens at the address that a setting names. An error names the setting.
func Listen(ctx context.Context, setting, address string) (net.Listener, error) {
	at, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("the setting %s: %w", setting, err)
	}
	return at, nil
}

// Open answers at doors until ctx ends, which is no error, or one of them fails. What is
// under way then ends in order, that of the first door before the next one's. What the
// servers have to say, of clients that break off, is logged for who debugs.
func Open(ctx context.Context, log *slog.Logger, doors ...Door) error {
	ended := make(chan error, len(doors))
	for _, d := range doors {
		d.Server.ErrorLog = slog.NewLogLogger(log.Handler(), slog.LevelDebug)
		go func() { ended <- d.Server.Serve(d.At) }()
	}
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	log.Info("stopping")
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	for _, d := range doors {
		if err := d.Server.Shutdown(last); err != nil && !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("stop the server: %w", err)
		}
	}
	return nil
}
