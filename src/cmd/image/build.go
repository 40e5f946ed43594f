package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/spf13/cobra"

	"github.com/bitpin/exchange/src/internal/command"
	"github.com/bitpin/exchange/src/lab/oci"
)

func buildCommand(streams Streams) *cobra.Command {
	var s source
	var output string
	var twice bool
	cmd := &cobra.Command{
		Use:   "build",
		Short: "Write the image into an archive, and print its name and digest",
		Long: `Write the image into an archive, and print its name and digest.

For one platform it is an archive that docker and containerd load, for several one in the
layout of the OCI. The same commit makes the same digest; --twice checks that.`,
		Args: command.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := s.find(cmd.Context()); err != nil {
				return err
			}
			index, err := s.build.Index(cmd.Context(), s.parsed)
			if err != nil {
				return err
			}
			digest, err := index.Digest()
			if err != nil {
				return err
			}
			if twice {
				if err := s.again(cmd.Context(), digest); err != nil {
					return err
				}
			}
			path := filepath.Join(s.build.Root, output)
			if filepath.IsAbs(output) {
				path = output
			}
			if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
				return fmt.Errorf("making the archive's directory: %w", err)
			}
			if digest, err = s.save(index, path); err != nil {
				return err
			}
			fmt.Fprintf(streams.Out, "%s@%s\n%s\n", s.reference(), digest, path)
			return nil
		},
	}
	s.flags(cmd, here())
	cmd.Flags().StringVar(&output, "output", ".local/exchange-image.tar", "the archive, below the work tree's root if it is relative")
	cmd.Flags().BoolVar(&twice, "twice", false, "build again, in another directory and with an empty build cache, and compare")
	return cmd
}

// save writes the archive and returns the digest of what is in it: of the index, or of the
// one image.
func (s *source) save(index v1.ImageIndex, path string) (v1.Hash, error) {
	if len(s.parsed) > 1 {
		if err := oci.SaveIndex(index, s.reference(), path); err != nil {
			return v1.Hash{}, err
		}
		return index.Digest()
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		return v1.Hash{}, err
	}
	image, err := index.Image(manifest.Manifests[0].Digest)
	if err != nil {
		return v1.Hash{}, err
	}
	return manifest.Manifests[0].Digest, oci.Save(image, []string{s.reference()}, path)
}

// again builds once more and compares.
func (s *source) again(ctx context.Context, want v1.Hash) error {
	index, err := s.build.Elsewhere(ctx, s.parsed)
	if err != nil {
		return err
	}
	digest, err := index.Digest()
	if err != nil {
		return err
	}
	if digest != want {
		return fmt.Errorf("a second build made %s, and the first %s: something of the machine is in the image", digest, want)
	}
	return nil
}
