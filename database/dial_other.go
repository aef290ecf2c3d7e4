//go:build !linux

package database

import "syscall"

// giveUp leaves it to the system how long sent bytes may stay unconfirmed.
func giveUp(string, string, syscall.RawConn) error { return nil }
