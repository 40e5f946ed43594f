package clients_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/adshao/go-binance/v2"
)

// own calls our own API with an account's key, as the documentation says.
type own struct {
	t           *testing.T
	url         string
	key, secret string
}

func (s *service) own(t *testing.T, account string) own {
	return own{t, s.url, s.demo[account+"_API_KEY"], s.demo[account+"_API_SECRET"]}
}

// call sends a request and reads a JSON answer of the status; a body is JSON, sent
// under an idempotency key.
func (o own) call(method, path string, query url.Values, body any, status int, to any) {
	o.t.Helper()
	var payload []byte
	if body != nil {
		var err error
		if payload, err = json.Marshal(body); err != nil {
			o.t.Fatal(err)
		}
	}
	if query == nil {
		query = url.Values{}
	}
	query.Set("timestamp", strconv.FormatInt(time.Now().UnixMilli(), 10))
	signed := query.Encode()
	mac := hmac.New(sha256.New, []byte(o.secret))
	mac.Write([]byte(signed))
	mac.Write(payload)
	target := o.url + path + "?" + signed + "&signature=" + hex.EncodeToString(mac.Sum(nil))
	request, err := http.NewRequestWithContext(o.t.Context(), method, target, bytes.NewReader(payload))
	if err != nil {
		o.t.Fatal(err)
	}
	request.Header.Set("X-MBX-APIKEY", o.key)
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Idempotency-Key", fmt.Sprint(time.Now().UnixNano()))
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		o.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		o.t.Fatal(err)
	}
	if response.StatusCode != status {
		o.t.Fatalf("%s %s: %s %s, want %d", method, path, response.Status, text, status)
	}
	if to != nil {
		if err := json.Unmarshal(text, to); err != nil {
			o.t.Fatalf("%s: %v", text, err)
		}
	}
}

type fields map[string]any

// An operator opens an account, gives it a key and credits a deposit; its owner
// trades and withdraws; the operator settles.
func TestAnOperatorBooksMoneyInAndOut(t *testing.T) {
	t.Parallel()
	s := startExchange(t)
	operator := s.own(t, "OPERATOR")
	var account struct{ ID int64 }
	operator.call("POST", "/api/v1/accounts", nil, fields{"name": "carol"}, http.StatusCreated, &account)
	var key struct{ Key, Secret string }
	operator.call("POST", fmt.Sprintf("/api/v1/accounts/%d/api-keys", account.ID), nil,
		fields{"scopes": []string{"read", "trade", "withdraw"}, "label": "bot"}, http.StatusCreated, &key)
	operator.call("POST", "/api/v1/deposits", nil, fields{"account": account.ID, "asset": "USDT", "amount": "10000", "reference": "wire 7"}, http.StatusCreated, nil)

	carol := own{t, s.url, key.Key, key.Secret}
	trader := binance.NewClient(key.Key, key.Secret).SetApiEndpoint(s.url)
	got(limit(trader, binance.SideTypeBuy, "0.05", "60025").Do(t.Context()))(t)

	var settled, cancelled struct {
		ID     int64
		Status string
	}
	carol.call("POST", "/api/v1/withdrawals", nil, fields{"asset": "BTC", "amount": "0.03", "reference": "bc1q"}, http.StatusCreated, &settled)
	carol.call("POST", "/api/v1/withdrawals", nil, fields{"asset": "BTC", "amount": "0.01", "reference": "bc1q"}, http.StatusCreated, &cancelled)
	if b := balance(t, trader, "BTC"); settled.Status != "held" || b.Free != "0.00995000" || b.Locked != "0.04000000" {
		t.Errorf("held: %+v, %+v", settled, b)
	}
	operator.call("POST", fmt.Sprintf("/api/v1/withdrawals/%d/settle", settled.ID), nil, nil, http.StatusOK, &settled)
	carol.call("POST", fmt.Sprintf("/api/v1/withdrawals/%d/cancel", cancelled.ID), nil, nil, http.StatusOK, &cancelled)
	if b := balance(t, trader, "BTC"); settled.Status != "settled" || cancelled.Status != "cancelled" || b.Free != "0.01995000" || b.Locked != "0.00000000" {
		t.Errorf("ended: %+v, %+v, %+v", settled, cancelled, b)
	}
	carol.call("POST", fmt.Sprintf("/api/v1/withdrawals/%d/cancel", settled.ID), nil, nil, http.StatusNotFound, nil)

	var portfolio struct{ Value string }
	carol.call("GET", "/api/v1/portfolio", url.Values{"quote": {"USDT"}}, nil, http.StatusOK, &portfolio)
	if portfolio.Value != "8196.24875000" { // 10000 - 3001.25 USDT, and 0.01995 BTC at 60025
		t.Errorf("portfolio: %s", portfolio.Value)
	}
}
