package main_test

import (
	"bytes"
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"

	rostergate "github.com/rostergate/rostergate/cmd/rostergate"
)

// run runs a command line in this process.
func run(args ...string) (code int, stdout, stderr string) {
	var out, trouble bytes.Buffer
	code = rostergate.Run(context.Background(), args, &out, &trouble)
	return code, out.String(), trouble.String()
}

var subcommand = regexp.MustCompile(`(?m)^  ([a-z]+)(?: |$)`)

// below lists the commands that a help text names.
func below(help string) []string {
	_, list, found := strings.Cut(help, "Available Commands:\n")
	if !found {
		return nil
	}
	list, _, _ = strings.Cut(list, "\n\n")
	var names []string
	for _, line := range subcommand.FindAllStringSubmatch(list, -1) {
		names = append(names, line[1])
	}
	return names
}

// tree lists every command by its words, from the root's help downwards.
func tree(t *testing.T, words []string) [][]string {
	t.Helper()
	code, help, _ := run(append(slices.Clone(words), "--help")...)
	if code != 0 {
		t.Fatalf("%q --help ended with %d", words, code)
	}
	var all [][]string
	for _, name := range below(help) {
		further := append(slices.Clone(words), name)
		all = append(append(all, further), tree(t, further)...)
	}
	return all
}

func TestEveryCommandHelpsWithAnExample(t *testing.T) {
	all := tree(t, nil)
	if len(all) < 20 {
		t.Errorf("only %d commands were found: %q", len(all), all)
	}
	for _, words := range all {
		code, help, stderr := run(append(slices.Clone(words), "--help")...)
		if code != 0 || stderr != "" {
			t.Errorf("%q --help ended with %d and says %s", words, code, stderr)
		}
		if command := strings.Join(words, " "); !strings.Contains(help, "Examples:\n  rostergate "+command) {
			t.Errorf("%s has no example of itself:\n%s", command, help)
		}
	}
}

func TestTheDocumentedCommandsAreThere(t *testing.T) {
	all := tree(t, nil)
	for _, command := range []string{
		"demo", "serve", "migrate", "rekey", "generate", "import", "version", "completion bash", "explain",
		"apps list", "apps show", "apps create", "apps enable", "apps suspend", "apps rotate", "apps answers",
		"grants show", "grants set", "grants copy", "audit disclosures", "audit changes", "audit refusals", "users add", "users list", "backup", "restore", "restored",
		"apps delete", "grants history", "grants undo", "grants export", "grants apply", "imports list", "imports show", "fields",
		"users link", "users role", "users suspend", "users enable", "users remove",
	} {
		if !slices.ContainsFunc(all, func(words []string) bool { return strings.Join(words, " ") == command }) {
			t.Errorf("there is no command %q", command)
		}
	}
}
