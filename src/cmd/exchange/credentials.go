package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/bitpin/exchange/src/internal/credential"
	"github.com/bitpin/exchange/src/internal/exchange"
)

// credentials are what somebody needs to act as an account of the demo.
type credentials struct {
	name, key, secret string
	password          string // empty: no sign-in
}

// account makes an account of the demo with its API key, or finds both again.
func (s *seeder) account(ctx context.Context, d demoAccount) (credentials, exchange.Account, error) {
	derive := func(what string, bytes int) string {
		return base64.RawURLEncoding.EncodeToString(credential.Derive(s.config.SecretKey, "demo/"+d.name+"/"+what)[:bytes])
	}
	made := credentials{name: d.name, key: derive("api-key", 32), secret: derive("api-secret", 32)}
	if d.signIn {
		made.password = derive("password", 18)
	}
	account, err := s.findAccount(ctx, made)
	if err != nil {
		return made, account, err
	}
	_, err = s.db.CreateAPIKey(ctx, exchange.APIKey{Key: made.key, Secret: made.secret, Account: account.ID, Scopes: d.scopes, Label: "demo"})
	if exchange.CodeOf(err) == exchange.CodeConflict {
		err = nil
	}
	return made, account, err
}

func (s *seeder) findAccount(ctx context.Context, c credentials) (exchange.Account, error) {
	account, err := s.db.AccountByName(ctx, c.name)
	if exchange.CodeOf(err) == exchange.CodeNotFound {
		hash := ""
		if c.password != "" {
			if hash, err = credential.HashPassword(c.password); err != nil {
				return account, err
			}
		}
		account, err = s.db.CreateAccount(ctx, c.name, hash, nil)
		if exchange.CodeOf(err) == exchange.CodeConflict { // another seed was faster
			account, err = s.db.AccountByName(ctx, c.name)
		}
	}
	if err != nil || c.password == "" {
		return account, err
	}
	right, err := credential.VerifyPassword(account.PasswordHash, c.password)
	if err == nil && !right {
		err = errors.New("it is there with another password: either it is not the demo's, or that was seeded with another SECRET_KEY")
	}
	return account, err
}

// demoFile is where the demo's credentials go.
type demoFile struct{ path, exchangeURL, metricsURL string }

// write replaces the file as a whole; only its owner can read it.
func (f *demoFile) write(list []credentials, out io.Writer) (err error) {
	text := f.render(list)
	if f.path == "-" {
		_, err := io.WriteString(out, text)
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(f.path), ".demo-env-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}()
	_, err = file.WriteString(text)
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), f.path)
}

// render writes lines for a shell.
func (f *demoFile) render(list []credentials) string {
	var b strings.Builder
	line := func(name, value string) {
		fmt.Fprintf(&b, "%s='%s'\n", name, strings.ReplaceAll(value, "'", `'\''`))
	}
	b.WriteString("# Written by exchange seed. The demo's secrets: not for real money.\n")
	line("EXCHANGE_URL", f.exchangeURL)
	line("METRICS_URL", f.metricsURL)
	for _, c := range list {
		prefix := strings.ToUpper(c.name)
		line(prefix+"_API_KEY", c.key)
		line(prefix+"_API_SECRET", c.secret)
		if c.password != "" {
			line(prefix+"_PASSWORD", c.password)
		}
	}
	return b.String()
}
