package main

import (
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/terminal"
)

// stamped is which release this is, as make build says to the linker; else empty.
var stamped string

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Say which version this is",
		Example: "  rostergate version",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return terminal.Say(cmd.OutOrStdout(), "%s\n", version())
		},
	}
}

// version is which rostergate this is, and of which Go.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "rostergate " + release()
	}
	return "rostergate " + release() + " " + info.GoVersion
}

// release is which rostergate this is: as it was stamped, or as Go itself notes where it
// builds a module or a clone with git at hand.
func release() string {
	if stamped != "" {
		return stamped
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return unversioned
	}
	if info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	noted := map[string]string{}
	for _, s := range info.Settings {
		noted[s.Key] = s.Value
	}
	switch revision := noted["vcs.revision"]; {
	case revision == "":
		return unversioned
	case noted["vcs.modified"] == "true":
		return revision + "-dirty"
	default:
		return revision
	}
}

// unversioned is what a build calls itself that nobody told what it is of.
const unversioned = "unversioned"
