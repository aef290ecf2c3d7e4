package main

import (
	"bufio"
	"errors"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// errDeclined ends a command whose question was not answered with yes.
var errDeclined = errors.New("nothing was saved")

// yesFlag declares --yes, with which a command goes on without asking.
func yesFlag(cmd *cobra.Command) *bool {
	return cmd.Flags().Bool("yes", false, "go on without asking")
}

// asks reports whether there is somebody at a terminal to ask. A script, even one that
// was started at a terminal, gives its input from elsewhere.
func asks(cmd *cobra.Command, yes bool) bool { return !yes && isTerminal(cmd.InOrStdin()) }

// agree tells a person what will happen, each text on a line of its own, and asks. It is
// nil where the answer is yes.
func agree(cmd *cobra.Command, question string, told ...string) error {
	w := &lines{out: cmd.ErrOrStderr()}
	for _, line := range told {
		w.printf("%s\n", line)
	}
	w.printf("%s [y/N] ", question)
	if w.err != nil {
		return w.err
	}
	return saysYes(cmd, cmd.InOrStdin())
}

// saysYes waits for a line, or for the person to break off.
func saysYes(cmd *cobra.Command, in io.Reader) error {
	answered := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(in).ReadString('\n') // a line that ends too early is no yes
		answered <- strings.ToLower(strings.TrimSpace(line))
	}()
	select {
	case answer := <-answered:
		if answer == "y" || answer == "yes" {
			return nil
		}
	case <-cmd.Context().Done():
	}
	return errDeclined
}
