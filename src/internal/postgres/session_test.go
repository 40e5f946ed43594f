package postgres_test

import (
	"bytes"
	"crypto/sha256"
	"testing"
	"time"

	"github.com/bitpin/exchange/src/internal/exchange"
)

func (d *database) session(account exchange.AccountID) exchange.Session {
	d.t.Helper()
	session, err := d.CreateSession(d.t.Context(), account)
	d.must(err)
	return session
}

func TestSessionIsFoundByItsToken(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	made := d.session(d.account("alice"))
	if made.Account != exchange.FirstAccount || made.Name != "alice" || len(made.Token) != 43 || len(made.CSRF) != 43 || made.CSRF == made.Token {
		t.Errorf("made %+v", made)
	}
	read, err := d.replica().Session(t.Context(), made.Token)
	d.must(err)
	if read != made {
		t.Errorf("read %+v, made %+v", read, made)
	}
}

func TestOnlyAHashOfTheTokenIsStored(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	session := d.session(d.account("alice"))
	var stored []byte
	var row string
	d.query("SELECT token_hash, sessions::text FROM sessions", &stored, &row)
	if hash := sha256.Sum256([]byte(session.Token)); !bytes.Equal(stored, hash[:]) || bytes.Contains([]byte(row), []byte(session.Token)) {
		t.Errorf("the row is %s", row)
	}
	_, err := d.Session(t.Context(), string(stored))
	wantCode(t, err, exchange.CodeUnauthorized)
}

func TestSessionOfNobodyIsNotFound(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	_, err := d.CreateSession(t.Context(), 4711)
	wantCode(t, err, exchange.CodeNotFound)
}

func TestSessionExpiresAfterTwelveHours(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	session := d.session(d.account("alice"))
	d.pass(12*time.Hour - time.Millisecond)
	_, err := d.Session(t.Context(), session.Token)
	wantCode(t, err, "")
	d.pass(time.Millisecond)
	_, err = d.Session(t.Context(), session.Token)
	wantCode(t, err, exchange.CodeUnauthorized)
}

func TestDeletedSessionIsGone(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	alice := d.account("alice")
	gone, stays := d.session(alice), d.session(alice)
	for range 2 { // deleting it again is no error
		wantCode(t, d.DeleteSession(t.Context(), gone.Token), "")
	}
	_, err := d.Session(t.Context(), gone.Token)
	wantCode(t, err, exchange.CodeUnauthorized)
	_, err = d.Session(t.Context(), stays.Token)
	wantCode(t, err, "")
}

func TestUnknownTokensAreUnauthorized(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	for _, token := range []string{"", "short", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"} {
		_, err := d.Session(t.Context(), token)
		wantCode(t, err, exchange.CodeUnauthorized)
	}
}

func TestExpiredSessionsAreForgotten(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	alice := d.account("alice")
	for range 3 {
		d.session(alice)
	}
	d.pass(12 * time.Hour)
	d.session(alice)
	var stored int
	d.query("SELECT count(*) FROM sessions", &stored)
	if stored != 1 {
		t.Errorf("%d sessions are stored, want the live one alone", stored)
	}
}
