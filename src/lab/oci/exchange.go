package oci

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Exchange builds the service from the work tree below root and puts it into an
// image of its own: one static program, run by a user without rights.
func Exchange(ctx context.Context, root string) (v1.Image, error) {
	dir, err := os.MkdirTemp("", "exchange-image-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	program := filepath.Join(dir, "exchange")
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", program, "./src/cmd/exchange")
	cmd.Dir, cmd.Env = root, append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("building the exchange: %w:\n%s", err, out)
	}
	layer, err := Layer([]File{{Path: "/exchange", Source: program}})
	if err != nil {
		return nil, err
	}
	return Image(v1.Config{Entrypoint: []string{"/exchange"}, Cmd: []string{"serve"}, User: "65532:65532"}, layer)
}
