package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/bitpin/exchange/src/internal/command"
	"github.com/bitpin/exchange/src/lab/pgtest"
	"github.com/bitpin/exchange/src/lab/postgres"
)

func postgresCommand(streams Streams) *cobra.Command {
	var durable bool
	cmd := &cobra.Command{
		Use:   "postgres [--durable] -- COMMAND [ARGUMENT...]",
		Short: "Run a command beside a temporary PostgreSQL server",
		Long: `Run a command beside a temporary PostgreSQL server.

The command finds the server's URL in ` + pgtest.URLVariable + `. The server and
its data go when the command ends, whose exit code becomes lab's. As root on
Debian or Ubuntu, PostgreSQL is installed if it is missing.`,
		Example: "  lab postgres -- go test ./...",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return command.Usage(errors.New("lab postgres: name the command to run: lab postgres -- COMMAND"))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := postgres.Start(cmd.Context(), postgres.Options{NoFsync: !durable, Install: true, Log: streams.Err})
			if err != nil {
				return err
			}
			return errors.Join(beside(cmd.Context(), s, args, streams), s.Stop())
		},
	}
	cmd.Flags().BoolVar(&durable, "durable", false, "write commits to disk before confirming them (fsync), as measurements need")
	cmd.Flags().SetInterspersed(false)
	return cmd
}

// beside runs a command to its end. It shares our process group, so Ctrl-C reaches
// it too; only a SIGTERM to us alone has to be passed on, and does no harm twice.
func beside(ctx context.Context, s *postgres.Server, args []string, streams Streams) error {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env = append(os.Environ(), pgtest.URLVariable+"="+s.URL(postgres.DefaultDatabase))
	cmd.Stdin, cmd.Stdout, cmd.Stderr = streams.In, streams.Out, streams.Err
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit) && exit.Exited():
		return exitError(exit.ExitCode())
	case err != nil:
		return fmt.Errorf("running %s: %w", args[0], err)
	}
	return nil
}
