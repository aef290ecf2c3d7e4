package terminal

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/likeness"
)

// CheckArguments names the argument that is missing, or the first that is one too many.
func CheckArguments(cmd *cobra.Command, args []string) error {
	wanted := arguments(cmd)
	switch {
	case len(args) < len(wanted) && !strings.HasPrefix(wanted[len(args)], "["):
		return fmt.Errorf("%s is missing: %s", wanted[len(args)], cmd.UseLine())
	case len(args) <= len(wanted):
		return checkFlags(cmd)
	case !cmd.HasSubCommands():
		return fmt.Errorf("%q is one argument too many: %s", args[len(wanted)], cmd.UseLine())
	}
	return fmt.Errorf("there is no command %q%s", strings.TrimSpace(beyond(cmd)+" "+args[0]), likeness.Question(likeness.One(args[0], subcommands(cmd))))
}

// checkFlags refuses flags that do not go together, and those that are missing.
func checkFlags(cmd *cobra.Command) error {
	return cmp.Or(cmd.ValidateRequiredFlags(), cmd.ValidateFlagGroups())
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
