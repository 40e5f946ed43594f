package postgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"github.com/bitpin/exchange/src/lab/guard"
)

// Server is a running PostgreSQL. Its methods may not be called concurrently,
// except URL and the like.
type Server struct {
	options Options
	home    *home
	engine  engine
	guard   *guard.Guard

	mu     sync.Mutex
	cmd    *exec.Cmd
	exited chan struct{} // closed when cmd has ended
	closed bool
}

// Start finds or, if the options allow, installs PostgreSQL, makes the data if
// there is none yet, and returns once the server answers. The context bounds the
// start only. Typed errors: ErrNoBinaries, *InUseError.
func Start(ctx context.Context, options Options) (_ *Server, err error) {
	h, err := openHome(options.Dir)
	if err != nil {
		return nil, err
	}
	s := &Server{options: options, home: h}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Stop())
		}
	}()
	if s.engine, err = chooseEngine(ctx, options, h); err != nil {
		return nil, err
	}
	if s.guard, err = h.guard(); err != nil {
		return nil, err
	}
	if err := s.prepare(ctx); err != nil {
		return nil, err
	}
	if err := s.launchOnFreePort(ctx); err != nil {
		return nil, err
	}
	if err := s.ensureUser(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// DSN says how User connects to a database.
func (s *Server) DSN(database string) DSN {
	return DSN{Address{"127.0.0.1", s.home.settings.Port}, User, s.home.settings.UserPassword, database}
}

// URL returns the URL with which User connects to a database.
func (s *Server) URL(database string) string { return s.DSN(database).URL() }

// AdminURL returns the URL with which the superuser connects to a database.
func (s *Server) AdminURL(database string) string {
	return DSN{Address{"127.0.0.1", s.home.settings.Port}, Superuser, s.home.settings.SuperuserPassword, database}.URL()
}

// LogFile returns the path of the server's log.
func (s *Server) LogFile() string { return s.home.path(logFile) }

// Binaries returns the programs that the server came with, pgbench perhaps among
// them; ok is false if they are in a container.
func (s *Server) Binaries() (b Binaries, ok bool) {
	n, ok := s.engine.(native)
	return n.Binaries, ok
}

// Exited returns a channel that is closed once the server process has ended,
// whoever ended it. After a Restart there is a new channel.
func (s *Server) Exited() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.exited
}

// Stop ends open sessions, writes a checkpoint and gives up the directory. The
// server cannot be used any more. A second call does nothing.
func (s *Server) Stop() error {
	if s.closed {
		return nil
	}
	s.closed = true
	s.guard.Dismiss()
	return errors.Join(s.end(syscall.SIGINT), s.home.close())
}

// Kill ends the server at once, as if it had crashed: it will recover from its log
// on Restart. URLs stay valid.
func (s *Server) Kill() error { return s.end(syscall.SIGQUIT) }

// Restart stops the server if it runs, and starts it on the same port.
func (s *Server) Restart(ctx context.Context) error {
	if err := s.end(syscall.SIGINT); err != nil {
		return err
	}
	return s.launch(ctx)
}

// end signals the server process and waits for its end.
func (s *Server) end(signal syscall.Signal) error {
	s.mu.Lock()
	cmd, exited := s.cmd, s.exited
	s.mu.Unlock()
	if cmd == nil {
		return nil
	}
	for _, signal := range []syscall.Signal{signal, syscall.SIGQUIT, syscall.SIGKILL} {
		if err := cmd.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return fmt.Errorf("stopping PostgreSQL: %w", err)
		}
		select {
		case <-exited:
			return nil
		case <-time.After(30 * time.Second):
		}
	}
	return fmt.Errorf("PostgreSQL (process %d) does not end", cmd.Process.Pid)
}
