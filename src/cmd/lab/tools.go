package main

import (
	"github.com/spf13/cobra"

	"github.com/bitpin/exchange/src/internal/command"
	"github.com/bitpin/exchange/src/lab/debian"
	"github.com/bitpin/exchange/src/lab/tool"
)

func toolsCommand(streams Streams) *cobra.Command {
	return &cobra.Command{
		Use:   "tools",
		Short: "Install the programs that the tests need, or say how to",
		Args:  command.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return tool.Ensure(cmd.Context(), tool.Tools(), debian.Detect(), streams.Err)
		},
	}
}
