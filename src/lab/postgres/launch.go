package postgres

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/bitpin/exchange/src/lab/port"
)

// startTimeout bounds how long a server may take to answer, recovery included.
const startTimeout = 2 * time.Minute

// prepare makes the data, unless it is there.
func (s *Server) prepare(ctx context.Context) error {
	if err := s.engine.prepare(ctx, s.home, s.options); err != nil {
		return err
	}
	major, err := s.home.major()
	if err != nil || major != 0 {
		return err
	}
	if !s.home.temporary {
		s.options.say("Making a database in %s with %s", s.home.dir.Name(), s.engine.describe())
	}
	return s.home.initialise(ctx, s.engine)
}

// launchOnFreePort starts on the port of last time, or on another if that is
// taken.
func (s *Server) launchOnFreePort(ctx context.Context) error {
	for attempt := 0; ; attempt++ {
		if s.home.settings.Port == 0 || port.Check("127.0.0.1", s.home.settings.Port) != nil {
			free, err := port.Free()
			if err != nil {
				return err
			}
			s.home.settings.Port = free
		}
		err := s.launch(ctx)
		if err == nil {
			return s.home.save()
		}
		// Somebody may have taken the port since we looked.
		if attempt == 5 || port.Check("127.0.0.1", s.home.settings.Port) == nil {
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
	defer log.Close()
	cmd := s.engine.command(s.home.dir, program{"postgres", s.home.settings.Port, s.arguments})
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
	settings := append(s.engine.network(s.home.settings.Port, path),
		"unix_socket_directories=",
		"password_encryption=scram-sha-256",
		"max_connections=500",
		"synchronous_commit=on",
		"timezone=UTC",
		"log_timezone=UTC",
	)
	if s.options.NoFsync {
		settings = append(settings, "fsync=off", "full_page_writes=off")
	}
	args := []string{"-D", path(dataDir)}
	for _, setting := range settings {
		args = append(args, "-c", setting)
	}
	return args
}

// await returns when the server answers, or says why it does not.
func (s *Server) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	exited := s.Exited()
	go func() {
		// Whoever else listens on the port must not keep us waiting.
		select {
		case <-exited:
			cancel()
		case <-ctx.Done():
		}
	}()
	for {
		conn, err := pgx.Connect(ctx, s.AdminURL(DefaultDatabase))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-exited:
			return fmt.Errorf("PostgreSQL ended at once; its log:\n%s", s.logTail())
		case <-time.After(20 * time.Millisecond):
		}
		if ctx.Err() != nil {
			return fmt.Errorf("waiting for PostgreSQL: %w; its log:\n%s", err, s.logTail())
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
