// Package docker finds a Docker engine that answers, or installs and starts one
// where it may, and runs docker's command.
package docker

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// Answers reports whether a Docker engine answers; the error says why not.
func Answers(ctx context.Context) error {
	if _, err := exec.LookPath("docker"); err != nil {
		return errors.New("docker is not installed")
	}
	_, err := Output(ctx, "version", "--format", "{{.Server.Version}}")
	return err
}

// Output runs a docker command and returns what it printed, without white space
// around it.
func Output(ctx context.Context, args ...string) (string, error) {
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, "docker", args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return "", failure(args, err, stderr.String())
	}
	return strings.TrimSpace(stdout.String()), nil
}

// Run runs a docker command with in as its standard input, which may be nil, and
// its output in out.
func Run(ctx context.Context, in io.Reader, out io.Writer, args ...string) error {
	var stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, "docker", args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, out, &stderr
	if err := cmd.Run(); err != nil {
		return failure(args, err, stderr.String())
	}
	return nil
}

func failure(args []string, err error, stderr string) error {
	lines := strings.Split(strings.TrimSpace(stderr), "\n")
	return fmt.Errorf("docker %s: %w: %s", args[0], err, strings.Join(lines[max(0, len(lines)-10):], "\n  "))
}

// Exists reports whether there is an image or container of that name.
func Exists(ctx context.Context, kind, name string) bool {
	_, err := Output(ctx, kind, "inspect", "--format", "{{.Id}}", name)
	return err == nil
}

// LoadImage loads an archive into the engine.
func LoadImage(ctx context.Context, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return Run(ctx, f, io.Discard, "load", "--quiet")
}
