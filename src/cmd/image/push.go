package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/spf13/cobra"

	"github.com/bitpin/exchange/src/internal/command"
	"github.com/bitpin/exchange/src/lab/oci"
)

func pushCommand(streams Streams) *cobra.Command {
	var s source
	var outputs string
	cmd := &cobra.Command{
		Use:   "push",
		Short: "Build the image, push it to its registry, and print its name and digest",
		Long: `Build the image, push it to its registry, and print its name and digest.

The tag is the version. One that is in the registry already is never changed. Credentials
are DOCKER_USERNAME and DOCKER_PASSWORD, or what "docker login" left.`,
		Args: command.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := s.find(cmd.Context()); err != nil {
				return err
			}
			if s.build.Stamp.Modified() {
				return errors.New("the sources are not as their commit, and an image in a registry names one: commit first")
			}
			keychain, err := oci.Credentials()
			if err != nil {
				return err
			}
			index, err := s.build.Index(cmd.Context(), s.parsed)
			if err != nil {
				return err
			}
			digest, err := oci.Push(cmd.Context(), index, s.reference(), keychain)
			if err != nil {
				return err
			}
			fmt.Fprintf(streams.Out, "%s@%s\n", s.reference(), digest)
			return s.note(outputs, digest)
		},
	}
	s.flags(cmd, built...)
	cmd.Flags().StringVar(&outputs, "outputs", "", "a file to add reference=, name= and digest= to, as GitHub's steps have")
	return cmd
}

// note tells the steps after this one what was pushed. The name is the one by which
// attestations know the registry.
func (s *source) note(file string, digest v1.Hash) error {
	if file == "" {
		return nil
	}
	repository, err := name.NewRepository(s.name)
	if err != nil {
		return fmt.Errorf("noting what was pushed: %w", err)
	}
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600) //nolint:gosec // it was named by the user
	if err != nil {
		return fmt.Errorf("noting what was pushed: %w", err)
	}
	_, err = fmt.Fprintf(f, "reference=%s@%s\nname=%s\ndigest=%s\n", s.reference(), digest, repository.Name(), digest)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("noting what was pushed: %w", err)
	}
	return nil
}
