//go:build !unix

package database

// mayWrite leaves the answer to the connections.
func mayWrite(string) error { return nil }
