package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/bitpin/exchange/src/internal/command"
)

func imagesCommand(streams Streams) *cobra.Command {
	var only []string
	cmd := &cobra.Command{
		Use:   "images",
		Short: "Build from source the images of a cluster that can reach no registry",
		Args:  command.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			l, err := newLab(streams.Err)
			if err != nil {
				return err
			}
			images, err := l.Images(cmd.Context(), only)
			if err != nil {
				return err
			}
			for _, image := range images {
				fmt.Fprintf(streams.Out, "%s\t%s\n", image.Recipe.Name, image.File)
			}
			return nil
		},
	}
	cmd.Flags().StringSliceVar(&only, "only", nil, "names of images; all if none is given")
	return cmd
}
