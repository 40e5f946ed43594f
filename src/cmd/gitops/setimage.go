package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/bitpin/exchange/src/internal/command"
	"github.com/bitpin/exchange/src/internal/gitops/delivery"
	"github.com/bitpin/exchange/src/internal/gitops/image"
)

func setImageCommand(streams Streams, root *string) *cobra.Command {
	d := &deliverer{streams: streams}
	var reference string
	var downgrade bool
	cmd := &cobra.Command{
		Use:   "set-image --overlay NAME --image NAME:TAG@DIGEST",
		Short: "Make an overlay run an image",
		Long: `Make an overlay run an image: tag and digest of its kustomization, and nothing else.

It refuses an image that is not the app's, a tag that stood for another digest before, an
older version, and anything while the overlay is held after a rollback. The policies are
asked about the result first. With --push, it works beside other writers and leaves the
work tree alone.`,
		Example: "  gitops set-image --overlay staging --image docker.io/bitpin/exchange:1.4.2@sha256:… --push",
		Args:    command.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			to, err := image.Parse(reference)
			if err != nil {
				return command.Usage(fmt.Errorf("--image: %w", err))
			}
			if d.overlay.Name == "" {
				return command.Usage(errors.New("--overlay is missing: which overlay shall run the image"))
			}
			if err := d.open(cmd.Context(), *root); err != nil {
				return err
			}
			change := delivery.SetImage{Overlay: d.overlay, Image: to, AllowDowngrade: downgrade, Link: d.link}
			return d.run(cmd.Context(), change.Plan(d.repository), fmt.Sprintf("%s runs %s", d.overlay, to.Tag))
		},
	}
	d.flags(cmd)
	cmd.Flags().StringVar(&d.overlay.Name, "overlay", "", "the overlay, a directory of the app's overlays/")
	cmd.Flags().StringVar(&reference, "image", "", "the image, NAME:TAG@sha256:DIGEST")
	cmd.Flags().BoolVar(&downgrade, "allow-downgrade", false, "let the image be older than the one that runs, or not comparable")
	return cmd
}
