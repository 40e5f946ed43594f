package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bitpin/exchange/src/internal/credential"
	"github.com/bitpin/exchange/src/internal/exchange"
)

// parser reads the text of a variable into where it belongs; kind names what it
// takes.
type parser struct {
	kind string
	set  func(text string) error
}

func text(into *string) parser {
	return parser{"text", func(text string) error {
		if strings.ContainsFunc(text, func(c rune) bool { return c < ' ' || c == 0x7f }) {
			return errors.New("must not contain line breaks or other control characters")
		}
		*into = text
		return nil
	}}
}

func oneOf(into *string, values ...string) parser {
	return parser{strings.Join(values, " | "), func(text string) error {
		if !slices.Contains(values, text) {
			return fmt.Errorf("must be one of %s", strings.Join(values, ", "))
		}
		*into = text
		return nil
	}}
}

func integer(into *int, least, most int) parser {
	return parser{fmt.Sprintf("integer, %d to %d", least, most), func(text string) error {
		n, err := strconv.Atoi(text)
		if err != nil || n < least || n > most {
			return fmt.Errorf("must be a whole number from %d to %d", least, most)
		}
		*into = n
		return nil
	}}
}

func portNumber(into *string) parser {
	return parser{"port", func(text string) error {
		if n, err := strconv.ParseUint(text, 10, 16); err != nil || n == 0 {
			return errors.New("must be a port from 1 to 65535")
		}
		*into = text
		return nil
	}}
}

func boolean(into *bool) parser {
	return parser{"true | false", func(text string) error {
		if text != "true" && text != "false" {
			return errors.New("must be true or false")
		}
		*into = text == "true"
		return nil
	}}
}

func duration(into *time.Duration, least, most time.Duration) parser {
	return parser{fmt.Sprintf("duration, %s to %s", least, most), func(text string) error {
		d, err := time.ParseDuration(text)
		if err != nil || d < least || d > most {
			return fmt.Errorf("must be a duration such as 1m30s, from %s to %s", least, most)
		}
		*into = d
		return nil
	}}
}

func fee(into *exchange.FeeRate) parser {
	return parser{"fraction, 0 to 0.1", func(text string) (err error) {
		*into, err = exchange.ParseFeeRate(text)
		return err
	}}
}

func secretKey(into *[]byte) parser {
	return parser{"32 bytes or more, base64 or hex", func(text string) (err error) {
		*into, err = credential.ParseSecretKey(text)
		return err
	}}
}

func level(into *slog.Level) parser {
	levels := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}
	return parser{"debug | info | warn | error", func(text string) error {
		l, known := levels[text]
		if !known {
			return errors.New("must be debug, info, warn or error")
		}
		*into = l
		return nil
	}}
}

// address takes where to listen: the host may be empty, and the port 0, which picks
// a free one.
func address(into *string) parser {
	return parser{"[host]:port", func(text string) error {
		_, number, err := net.SplitHostPort(text)
		if err != nil {
			return errors.New("must be host:port or :port")
		}
		if _, err := strconv.ParseUint(number, 10, 16); err != nil {
			return errors.New("must end in a port from 0 to 65535")
		}
		*into = text
		return nil
	}}
}

// peer takes where others connect to: both parts are needed.
func peer(into *string) parser {
	return parser{"host:port", func(text string) error {
		host, number, err := net.SplitHostPort(text)
		if err != nil || host == "" {
			return errors.New("must be host:port")
		}
		if n, err := strconv.ParseUint(number, 10, 16); err != nil || n == 0 {
			return errors.New("must end in a port from 1 to 65535")
		}
		*into = text
		return nil
	}}
}

func prefixes(into *[]netip.Prefix) parser {
	return parser{"networks", func(text string) error {
		var list []netip.Prefix
		for entry := range strings.SplitSeq(text, ",") {
			entry = strings.TrimSpace(entry)
			prefix, err := netip.ParsePrefix(entry)
			if err != nil {
				return fmt.Errorf("%s is no network such as 10.0.0.0/8", strconv.Quote(entry))
			}
			if prefix != prefix.Masked() {
				return fmt.Errorf("%s is an address within a network; write %s", entry, prefix.Masked())
			}
			list = append(list, prefix)
		}
		*into = list
		return nil
	}}
}
