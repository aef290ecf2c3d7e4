package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/likeness"
	"github.com/rostergate/rostergate/settings"
	"github.com/rostergate/rostergate/terminal"
)

// usageError is a command line that cannot be understood, or a setting that will not do.
type usageError struct{ error }

// read reads the settings of a command. What will not do is a usage error, whatever said it.
func read(cmd *cobra.Command) (settings.Settings, error) {
	s, err := settings.Read(cmd)
	if err != nil {
		return s, usageError{err}
	}
	return s, nil
}

// asUsage makes every complaint about flags and arguments a usage error, and has the
// arguments of every command checked against its line of usage. Help takes anything.
func asUsage(cmd *cobra.Command) {
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	if cmd.Name() != "help" {
		cmd.Args = checkArguments
	}
	for _, sub := range cmd.Commands() {
		asUsage(sub)
	}
}

// checkArguments names the argument that is missing, or the first that is one too many.
func checkArguments(cmd *cobra.Command, args []string) error {
	wanted := arguments(cmd)
	switch {
	case len(args) < len(wanted) && !strings.HasPrefix(wanted[len(args)], "["):
		return usageError{fmt.Errorf("%s is missing: %s", wanted[len(args)], cmd.UseLine())}
	case len(args) <= len(wanted):
		return checkFlags(cmd)
	case !cmd.HasSubCommands():
		return usageError{fmt.Errorf("%q is one argument too many: %s", args[len(wanted)], cmd.UseLine())}
	}
	return usageError{fmt.Errorf("there is no command %q%s", strings.TrimSpace(beyond(cmd)+" "+args[0]), likeness.Question(likeness.One(args[0], subcommands(cmd))))}
}

// checkFlags refuses flags that do not go together, and those that are missing.
func checkFlags(cmd *cobra.Command) error {
	if err := cmp.Or(cmd.ValidateRequiredFlags(), cmd.ValidateFlagGroups()); err != nil {
		return usageError{err}
	}
	return nil
}

// arguments are the names in a command's line of usage that stand for its arguments, in
// brackets where it may be left out. What follows a flag is the flag's.
func arguments(cmd *cobra.Command) []string {
	var names []string
	words := strings.Fields(cmd.Use)
	for i, word := range words[1:] {
		if !strings.HasPrefix(word, "-") && !strings.HasPrefix(words[i], "-") {
			names = append(names, word)
		}
	}
	return names
}

// beyond is a command's path without the program's name.
func beyond(cmd *cobra.Command) string {
	_, path, _ := strings.Cut(cmd.CommandPath(), " ")
	return path
}

func subcommands(cmd *cobra.Command) []string {
	var names []string
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	return slices.Sorted(slices.Values(names))
}

// listFlag declares a flag that takes names.
func listFlag(cmd *cobra.Command, to *terminal.Names, name, usage string) {
	cmd.Flags().Var(to, name, usage)
}

// oneName refuses a list, given by a flag, of which a part reads like one of the known
// names: it is not certain that it means several.
func oneName(flag string, n terminal.Names, known []string) error {
	if err := n.OneName(known); err != nil {
		return usageError{fmt.Errorf("--%s: %w", flag, err)}
	}
	return nil
}
