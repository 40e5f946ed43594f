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
	"github.com/bitpin/exchange/src/internal/postgres"
)

// credentials are what somebody needs to act as an account.
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
	account, err := findAccount(ctx, s.db, made)
	if err != nil {
		return made, account, err
	}
	_, err = s.db.CreateAPIKey(ctx, exchange.APIKey{Key: made.key, Secret: made.secret, Account: account.ID, Scopes: d.scopes, Label: "demo"})
	if exchange.CodeOf(err) == exchange.CodeConflict {
		err = nil
	}
	return made, account, err
}

// findAccount returns an account, which is made if there is none.
func findAccount(ctx context.Context, db *postgres.DB, c credentials) (exchange.Account, error) {
	account, err := db.AccountByName(ctx, c.name)
	if exchange.CodeOf(err) == exchange.CodeNotFound {
		hash := ""
		if c.password != "" {
			if hash, err = credential.HashPassword(c.password); err != nil {
				return account, err
			}
		}
		account, err = db.CreateAccount(ctx, c.name, hash, nil)
		if exchange.CodeOf(err) == exchange.CodeConflict { // another seed was faster
			account, err = db.AccountByName(ctx, c.name)
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

// newOperator gives the exchange's operator, who is made if there is none, one more
// API key. It is random: nobody can tell it from SECRET_KEY.
func newOperator(ctx context.Context, db *postgres.DB) (credentials, error) {
	account, err := findAccount(ctx, db, credentials{name: operatorName})
	if err != nil {
		return credentials{}, err
	}
	key, err := db.CreateAPIKey(ctx, exchange.APIKey{Account: account.ID, Scopes: operatorScopes, Label: "seed"})
	return credentials{name: operatorName, key: key.Key, secret: key.Secret}, err
}

// lines are the credentials for a shell.
func (c credentials) lines() string {
	prefix := strings.ToUpper(c.name)
	text := assignment(prefix+"_API_KEY", c.key) + assignment(prefix+"_API_SECRET", c.secret)
	if c.password != "" {
		text += assignment(prefix+"_PASSWORD", c.password)
	}
	return text
}

func assignment(name, value string) string {
	return fmt.Sprintf("%s='%s'\n", name, strings.ReplaceAll(value, "'", `'\''`))
}

// writeEnv replaces a file as a whole; only its owner can read it. The path - is
// standard output.
func writeEnv(path, text string, out io.Writer) (err error) {
	if path == "-" {
		_, err := io.WriteString(out, text)
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".env-*") // mode 0600
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
	return os.Rename(file.Name(), path)
}
