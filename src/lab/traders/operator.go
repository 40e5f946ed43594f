package traders

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// Operator is whoever may open accounts and credit deposits.
type Operator struct {
	Account
	HTTP *http.Client
}

// Open opens an account with funds, by asset, and a key to trade for it.
func (o *Operator) Open(exchange, name string, funds map[string]string) (Account, error) {
	id, err := o.openAccount(exchange, name)
	if err != nil {
		return Account{}, fmt.Errorf("opening the account %s: %w", name, err)
	}
	for _, asset := range slices.Sorted(maps.Keys(funds)) {
		reference := name + "-" + asset
		deposit := map[string]any{"account": id, "asset": asset, "amount": funds[asset], "reference": reference}
		if _, err := o.post(exchange+"/api/v1/deposits", reference, deposit); err != nil {
			return Account{}, fmt.Errorf("crediting %s of %s: %w", asset, name, err)
		}
	}
	path := fmt.Sprintf("/api/v1/accounts/%d/api-keys", id)
	text, err := o.post(exchange+path, name, map[string]any{"scopes": []string{"read", "trade"}, "label": name})
	if err != nil {
		return Account{}, fmt.Errorf("making a key of %s: %w", name, err)
	}
	var key struct{ Key, Secret string }
	if err := json.Unmarshal(text, &key); err != nil {
		return Account{}, err
	}
	return Account{Name: name, Key: key.Key, Secret: key.Secret}, nil
}

func (o *Operator) openAccount(exchange, name string) (id int64, err error) {
	text, err := o.post(exchange+"/api/v1/accounts", name, map[string]any{"name": name})
	if err != nil {
		return 0, err
	}
	var opened struct{ ID int64 }
	err = json.Unmarshal(text, &opened)
	return opened.ID, err
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
func (o *Operator) post(to, idempotencyKey string, body any) ([]byte, error) {
	payload, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	query := "timestamp=" + strconv.FormatInt(time.Now().UnixMilli(), 10)
	mac := hmac.New(sha256.New, []byte(o.Secret))
	mac.Write([]byte(query))
	mac.Write(payload)
	query += "&signature=" + url.QueryEscape(hex.EncodeToString(mac.Sum(nil)))
	request, err := http.NewRequestWithContext(context.Background(), http.MethodPost, to+"?"+query, bytes.NewReader(payload))
	if err != nil {
		return nil, err
	}
	request.Header.Set("X-MBX-APIKEY", o.Key)
	request.Header.Set("Content-Type", "application/json")
	request.Header["Idempotency-Key"] = []string{idempotencyKey}
	response, err := o.HTTP.Do(request)
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
