package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/bitpin/exchange/src/lab/oci"
)

func pushCommand(streams Streams) *cobra.Command {
	var s source
	var note string
	cmd := &cobra.Command{
		Use:   "push",
		Short: "Build the image, push it to its registry, and print its name and digest",
		Long: `Build the image, push it to its registry, and print its name and digest.

The tag is the version. One that is in the registry already is never changed. Credentials
are DOCKER_USERNAME and DOCKER_PASSWORD, or what "docker login" left.`,
		Args: noArguments,
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
			pushed := s.reference() + "@" + digest.String()
			fmt.Fprintln(streams.Out, pushed)
			return s.note(note, pushed)
		},
	}
	s.flags(cmd, built...)
	cmd.Flags().StringVar(&note, "note", "", "a file below the work tree's root to write name and digest into, too")
	return cmd
}

// note keeps what was pushed for the steps after this one.
func (s *source) note(file, pushed string) error {
	if file == "" {
		return nil
	}
	file = filepath.Join(s.build.Root, file)
	err := os.MkdirAll(filepath.Dir(file), 0o755)
	if err == nil {
		err = os.WriteFile(file, []byte(pushed+"\n"), 0o600)
	}
	if err != nil {
		return fmt.Errorf("noting what was pushed: %w", err)
	}
	return nil
}
