package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/terminal"
)

// errDeclined ends a command whose question was not answered with yes.
var errDeclined = errors.New("nothing was saved")

// yesFlag declares --yes, with which a command goes on without asking.
func yesFlag(cmd *cobra.Command) *bool {
	return cmd.Flags().Bool("yes", false, "go on without asking")
}

// asks reports whether there is somebody at a terminal to ask. A script, even one that
// was started at a terminal, gives its input from elsewhere.
func asks(cmd *cobra.Command, yes bool) bool { return !yes && terminal.Is(cmd.InOrStdin()) }

// agree tells a person what will happen, each text on a line of its own, and asks. It is
// nil where the answer is yes.
func agree(cmd *cobra.Command, question string, told ...string) error {
	w := &terminal.Lines{Out: cmd.ErrOrStderr()}
	for _, line := range told {
		w.Writef("%s\n", line)
	}
	w.Writef("%s [y/N] ", question)
	if w.Err != nil {
		return w.Err
	}
	if !terminal.SaysYes(cmd.Context(), cmd.InOrStdin()) {
		return errDeclined
	}
	return nil
}
