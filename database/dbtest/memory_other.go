//go:build !linux

package dbtest

// memory is empty: it is only known how Linux machines do it.
func memory() string { return "" }
