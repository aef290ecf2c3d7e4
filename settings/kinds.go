package settings

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/secret"
)

// kind is what a setting takes. Its parse puts the value into the settings, or says what
// would do; it never quotes the text.
type kind struct {
	name  string // for the help
	parse func(text string) error
}

// parsed is a kind whose text one function understands.
func parsed[T any](name string, at *T, parse func(string) (T, error)) kind {
	return kind{name, func(text string) error {
		value, err := parse(text)
		if err == nil {
			*at = value
		}
		return err
	}}
}

func text(at *string) kind {
	return parsed("string", at, func(text string) (string, error) { return text, nil })
}

func encryptionKey(at *secret.Key) kind { return parsed("key", at, secret.Parse) }

func databaseURL(at *string) kind {
	return parsed("url", at, func(text string) (string, error) { return text, database.CheckURL(text) })
}

// number is a number within two others. What is no number at all is in no such range.
func number(at *float64, least, most float64) kind {
	return parsed("number", at, func(text string) (float64, error) {
		value, err := strconv.ParseFloat(text, 64)
		if err != nil || !(value >= least && value <= most) {
			return 0, fmt.Errorf("it takes a number from %.f to %.f", least, most)
		}
		return value, nil
	})
}

// Of a pool. With fewer, who keeps a connection could wait for somebody who needs one;
// and no PostgreSQL server takes more.
const (
	leastPool       = 4
	leastLedgerPool = 2
	mostConnections = 10_000
)

// count is how many connections a pool has.
func count(at *int, least int) kind {
	return parsed("int", at, func(text string) (int, error) {
		value, err := strconv.Atoi(text)
		if err != nil || value < least || value > mostConnections {
			return 0, fmt.Errorf("it takes a whole number from %d to %d", least, mostConnections)
		}
		return value, nil
	})
}

// logLevel is how much a log takes.
func logLevel(text string) (slog.Level, error) {
	for _, level := range []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError} {
		if text == strings.ToLower(level.String()) {
			return level, nil
		}
	}
	return 0, errors.New("it takes debug, info, warn or error")
}

// switched is on or off.
func switched(at *bool) kind {
	return parsed("switch", at, func(text string) (bool, error) {
		if text != "on" && text != "off" {
			return false, errors.New("it takes on or off")
		}
		return text == "on", nil
	})
}

// leastAnswerMemory lets every app have answers of the largest page.
const leastAnswerMemory = 64 << 20

// size is a number of bytes, in words that people write.
func size(at *int64, least int64) kind {
	return parsed("size", at, func(text string) (int64, error) {
		for unit, bytes := range map[string]int64{"MiB": 1 << 20, "GiB": 1 << 30} {
			if digits, is := strings.CutSuffix(text, unit); is {
				n, err := strconv.ParseInt(digits, 10, 32)
				if err == nil && n*bytes >= least {
					return n * bytes, nil
				}
			}
		}
		return 0, fmt.Errorf("it takes a whole number of MiB or GiB, such as 256MiB, and %dMiB at least", least>>20)
	})
}

// address is where a server listens.
func address(at *string) kind {
	return parsed("address", at, func(text string) (string, error) {
		_, port, err := net.SplitHostPort(text)
		if err == nil {
			_, err = strconv.ParseUint(port, 10, 16)
		}
		if err != nil {
			return "", errors.New("it takes HOST:PORT with a port in digits, such as 127.0.0.1:8080, or :8080 for every address of the machine")
		}
		return text, nil
	})
}

// publicAddress is how a server is reached from outside: a scheme and a host. A path
// could be served by none of the pages.
func publicAddress(at *string) kind {
	return parsed("url", at, func(text string) (string, error) {
		u, err := url.Parse(strings.TrimRight(text, "/"))
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || !isPort(u) ||
			u.User != nil || u.Path != "" || u.ForceQuery || u.RawQuery != "" || u.Fragment != "" {
			return "", errors.New("it takes http:// or https:// and a host, such as https://roster.example.org, without a path, a query or a password")
		}
		return u.Scheme + "://" + strings.ToLower(u.Host), nil
	})
}

// isPort reports whether the port of a URL can be one; it need not have any.
func isPort(u *url.URL) bool {
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	return u.Port() == "" && !strings.HasSuffix(u.Host, ":") || err == nil && port > 0
}
