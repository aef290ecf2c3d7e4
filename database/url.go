package database

import (
	"strings"

	"github.com/rostergate/rostergate/fault"
)

// CheckURL says, as a fault.Invalid that quotes nothing of it, why a URL names no
// database. It opens none.
func CheckURL(url string) error {
	path, file := strings.CutPrefix(url, "sqlite:")
	switch {
	case isPostgres(url):
		_, err := parsePostgres(url)
		return err
	case file && path == "":
		return fault.New(fault.Invalid, "sqlite: is followed by the path of a file, such as sqlite:/var/lib/rostergate/rostergate.db")
	case file:
		return nil
	}
	return fault.New(fault.Invalid, "a database is neither postgres://... nor sqlite:PATH")
}

func isPostgres(url string) bool {
	return strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://")
}
