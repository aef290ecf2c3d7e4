package database

import (
	"net"
	"time"
)

const (
	// connectTime is how long making a connection may take where the URL says nothing.
	connectTime = 10 * time.Second

	// silence is how long a peer may leave what was sent unconfirmed before its
	// connection is given up.
	silence = 20 * time.Second
)

// dialer makes connections that notice by themselves when nobody is there any more,
// half a minute after the last sign of life.
func dialer() *net.Dialer {
	return &net.Dialer{
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 10 * time.Second, Interval: 5 * time.Second, Count: 4},
		Control:         giveUp,
	}
}
