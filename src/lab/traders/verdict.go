package traders

import (
	"errors"
	"syscall"

	"github.com/adshao/go-binance/v2/common"
)

// Verdict is what a client knows of its request.
type Verdict int

// The verdicts.
const (
	Acknowledged Verdict = iota
	Refused              // it was executed by nobody, and would not be
	NotExecuted          // it was executed by nobody; the client may send it again
	Unknown
)

var verdicts = []string{"acknowledged", "refused", "not executed", "unknown"}

func (v Verdict) String() string { return verdicts[v] }

// judge turns what a call returned into what the client knows. An answer that is not
// the exchange's own, such as a proxy's, leaves it unknown.
func judge(err error) Verdict {
	var answer *common.APIError
	switch {
	case err == nil:
		return Acknowledged
	case errors.Is(err, syscall.ECONNREFUSED):
		return NotExecuted
	case !errors.As(err, &answer), answer.Code == 0, answer.Code == -1007, answer.Code == -1000:
		return Unknown
	case answer.Code == -1001:
		return NotExecuted
	}
	return Refused
}

// surprising says that a refusal is none that a trader must expect: the balance may be
// too small, and the order to cancel may be filled.
func surprising(err error) bool {
	var answer *common.APIError
	return errors.As(err, &answer) && answer.Code != -2010 && answer.Code != -2011
}
