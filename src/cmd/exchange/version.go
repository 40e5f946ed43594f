package main

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/bitpin/exchange/src/internal/command"
)

// Set by releases: -ldflags "-X main.version=v1.2.3 -X main.commit=<hash>". Other
// builds find both in what the Go toolchain stamped.
var version, commit string

// build says what this program was made from.
type build struct{ Version, Commit string }

func thisBuild() build {
	b := build{version, commit}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return build{cmp.Or(b.Version, "unknown"), cmp.Or(b.Commit, "unknown")}
	}
	b.Version = cmp.Or(b.Version, info.Main.Version, "(devel)")
	if b.Commit != "" {
		return b
	}
	modified := ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			b.Commit = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			modified = " (modified)"
		}
	}
	if b.Commit == "" {
		return build{b.Version, "unknown"}
	}
	b.Commit += modified
	return b
}

func versionCommand(streams Streams) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Show which build this is",
		Args:  command.NoArguments,
		RunE: func(*cobra.Command, []string) error {
			b := thisBuild()
			_, err := fmt.Fprintf(streams.Out, "exchange %s\ncommit %s\n%s %s/%s\n", b.Version, b.Commit, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}
