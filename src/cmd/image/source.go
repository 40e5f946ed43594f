package main

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/spf13/cobra"

	"github.com/bitpin/exchange/src/internal/command"
	"github.com/bitpin/exchange/src/internal/gitops/adopt"
	"github.com/bitpin/exchange/src/lab/local"
	"github.com/bitpin/exchange/src/lab/oci"
)

// built are the platforms that an image may be for.
var built = []string{"linux/amd64", "linux/arm64"}

// source is what an image is built from, and for what.
type source struct {
	platforms []string
	parsed    []v1.Platform
	// name is the image's, without a tag.
	name  string
	build oci.Build
}

func (s *source) flags(cmd *cobra.Command, platforms ...string) {
	cmd.Flags().StringSliceVar(&s.platforms, "platform", platforms, "what to build for: "+strings.Join(built, ","))
	cmd.Flags().StringVar(&s.name, "name", "", "the image's name, without a tag (default: the one of "+adopt.File+")")
}

// find looks for the work tree that we are called in, and for what it says of itself.
func (s *source) find(ctx context.Context) error {
	for _, text := range s.platforms {
		platform, err := v1.ParsePlatform(text)
		if err != nil || !slices.Contains(built, text) {
			return command.Usage(fmt.Errorf("--platform %q: must be of %s", text, strings.Join(built, ", ")))
		}
		s.parsed = append(s.parsed, *platform)
	}
	if len(s.parsed) == 0 {
		return command.Usage(fmt.Errorf("--platform is empty: name at least one of %s", strings.Join(built, ", ")))
	}
	tree, err := local.FindTree(".")
	if err != nil {
		return err
	}
	settings, err := adopt.Read(tree.Root)
	if err != nil {
		return err
	}
	if s.name == "" {
		s.name = settings.Image
	}
	s.build = oci.Build{Root: tree.Root, Source: strings.TrimSuffix(settings.Repository, ".git")}
	s.build.Stamp, err = oci.Describe(ctx, tree.Root)
	return err
}

// reference is the image's name with the tag that says what it was built from.
func (s *source) reference() string { return s.name + ":" + s.build.Stamp.Version }

// here is this machine's kind of node.
func here() string { return "linux/" + runtime.GOARCH }
