package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/bitpin/exchange/src/internal/command"
	"github.com/bitpin/exchange/src/internal/gitops/adopt"
)

func adoptCommand(streams Streams, root *string) *cobra.Command {
	var to adopt.Settings
	cmd := &cobra.Command{
		Use:   "adopt [--repository URL] [--image NAME]",
		Short: "Make the tree name your Git repository and your image",
		Long: `Make the tree name your Git repository and your image, in place of those that
` + adopt.File + ` says. Adopting again changes nothing.`,
		Example: "  gitops adopt --repository https://git.example.com/exchange.git --image registry.example.com/exchange",
		Args:    command.NoArguments,
		RunE: func(*cobra.Command, []string) error {
			dir, err := repository(*root)
			if err != nil {
				return err
			}
			changed, err := adopt.Adopt(dir, to)
			for _, name := range changed {
				fmt.Fprintf(streams.Out, "changed %s\n", name)
			}
			if err == nil && len(changed) == 0 {
				fmt.Fprintln(streams.Out, "nothing to change")
			}
			return err
		},
	}
	cmd.Flags().StringVar(&to.Repository, "repository", "", "URL that Argo CD reads from; as it is, if empty")
	cmd.Flags().StringVar(&to.Image, "image", "", "the exchange's image, without tag and digest; as it is, if empty")
	return cmd
}
