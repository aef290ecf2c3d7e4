package main

import (
	"fmt"

	"github.com/spf13/cobra"

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
	if err := terminal.CheckArguments(cmd, args); err != nil {
		return usageError{err}
	}
	return nil
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
