package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// ensureUser makes the role that the exchange uses.
func (s *Server) ensureUser(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, s.AdminURL(DefaultDatabase))
	if err != nil {
		return fmt.Errorf("connecting to our PostgreSQL: %w", err)
	}
	defer conn.Close(ctx)
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
	defer conn.Close(ctx)
	var exists bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&exists); err != nil || exists {
		return err
	}
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize()); err != nil {
		return fmt.Errorf("creating the database %s: %w", name, err)
	}
	return nil
}
