package credential

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"
)

// ErrPHC says that a stored password hash cannot be read. It is matched with errors.Is.
var ErrPHC = errors.New("not an argon2id hash in PHC form")

// The most that a stored hash may cost to check, so that a planted one cannot take
// the process's memory.
const (
	maxMemory = 64 * 1024 // KiB
	maxTime   = 10
	maxLanes  = 4
)

// cost is what argon2id spends on one hash.
type cost struct {
	memory uint32 // KiB
	time   uint32 // passes
	lanes  uint8
}

// phc is a password hash with all that is needed to compute it again.
type phc struct {
	cost
	salt, hash []byte
}

// String renders "$argon2id$v=19$m=19456,t=2,p=1$salt$hash", base64 without padding.
func (h phc) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.memory, h.time, h.lanes,
		base64.RawStdEncoding.EncodeToString(h.salt), base64.RawStdEncoding.EncodeToString(h.hash))
}

// parsePHC reads what String renders, and nothing looser.
func parsePHC(text string) (phc, error) {
	part := strings.Split(text, "$")
	if len(text) > 512 || len(part) != 6 || part[0] != "" || part[1] != "argon2id" {
		return phc{}, ErrPHC
	}
	if part[2] != "v="+strconv.Itoa(argon2.Version) {
		return phc{}, fmt.Errorf("%w: only version %d is known", ErrPHC, argon2.Version)
	}
	c, err := parseCost(part[3])
	if err != nil {
		return phc{}, err
	}
	salt, saltErr := base64.RawStdEncoding.Strict().DecodeString(part[4])
	hash, hashErr := base64.RawStdEncoding.Strict().DecodeString(part[5])
	if saltErr != nil || hashErr != nil || len(salt) < 8 || len(salt) > 64 || len(hash) < 16 || len(hash) > 64 {
		return phc{}, fmt.Errorf("%w: salt or hash is not base64 of a usual length", ErrPHC)
	}
	return phc{cost: c, salt: salt, hash: hash}, nil
}

func parseCost(text string) (cost, error) {
	fields := strings.Split(text, ",")
	if len(fields) != 3 {
		return cost{}, fmt.Errorf("%w: parameters must be m, t and p", ErrPHC)
	}
	var values [3]uint64
	for i, limit := range []struct {
		name string
		most uint64
	}{{"m=", maxMemory}, {"t=", maxTime}, {"p=", maxLanes}} {
		digits, found := strings.CutPrefix(fields[i], limit.name)
		value, err := strconv.ParseUint(digits, 10, 32)
		if !found || err != nil || value < 1 || value > limit.most {
			return cost{}, fmt.Errorf("%w: %s must be from 1 to %d", ErrPHC, limit.name[:1], limit.most)
		}
		values[i] = value
	}
	return cost{memory: uint32(values[0]), time: uint32(values[1]), lanes: uint8(values[2])}, nil //nolint:gosec // bounded above
}
