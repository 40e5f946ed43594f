package bench

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// Enough for whatever a trader may reserve.
var funds = map[string]string{"BTC": "100000", "USDT": "100000000"}

// openTraders has the demo's operator open n accounts with keys and funds, and takes
// the demo's orders out of the book.
func (p *program) openTraders(ctx context.Context, n int) ([]trader, error) {
	maker := trader{p.demo["MAKER_API_KEY"], p.demo["MAKER_API_SECRET"]}
	if err := p.call(ctx, maker, http.MethodDelete, "/api/v3/openOrders", "symbol="+symbol+"&", nil, nil); err != nil {
		return nil, err
	}
	operator := trader{p.demo["OPERATOR_API_KEY"], p.demo["OPERATOR_API_SECRET"]}
	traders := make([]trader, n)
	for i := range traders {
		var account struct{ ID int64 }
		if err := p.call(ctx, operator, http.MethodPost, "/api/v1/accounts", "", fields{"name": "bench-" + strconv.Itoa(i)}, &account); err != nil {
			return nil, err
		}
		var key struct{ Key, Secret string }
		path := fmt.Sprintf("/api/v1/accounts/%d/api-keys", account.ID)
		if err := p.call(ctx, operator, http.MethodPost, path, "", fields{"scopes": []string{"read", "trade"}}, &key); err != nil {
			return nil, err
		}
		for asset, amount := range funds {
			deposit := fields{"account": account.ID, "asset": asset, "amount": amount, "reference": "bench"}
			if err := p.call(ctx, operator, http.MethodPost, "/api/v1/deposits", "", deposit, nil); err != nil {
				return nil, err
			}
		}
		traders[i] = trader{key.Key, key.Secret}
	}
	return traders, nil
}

type fields map[string]any

// call sends one signed request that is not measured. Query ends in "&" or is empty.
func (p *program) call(ctx context.Context, who trader, method, path, query string, body fields, to any) error {
	var payload []byte
	if body != nil {
		var err error
		if payload, err = json.Marshal(body); err != nil {
			return fmt.Errorf("writing a request: %w", err)
		}
	}
	query += "timestamp=" + strconv.FormatInt(time.Now().UnixMilli(), 10)
	mac := hmac.New(sha256.New, []byte(who.secret))
	mac.Write([]byte(query))
	mac.Write(payload)
	target := "http://" + p.listen + path + "?" + query + "&signature=" + hex.EncodeToString(mac.Sum(nil))
	request, err := http.NewRequestWithContext(ctx, method, target, bytes.NewReader(payload))
	if err != nil {
		return fmt.Errorf("writing a request: %w", err)
	}
	request.Header.Set("X-MBX-APIKEY", who.key)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Idempotency-Key", path+strconv.FormatInt(time.Now().UnixNano(), 10))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	if response.StatusCode >= 300 {
		return fmt.Errorf("%s %s: %s %s", method, path, response.Status, text)
	}
	if to == nil {
		return nil
	}
	if err := json.Unmarshal(text, to); err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	return nil
}
