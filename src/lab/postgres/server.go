package postgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/bitpin/exchange/src/lab/guard"
)

// Server is a running PostgreSQL. Its methods may not be called concurrently,
// except URL and the like.
type Server struct {
	options  Options
	home     *home
	guard    *guard.Guard
	binaries Binaries
	identity identity

	mu     sync.Mutex
	cmd    *exec.Cmd
	exited chan struct{} // closed when cmd has ended
	closed bool
}

// startTimeout bounds how long a server may take to answer, recovery included.
const startTimeout = 2 * time.Minute

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
	if s.binaries, err = s.find(ctx); err != nil {
		return nil, err
	}
	if s.identity, err = currentIdentity(); err != nil {
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
	return s, s.ensureUser(ctx)
}

// find returns the binaries that suit the data, installing them if allowed.
func (s *Server) find(ctx context.Context) (Binaries, error) {
	major, err := s.home.major()
	if err != nil {
		return Binaries{}, err
	}
	b, err := Find(ctx, major)
	if errors.Is(err, ErrNoBinaries) && major == 0 && s.options.Install && canInstall() {
		if err := install(ctx, s.options.log()); err != nil {
			return Binaries{}, err
		}
		b, err = Find(ctx, 0)
	}
	switch {
	case errors.Is(err, ErrNoBinaries) && major != 0:
		return b, fmt.Errorf("%w: it made the data in %s; install it, or remove that directory to start afresh", err, s.home.dir.Name())
	case errors.Is(err, ErrNoBinaries):
		return b, fmt.Errorf("%w; %s", err, choices)
	}
	return b, err
}

// prepare makes the data, or waits until its last server is gone.
func (s *Server) prepare(ctx context.Context) error {
	major, err := s.home.major()
	if err != nil {
		return err
	}
	if major != 0 {
		return s.home.awaitPredecessor(ctx)
	}
	if !s.home.temporary {
		s.options.say("Making a PostgreSQL %d database in %s", s.binaries.Major, s.home.dir.Name())
	}
	return s.home.initialise(ctx, s.binaries, s.identity)
}

// launchOnFreePort starts on the port of last time, or on another if that is
// taken.
func (s *Server) launchOnFreePort(ctx context.Context) error {
	for attempt := 0; ; attempt++ {
		if s.home.settings.Port == 0 || tryPort(s.home.settings.Port) != nil {
			port, err := freePort()
			if err != nil {
				return err
			}
			s.home.settings.Port = port
		}
		err := s.launch(ctx)
		if err == nil {
			return s.home.save()
		}
		// Somebody may have taken the port since we looked.
		if attempt == 5 || tryPort(s.home.settings.Port) == nil {
			return err
		}
	}
}

// launch starts the server process and waits until it answers.
func (s *Server) launch(ctx context.Context) error {
	log, err := os.Create(s.home.path(logFile))
	if err != nil {
		return fmt.Errorf("opening PostgreSQL's log: %w", err)
	}
	defer log.Close() //nolint:errcheck // the server has its own handle
	cmd := s.identity.command(s.home.dir, s.binaries.path("postgres"), s.arguments)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting PostgreSQL: %w", err)
	}
	told := s.guard.Tell(strconv.Itoa(cmd.Process.Pid))
	exited := make(chan struct{})
	go func() {
		_ = cmd.Wait()       // what went wrong is in the log
		_ = s.guard.Tell("") // if the guard is gone, so are we
		close(exited)
	}()
	s.mu.Lock()
	s.cmd, s.exited = cmd, exited
	s.mu.Unlock()
	if told != nil {
		return told
	}
	return s.await(ctx)
}

func (s *Server) arguments(path func(string) string) []string {
	args := []string{"-D", path(dataDir)}
	set := func(name, value string) { args = append(args, "-c", name+"="+value) }
	set("listen_addresses", "127.0.0.1")
	set("port", fmt.Sprint(s.home.settings.Port))
	set("unix_socket_directories", "")
	set("password_encryption", "scram-sha-256")
	set("max_connections", "200")
	set("synchronous_commit", "on")
	set("timezone", "UTC")
	set("log_timezone", "UTC")
	if s.options.NoFsync {
		set("fsync", "off")
		set("full_page_writes", "off")
	}
	return args
}

// await returns when the server answers, or says why it does not.
func (s *Server) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, s.AdminURL(DefaultDatabase))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-s.Exited():
			return fmt.Errorf("PostgreSQL ended at once; its log:\n%s", s.logTail())
		case <-ctx.Done():
			return fmt.Errorf("waiting for PostgreSQL: %w: %w; its log:\n%s", ctx.Err(), err, s.logTail())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (s *Server) logTail() string {
	text, err := os.ReadFile(s.home.path(logFile))
	if err != nil {
		return "  " + err.Error()
	}
	return lastLines(string(text), 10)
}

// ensureUser makes the role that the exchange uses.
func (s *Server) ensureUser(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, s.AdminURL(DefaultDatabase))
	if err != nil {
		return fmt.Errorf("connecting to our PostgreSQL: %w", err)
	}
	defer conn.Close(ctx) //nolint:errcheck // read what mattered
	var exists bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", User).Scan(&exists); err != nil || exists {
		return err
	}
	// The password is letters and digits: it needs no quoting.
	_, err = conn.Exec(ctx, "CREATE ROLE "+User+" LOGIN CREATEDB PASSWORD '"+s.home.settings.UserPassword+"'")
	if err != nil {
		return fmt.Errorf("creating the role %s: %w", User, err)
	}
	return nil
}

// EnsureDatabase makes a database that belongs to User, unless it exists.
func (s *Server) EnsureDatabase(ctx context.Context, name string) error {
	conn, err := pgx.Connect(ctx, s.URL(DefaultDatabase))
	if err != nil {
		return fmt.Errorf("connecting to our PostgreSQL: %w", err)
	}
	defer conn.Close(ctx) //nolint:errcheck // read what mattered
	var exists bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&exists); err != nil || exists {
		return err
	}
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize()); err != nil {
		return fmt.Errorf("creating the database %s: %w", name, err)
	}
	return nil
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
// them.
func (s *Server) Binaries() Binaries { return s.binaries }

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
