package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/proxies"
	"github.com/rostergate/rostergate/secret"
)

// settings are what a command was told besides its arguments. Each came from a flag, a
// variable or the file that --config names, in this order of precedence, and was
// checked in the same way whichever it was.
type settings struct {
	config    string
	data      string
	database  string // empty for a SQLite file in the data folder
	keyFile   string
	key       secret.Key // the zero Key where a file has it
	listen    string
	publicURL string // without a slash at its end, empty for http:// and the address
	rate      float64

	answerMemory int64 // bytes

	trustedProxies proxies.Trusted

	pool, ledgerPool int

	given map[string]string // what said so, by the name of each setting that was given
}

// setting is a line of the table of settings.
type setting struct {
	name    string // as the flag and the line of a file are called, and the variable in its own way
	without string // what holds where nobody says anything
	used    uses
	kind    kind
	help    string
}

// uses says which commands have a setting as a flag. One without any has a variable
// alone, for a command line and a file can be read by others.
type uses int

const (
	everywhere uses = 1 << iota // every command
	serving                     // commands that serve
	linking                     // commands that print links
)

// table is every setting there is. Flags, variables, the file's lines and their checks
// all come from here.
func (s *settings) table() []setting {
	return []setting{
		{"config", "", everywhere, text(&s.config), "a YAML file of settings, named like the flags"},
		{"data", "data", everywhere, text(&s.data), "folder of the SQLite files and of the key"},
		{"database", "", everywhere, databaseURL(&s.database), "postgres://... or sqlite:PATH (default: a SQLite file in the data folder)"},
		{"pool", "16", everywhere, count(&s.pool, leastPool), "connections to the database that each process may hold, 4 or more"},
		{"ledger-pool", "4", everywhere, count(&s.ledgerPool, leastLedgerPool), "connections to the ledger that each process may hold beside them, 2 or more"},
		{"key-file", "", everywhere, text(&s.keyFile), "file of the encryption key (default: key in the data folder, made when missing; or the key itself in " + variable("key") + ")"},
		{"key", "", 0, encryptionKey(&s.key), ""},
		{"listen", defaultListen, serving, address(&s.listen), "address to listen on"},
		{"public-url", "", serving | linking, publicAddress(&s.publicURL), "how apps and people reach the server (default: http:// and the address)"},
		{"trusted-proxies", "", serving, parsed("addresses", &s.trustedProxies, proxies.Parse), "addresses of proxies, with commas between, that are believed for whom they ask in X-Forwarded-For"},
		{"answer-memory", "256MiB", serving, size(&s.answerMemory, leastAnswerMemory), "memory for the answers that are being sent, of all apps together; one may hold a quarter of it"},
		{"rate", "100", serving, number(&s.rate, 0, 1_000_000), "requests a second that each app may make, 0 for no limit"},
	}
}

// declare gives a command the flags of the settings that it uses.
func declare(flags *pflag.FlagSet, wanted uses) {
	for _, one := range new(settings).table() {
		if one.used&wanted != 0 {
			flags.Var(&flagText{text: one.without, kind: one.kind.name}, one.name, one.help)
		}
	}
}

// flagText is a flag of a setting. It takes any text, for it is checked together with what
// the variables and the file say.
type flagText struct{ text, kind string }

// String is the text.
func (f *flagText) String() string { return f.text }

// Set takes the text as it is.
func (f *flagText) Set(text string) error { f.text = text; return nil }

// Type is what the help calls the kind of the setting.
func (f *flagText) Type() string { return f.kind }

// read gathers and checks the settings of a command. What will not do is a usage error,
// whether a flag, a variable or a file says it: a fault.Invalid that names the setting
// and where it comes from, and never quotes it, for it may hold a password.
func read(cmd *cobra.Command) (settings, error) {
	s, err := gather(cmd)
	if err != nil {
		return s, usageError{err}
	}
	return s, nil
}

func gather(cmd *cobra.Command) (settings, error) {
	s := settings{given: map[string]string{}}
	variables, err := readVariables(cmd.Root(), os.Environ())
	if err != nil {
		return s, err
	}
	places := []place{flagsOf(cmd), variables}
	for _, one := range s.table() {
		if err := s.take(one, places); err != nil {
			return s, err
		}
		if one.name == "config" && s.config != "" { // the first of the table
			lines, err := readFile(cmd.Root(), s.config)
			if err != nil {
				return s, err
			}
			places = append(places, lines)
		}
	}
	return s, nil
}

// take sets a setting to what the first of the places says that names it. An empty text
// stands for what holds without it.
func (s *settings) take(one setting, places []place) error {
	for _, p := range places {
		text, source, found := p(one.name)
		if !found {
			continue
		}
		if text == "" {
			break
		}
		s.given[one.name] = source
		if err := one.kind.parse(text); err != nil {
			return fault.New(fault.Invalid, "the setting %s, given by %s, will not do: %w", one.name, source, err)
		}
		return nil
	}
	if one.without == "" {
		return nil
	}
	return one.kind.parse(one.without)
}

// isGiven reports whether anybody said what a setting is.
func (s settings) isGiven(name string) bool { return s.given[name] != "" }

// storeFile refuses a SQLite store that is not there: to open it would make one.
func (s settings) storeFile() error {
	path, embedded := strings.CutPrefix(s.storeURL(), "sqlite:")
	if !embedded {
		return nil
	}
	_, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return noStore("at "+path, "--data or --database")
	}
	if err != nil {
		return fmt.Errorf("look for the store: %w", err)
	}
	return nil
}

// noStore is the error of a question to a store that nobody has made.
func noStore(where, flags string) error {
	return fault.New(fault.NotFound, "there is no store %s: name another by %s, or make one, by rostergate serve, import, migrate or restore", where, flags)
}

// storeURL is the URL of the store.
func (s settings) storeURL() string {
	return cmp.Or(s.database, "sqlite:"+filepath.Join(s.data, "rostergate.db"))
}
