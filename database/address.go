package database

import (
	"strings"

	"github.com/rostergate/rostergate/fault"
)

// plain refuses a URL whose password, or name, holds a character that ends it: what
// stands behind would be taken for the host, and hosts are named in errors. Nothing of
// the URL is in the error.
func plain(url string) error {
	_, rest, _ := strings.Cut(url, "://")
	authority, behind := rest, ""
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		authority, behind = rest[:end], rest[end:]
	}
	if strings.Count(authority, "@") > 1 {
		return notPlain()
	}
	// Only the value of a parameter may hold one: user=me@directory.
	path, query, _ := strings.Cut(behind, "?")
	key, _, _ := strings.Cut(query, "=")
	if strings.Contains(path, "@") || strings.Contains(key, "@") || strings.Contains(behind, "#") {
		return notPlain()
	}
	return nil
}

func notPlain() error {
	return fault.New(fault.Invalid, "the URL has an @, a /, a ? or a # in its name or password: write %%40 for @, %%2F for /, %%3F for ? and %%23 for #")
}
