#!/usr/bin/env bash
# pflag v1.1.0 drops what stands behind a line end in a list of a StringSlice flag,
# without a word.
#
# A list such as --hide is read as CSV, but of the CSV only the first record is taken. Of a
# value with a line end in it, as a shell script makes with one name a line, the names of
# the first line are kept and the others are lost: what was to be hidden stays shared, and
# the command succeeds.
#
# Seen: $'users.email\nusers.phone' is the one name "users.email"; the same names with a
# comma between are two.
#
# Needs Go; exits 1 if what is seen changes.
set -euo pipefail

work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"

cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"

	"github.com/spf13/pflag"
)

func main() {
	flags := pflag.NewFlagSet("list", pflag.ContinueOnError)
	hide := flags.StringSlice("hide", nil, "")
	err := flags.Parse(os.Args[1:])
	fmt.Printf("%q %v", *hide, err)
}
GO
export GOFLAGS=-mod=mod
go mod init list >/dev/null 2>&1
go get github.com/spf13/pflag@v1.1.0 >/dev/null 2>&1
go build -o list .

seen="$(./list --hide $'users.email\nusers.phone'); $(./list --hide users.email,users.phone)"
echo "pflag v1.1.0: $seen"
[ "$seen" = '["users.email"] <nil>; ["users.email" "users.phone"] <nil>' ]
