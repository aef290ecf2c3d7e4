package dbtest

import "syscall"

// memory is the file system in memory that Linux machines have, empty where it is
// missing, another kind of file system, or small, as it is in many containers.
func memory() string {
	const place, tmpfs = "/dev/shm", 0x01021994
	const writable = 2 // W_OK
	var found syscall.Statfs_t
	if err := syscall.Statfs(place, &found); err != nil || int64(found.Type) != tmpfs {
		return ""
	}
	if found.Bavail*uint64(found.Bsize) < memoryRoom || syscall.Access(place, writable) != nil {
		return ""
	}
	return place
}
