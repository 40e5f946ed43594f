package postgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"github.com/bitpin/exchange/src/lab/debian"
)

// engine is where PostgreSQL's programs come from and how they run.
type engine interface {
	// prepare comes before the first program.
	prepare(ctx context.Context, h *home, o Options) error
	// command makes a program ready to start in a directory of ours.
	command(dir *os.File, p program) *exec.Cmd
	// network returns the settings with which a server listens on a port of
	// 127.0.0.1 and cannot be reached by any other way.
	network(port int, path func(string) string) []string
	// own gives a file of ours to the user as which the programs run.
	own(path string) error
	describe() string
}

// program is a call of one of PostgreSQL's programs.
type program struct {
	name string
	port int // on which it listens, 0: on none
	// args gets a function that turns a name inside the directory into the one that
	// the program must use.
	args func(path func(string) string) []string
}

// chooseEngine returns what can run the data of the given major version (0: any),
// installing it if the options allow.
func chooseEngine(ctx context.Context, o Options, h *home) (engine, error) {
	major, err := h.major()
	if err != nil {
		return nil, err
	}
	who, err := currentIdentity()
	if err != nil {
		return nil, err
	}
	b, err := Find(ctx, major)
	if errors.Is(err, ErrNoBinaries) && major == 0 && o.Install && debian.Detect().CanInstall() {
		if err := install(ctx, o.log()); err != nil {
			return nil, err
		}
		b, err = Find(ctx, 0)
	}
	if errors.Is(err, ErrNoBinaries) && o.Docker && dockerAnswers(ctx) {
		return newContainer(h, who, major), nil
	}
	switch {
	case err == nil:
		return native{b, who}, nil
	case errors.Is(err, ErrNoBinaries) && major != 0:
		return nil, fmt.Errorf("%w: it made the data in %s; install it, or start Docker, or remove that directory to start afresh", err, h.dir.Name())
	case errors.Is(err, ErrNoBinaries):
		return nil, fmt.Errorf("%w; %s", err, choices)
	default:
		return nil, err
	}
}

// native runs installed programs.
type native struct {
	Binaries
	identity
}

func (n native) prepare(ctx context.Context, h *home, _ Options) error {
	return h.awaitPredecessor(ctx)
}

func (n native) command(dir *os.File, p program) *exec.Cmd {
	return n.identity.command(dir, filepath.Join(n.Dir, p.name), p.args)
}

func (n native) network(port int, _ func(string) string) []string {
	return []string{"listen_addresses=127.0.0.1", "port=" + strconv.Itoa(port)}
}

func (n native) describe() string { return fmt.Sprintf("PostgreSQL %d of %s", n.Major, n.Dir) }
