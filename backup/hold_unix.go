//go:build unix && !solaris && !aix

package backup

import (
	"errors"
	"os"
	"syscall"
)

// hold takes a file for as long as this process lives, and reports whether nobody else
// has it.
func hold(file *os.File) (free bool, err error) {
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return false, nil
	}
	if errors.Is(err, syscall.ENOTSUP) || errors.Is(err, syscall.ENOLCK) || errors.Is(err, syscall.EBADF) {
		return false, nil // a file system without locks: nobody is known to be gone
	}
	return err == nil, err
}
