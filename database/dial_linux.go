package database

import (
	"strings"
	"syscall"
)

// giveUp sets how long sent bytes may stay unconfirmed: keepalives do not count while
// some are.
func giveUp(network, _ string, conn syscall.RawConn) error {
	if !strings.HasPrefix(network, "tcp") {
		return nil
	}
	const userTimeout = 0x12 // TCP_USER_TIMEOUT, in milliseconds
	var failed error
	err := conn.Control(func(fd uintptr) {
		failed = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, userTimeout, int(silence.Milliseconds()))
	})
	if err != nil {
		return err
	}
	return failed
}
