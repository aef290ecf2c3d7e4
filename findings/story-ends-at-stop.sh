#!/usr/bin/env bash
# testscript v1.16.0 (github.com/rogpeppe/go-internal) prefers its own commands to those
# of Params.Cmds, without a word.
#
# A test suite that defines a command called stop, say to stop a server, runs testscript's
# stop instead: the story ends there and has passed, and no line behind it is ever run. A
# last line that must fail, fails nothing.
#
# Seen: the custom stop is not called, and the story passes although it ends with
# "! exec true". With the command under another name the same story fails.
#
# Needs Go; exits 1 if what is seen changes.
set -euo pipefail

work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"
mkdir stories
printf 'NAME\n! exec true\n' >story.txt

cat >story_test.go <<'GO'
package story

import (
	"fmt"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestStory(t *testing.T) {
	called := 0
	custom := func(*testscript.TestScript, bool, []string) { called++ }
	t.Run("told", func(t *testing.T) {
		testscript.Run(t, testscript.Params{
			Dir:  "stories",
			Cmds: map[string]func(*testscript.TestScript, bool, []string){os.Getenv("NAME"): custom},
		})
	})
	fmt.Printf("called %d\n", called)
}
GO
export GOFLAGS=-mod=mod
go mod init story >/dev/null 2>&1
go get github.com/rogpeppe/go-internal@v1.16.0 >/dev/null 2>&1

tell() {
	sed "s/NAME/$1/" story.txt >stories/one.txtar
	NAME=$1 go test -count 1 -v . >out 2>&1 && verdict=passed || verdict=failed
	echo "$1: $verdict, $(grep -oE 'called [0-9]+' out)"
}
seen="$(tell stop); $(tell halt)"
echo "testscript v1.16.0: $seen"
[ "$seen" = 'stop: passed, called 0; halt: failed, called 1' ]
