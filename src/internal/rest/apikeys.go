package rest

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/bitpin/exchange/src/internal/exchange"
)

const maxLabel = 64 // bytes

// apiKeyJSON is an API key as clients see it; the secret is there once.
type apiKeyJSON struct {
	Key     string             `json:"key"`
	Secret  string             `json:"secret,omitempty"`
	Account exchange.AccountID `json:"account"`
	Scopes  []string           `json:"scopes"`
	Label   string             `json:"label"`
}

func newAPIKeyJSON(k exchange.APIKey) apiKeyJSON {
	return apiKeyJSON{k.Key, k.Secret, k.Account, strings.Split(k.Scopes.String(), ","), k.Label}
}

// createAPIKey makes a key for an account, for an operator. The key's name follows
// from the Idempotency-Key, so that a second request meets what the first one made.
// Its secret is random.
func (c *call) createAPIKey() error {
	var body struct {
		Scopes []string `json:"scopes"`
		Label  string   `json:"label"`
	}
	account, err := c.pathAccount()
	if err != nil {
		return err
	}
	if err := c.decode(&body); err != nil {
		return err
	}
	scopes, err := exchange.ParseScopes(body.Scopes)
	if err != nil {
		return err
	}
	if err := checkText("label", body.Label, maxLabel); err != nil {
		return err
	}
	idempotency, err := c.idempotency()
	if err != nil {
		return err
	}
	wanted := exchange.APIKey{Key: keyName(idempotency, account.ID), Account: account.ID, Scopes: scopes, Label: body.Label}
	made, err := c.api.Accounts.APIKey(c.ctx, wanted.Key)
	if err == nil {
		return c.answerReplayedKey(made, wanted)
	}
	key, err := c.api.Accounts.CreateAPIKey(c.ctx, wanted)
	if err == nil {
		return c.answerJSON(http.StatusCreated, newAPIKeyJSON(key))
	}
	if made, lookup := c.api.Accounts.APIKey(c.ctx, wanted.Key); lookup == nil { // somebody was faster
		return c.answerReplayedKey(made, wanted)
	}
	return err
}

func (c *call) answerReplayedKey(made, wanted exchange.APIKey) error {
	if made.Account != wanted.Account || made.Scopes != wanted.Scopes || made.Label != wanted.Label {
		return exchange.ErrIdempotencyMismatch
	}
	c.replayed()
	return c.answerJSON(http.StatusCreated, newAPIKeyJSON(made))
}

func keyName(k *exchange.IdempotencyKey, account exchange.AccountID) string {
	sum := sha256.Sum256([]byte("api-key\n" + k.Scope + "\n" + strconv.FormatInt(int64(account), 10) + "\n" + k.Key))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func (c *call) listAPIKeys() error {
	account, err := c.pathAccount()
	if err != nil {
		return err
	}
	keys, err := c.api.Accounts.APIKeys(c.ctx, account.ID)
	if err != nil {
		return err
	}
	list := make([]apiKeyJSON, len(keys))
	for i, key := range keys {
		key.Secret = ""
		list[i] = newAPIKeyJSON(key)
	}
	return c.answerJSON(http.StatusOK, list)
}

// revokeAPIKey ends a key: any one for an operator, else the one that signs.
func (c *call) revokeAPIKey() error {
	id, err := c.pathID()
	if err != nil {
		return err
	}
	if err := c.bodiless(); err != nil {
		return err
	}
	account, key := exchange.AccountID(id), chi.URLParam(c.r, "key")
	if account != c.key.Account || key != c.key.Key {
		if err := c.allow(exchange.ScopeOperator); err != nil {
			return err
		}
	}
	if err := c.api.Accounts.RevokeAPIKey(c.ctx, account, key); err != nil {
		return err
	}
	c.write(http.StatusNoContent, nil)
	return nil
}
