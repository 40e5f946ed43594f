package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/bitpin/exchange/src/internal/command"
	"github.com/bitpin/exchange/src/internal/gitops/delivery"
)

func rollbackCommand(streams Streams, root *string) *cobra.Command {
	d := &deliverer{streams: streams}
	var to, reason string
	var release bool
	cmd := &cobra.Command{
		Use:   "rollback --overlay NAME",
		Short: "Make an overlay run what it ran before, and hold it there",
		Long: `Make an overlay run what it ran before, as Git knows, and hold it there: set-image and
promote refuse to change it until it is released. A second rollback goes further back.`,
		Example: "  gitops rollback --overlay production --reason 'orders are slow' --push\n  gitops rollback --overlay production --release --push",
		Args:    command.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case d.overlay.Name == "":
				return command.Usage(errors.New("--overlay is missing: which overlay shall go back"))
			case release && (to != "" || reason != ""):
				return command.Usage(errors.New("--release ends a hold, and goes neither back nor has a reason"))
			}
			if err := d.open(cmd.Context(), *root); err != nil {
				return err
			}
			if release {
				change := delivery.Release{Overlay: d.overlay, Link: d.link}
				return d.run(cmd.Context(), change.Plan(d.repository), fmt.Sprintf("%s is not held", d.overlay))
			}
			change := delivery.Rollback{Overlay: d.overlay, To: to, Reason: reason, Link: d.link, Now: time.Now()}
			return d.run(cmd.Context(), change.Plan(d.repository), fmt.Sprintf("%s is rolled back and held", d.overlay))
		},
	}
	d.flags(cmd)
	cmd.Flags().StringVar(&d.overlay.Name, "overlay", "", "the overlay, a directory of the app's overlays/")
	cmd.Flags().StringVar(&to, "to", "", "the tag to go back to; the version before, if empty")
	cmd.Flags().StringVar(&reason, "reason", "", "why, for people, one line")
	cmd.Flags().BoolVar(&release, "release", false, "end the hold: what runs stays, and may change again")
	return cmd
}
