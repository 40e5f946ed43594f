package rest

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"strconv"
	"unicode"

	"github.com/go-chi/chi/v5"
	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// What the endpoints of /api/v1 share.

const (
	maxIdempotencyKey = 255
	maxReference      = 128 // bytes
)

// answerJSON answers with a value of ours.
func (c *call) answerJSON(status int, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	c.out.b = append(c.out.b[:0], text...)
	c.write(status, jsonType)
	return nil
}

// decode reads the body, a JSON object with the members of to and no others. Names
// count case and may not be given twice.
func (c *call) decode(to any) error {
	if !hasType(c.r, "application/json") {
		return errMedia("application/json")
	}
	err := jsonv2.Unmarshal(c.body, to, jsonv2.RejectUnknownMembers(true))
	if err == nil {
		return nil
	}
	var wrong *jsonv2.SemanticError
	switch {
	case !errors.As(err, &wrong):
		return &exchange.Error{Code: exchange.CodeInvalidParameter, Message: "The body is not one JSON object: " + err.Error() + "."}
	case errors.Is(err, jsonv2.ErrUnknownName):
		return &exchange.Error{Code: exchange.CodeInvalidParameter, Field: fieldOf(wrong.JSONPointer), Message: "Unknown field '" + fieldOf(wrong.JSONPointer) + "'."}
	case errors.Is(err, exchange.ErrAmountPrecision):
		return errPrecision(fieldOf(wrong.JSONPointer))
	case errors.Is(err, exchange.ErrAmountOverflow):
		return &exchange.Error{Code: exchange.CodeOverflow, Field: fieldOf(wrong.JSONPointer), Message: exchange.ErrOverflow.Message}
	case errors.Is(err, exchange.ErrAmountSyntax):
		return errInvalid(fieldOf(wrong.JSONPointer), "write a decimal as a string, such as \"0.5\"")
	}
	return errInvalid(fieldOf(wrong.JSONPointer), "it has the wrong type")
}

func fieldOf(at jsontext.Pointer) string { return at.LastToken() }

// bodiless refuses a body other than an empty object.
func (c *call) bodiless() error {
	if len(c.body) == 0 {
		return nil
	}
	return c.decode(&struct{}{})
}

// idempotency returns the key under which the request takes effect once. Its scope
// is the account that sends it.
func (c *call) idempotency() (*exchange.IdempotencyKey, error) {
	header := c.r.Header["Idempotency-Key"]
	if len(header) == 0 {
		return nil, &exchange.Error{Code: exchange.CodeMissingParameter, Field: "Idempotency-Key",
			Message: "Send a header Idempotency-Key, unique to this request, and the same one when sending it again."}
	}
	if len(header) > 1 || !validIdempotencyKey(header[0]) {
		return nil, errInvalid("Idempotency-Key", "it must have 1 to 255 printable ASCII characters")
	}
	hash := sha256.New()
	hash.Write([]byte(c.r.Method + "\n" + c.r.URL.Path + "\n"))
	hash.Write(c.body)
	return &exchange.IdempotencyKey{Scope: strconv.FormatInt(int64(c.key.Account), 10), Key: header[0], Hash: hash.Sum(nil)}, nil
}

func validIdempotencyKey(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return text != "" && len(text) <= maxIdempotencyKey
}

// submit has the writer execute a command under the request's idempotency key.
func (c *call) submit(command exchange.Command) (exchange.Outcome, error) {
	key, err := c.idempotency()
	if err != nil {
		return exchange.Outcome{}, err
	}
	command.Idempotency = key
	outcome, err := c.api.Trading.Submit(c.r.Context(), command)
	if outcome.Replayed {
		c.replayed()
	}
	return outcome, err
}

// replayed tells that the answer is that of an earlier request.
func (c *call) replayed() { c.w.Header()["Idempotency-Replayed"] = []string{"true"} }

// pathID reads the number in the path.
func (c *call) pathID() (int64, error) {
	id, ok := parseDigits(chi.URLParam(c.r, "id"))
	if !ok || id == 0 {
		return 0, errInvalid("id", "it must be a positive whole number")
	}
	return id, nil
}

// mayRead refuses who neither owns the account, with a key that may read, nor is an
// operator.
func (c *call) mayRead(account exchange.AccountID) error {
	if account == c.key.Account && c.key.Scopes.Has(exchange.ScopeRead) {
		return nil
	}
	return c.allow(exchange.ScopeOperator)
}

// subject returns the account that is asked about: the parameter account, or the
// key's own.
func (c *call) subject() (exchange.AccountID, error) {
	account := exchange.AccountID(c.integer("account", int64(c.key.Account), 1, maxID))
	if err := c.params.err; err != nil {
		return 0, err
	}
	return account, c.mayRead(account)
}

// asset returns the asset of a code.
func (c *call) asset(field, code string) (exchange.Asset, error) {
	if code == "" {
		return exchange.Asset{}, errMissing(field)
	}
	asset, known := c.api.Catalog.Asset(code)
	if !known {
		return asset, &exchange.Error{Code: exchange.CodeInvalidAsset, Field: field, Message: "Unknown asset."}
	}
	return asset, nil
}

// assetCode returns an asset's code.
func (c *call) assetCode(id exchange.AssetID) string {
	asset, _ := c.api.Catalog.AssetByID(id)
	return asset.Code
}

// checkAmount refuses what cannot be moved.
func checkAmount(a exchange.Amount) error {
	if a <= 0 {
		return errInvalid("amount", "it must be positive")
	}
	return nil
}

// checkText refuses free text that is too long or has control characters in it.
func checkText(field, text string, most int) error {
	if len(text) > most {
		return errInvalid(field, "it must have at most "+strconv.Itoa(most)+" bytes")
	}
	for _, r := range text {
		if unicode.IsControl(r) {
			return errInvalid(field, "it must have no control characters")
		}
	}
	return nil
}
