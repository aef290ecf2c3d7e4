package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/cmd/rostergate/release"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/drafts"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/settings"
	"github.com/rostergate/rostergate/terminal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(Run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// The exit codes.
const (
	exitDone   = 0
	exitFailed = 1 // what was asked failed
	exitUsage  = 2
)

// errQuiet is a failure that the output explains already.
var errQuiet = errors.New("failed")

// Run runs a command line and returns its exit code.
func Run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	cmd, err := root.ExecuteContextC(ctx)
	var usage usageError
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errQuiet), errors.Is(err, drafts.ErrSaid):
		return exitFailed
	case errors.As(err, &usage):
		_ = terminal.Complain(stderr, err, "See '"+cmd.CommandPath()+" --help'.\n")
		return exitUsage
	}
	advice := ""
	if database.Passing(err) && !errors.Is(err, intake.ErrNothingStored) && ctx.Err() == nil {
		advice = "This may pass by itself: see that the database answers, takes writes and has room, and try again.\n"
	}
	_ = terminal.Complain(stderr, err, advice)
	return exitFailed
}

// newRoot is the tree of commands.
func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "rostergate",
		Short:         "A per-app data-sharing gateway for school districts",
		Long:          "Rostergate stands in front of a district's OneRoster data and gives each vendor app what the district decided, and nothing else.",
		SilenceUsage:  true,
		SilenceErrors: true,
		Version:       release.WithGo(stamped),
		Example:       "  rostergate demo",
		RunE:          help,
	}
	root.SetVersionTemplate("{{.Version}}\n")
	settings.Declare(root.PersistentFlags(), settings.Everywhere)
	root.AddCommand(demoCommand(), serveCommand(), migrateCommand(), restoredCommand(), backupCommand(), restoreCommand(), rekeyCommand(), generateCommand(), importCommand(),
		appsCommand(), grantsCommand(), optoutsCommand(), approvalsCommand(), policyCommand(), guardrailsCommand(), fieldsCommand(), importsCommand(), checksCommand(), explainCommand(), auditCommand(), usersCommand(), districtCommand(), versionCommand())
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	complete(root)
	asUsage(root)
	return root
}

// complete gives the commands that cobra brings along what ours have: an example,
// and something to do.
func complete(cmd *cobra.Command) {
	if cmd.Example == "" && cmd.HasParent() {
		cmd.Example = "  " + cmd.CommandPath()
	}
	if !cmd.Runnable() {
		cmd.RunE = help
	}
	for _, sub := range cmd.Commands() {
		complete(sub)
	}
}
