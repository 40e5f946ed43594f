package crash_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/bitpin/exchange/src/lab/exchangetest"
)

// cashier books deposits, each under an idempotency key. Whatever happens to a
// request, it sends it again under the same key until it is acknowledged.
type cashier struct {
	load    *load
	key     string
	secret  string
	account int64
	next    int // the replica to send to
	booked  int
}

// newCashier opens an account for its deposits.
func newCashier(t *testing.T, l *load, e *exchangetest.Exchange) *cashier {
	t.Helper()
	c := &cashier{load: l, key: e.Demo["OPERATOR_API_KEY"], secret: e.Demo["OPERATOR_API_SECRET"]}
	text, err := c.post("/api/v1/accounts", "open", map[string]any{"name": "vault"})
	if err != nil {
		t.Fatal(err)
	}
	var opened struct{ ID int64 }
	if err := json.Unmarshal(text, &opened); err != nil {
		t.Fatal(err)
	}
	c.account = opened.ID
	return c
}

func reference(n int) string { return fmt.Sprintf("deposit-%d", n) }

// work books one deposit after the other until ctx ends, and the last one to its
// acknowledgement.
func (c *cashier) work(ctx context.Context) {
	for ; ctx.Err() == nil; c.booked++ {
		deposit := map[string]any{"account": c.account, "asset": "ETH", "amount": "1", "reference": reference(c.booked)}
		for deadline := time.Now().Add(patience); ; c.next++ {
			_, err := c.post("/api/v1/deposits", reference(c.booked), deposit)
			if err == nil {
				break
			}
			if refusal := new(refusal); errors.As(err, &refusal) && !refusal.temporary() || time.Now().After(deadline) {
				c.load.problem(fmt.Errorf("%s: %w", reference(c.booked), err))
				return
			}
			time.Sleep(pace)
		}
		time.Sleep(pace)
	}
}

// refusal is an answer that is no acknowledgement.
type refusal struct {
	status int
	text   string
}

func (r *refusal) Error() string { return fmt.Sprintf("status %d: %s", r.status, r.text) }

// temporary says that the same request may succeed later: the exchange cannot take
// it, or is at it.
func (r *refusal) temporary() bool { return r.status >= 500 || r.status == http.StatusConflict }

// post sends a signed request under an idempotency key and returns its answer.
func (c *cashier) post(path, idempotencyKey string, body any) ([]byte, error) {
	payload, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	query := "timestamp=" + strconv.FormatInt(time.Now().UnixMilli(), 10)
	mac := hmac.New(sha256.New, []byte(c.secret))
	mac.Write([]byte(query))
	mac.Write(payload)
	query += "&signature=" + url.QueryEscape(hex.EncodeToString(mac.Sum(nil)))
	replica := c.load.replicas[c.next%len(c.load.replicas)]
	request, err := http.NewRequestWithContext(context.Background(), http.MethodPost, replica.URL+path+"?"+query, bytes.NewReader(payload))
	if err != nil {
		return nil, err
	}
	request.Header.Set("X-MBX-APIKEY", c.key)
	request.Header.Set("Content-Type", "application/json")
	request.Header["Idempotency-Key"] = []string{idempotencyKey}
	response, err := c.load.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusCreated {
		err = &refusal{response.StatusCode, string(text)}
	}
	return text, err
}

// compare asserts that each deposit is in the database once, and no other.
func (c *cashier) compare(t *testing.T, databaseURL string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	var deposits, references int
	err = conn.QueryRow(t.Context(), "SELECT count(*), count(DISTINCT reference) FROM deposits WHERE account_id = $1", c.account).Scan(&deposits, &references)
	if err != nil {
		t.Fatal(err)
	}
	if deposits != c.booked || references != c.booked {
		t.Errorf("%d deposits with %d references are stored, %d were acknowledged", deposits, references, c.booked)
	}
}
