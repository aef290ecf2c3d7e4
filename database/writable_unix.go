//go:build unix

package database

import "syscall"

// mayWrite asks the system, whose answer covers modes, owners, and file systems
// that are mounted read-only.
func mayWrite(path string) error {
	const write = 2
	return syscall.Access(path, write)
}
