package settings

import (
	"cmp"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/proxies"
	"github.com/rostergate/rostergate/roster/holds"
	"github.com/rostergate/rostergate/secret"
)

// Settings are what a command was told besides its arguments. Each came from a flag, a
// variable or the file that --config names, in this order of precedence, and was
// checked in the same way whichever it was.
type Settings struct {
	Config    string
	Data      string
	Database  string // empty for a SQLite file in the data folder
	KeyFile   string
	Key       secret.Key // the zero Key where a file has it
	Listen    string
	PublicURL string // without a slash at its end, empty for http:// and the address
	Rate      float64

	AnswerMemory int64 // bytes

	MetricsListen string // empty for none
	LogLevel      slog.Level
	AccessLog     bool

	TrustedProxies proxies.Trusted

	HoldRefused, HoldRemoved holds.Limits

	Pool, LedgerPool int

	given map[string]string // what said so, by the name of each setting that was given
}

// setting is a line of the table of settings.
type setting struct {
	name    string // as the flag and the line of a file are called, and the variable in its own way
	without string // what holds where nobody says anything
	used    Uses
	kind    kind
	help    string
}

// Uses says which commands have a setting as a flag. One without any has a variable
// alone, for a command line and a file can be read by others.
type Uses int

const (
	Everywhere Uses = 1 << iota // every command
	Serving                     // commands that serve
	Linking                     // commands that print links
	Importing                   // commands that import packages
)

// table is every setting there is. Flags, variables, the file's lines and their checks
// all come from here.
func (s *Settings) table() []setting {
	return []setting{
		{"config", "", Everywhere, text(&s.Config), "a YAML file of settings, named like the flags"},
		{"data", "data", Everywhere, text(&s.Data), "folder of the SQLite files and of the key"},
		{"database", "", Everywhere, databaseURL(&s.Database), "postgres://... or sqlite:PATH (default: a SQLite file in the data folder)"},
		{"pool", "16", Everywhere, count(&s.Pool, leastPool), "connections to the database that each process may hold, 4 or more"},
		{"ledger-pool", "4", Everywhere, count(&s.LedgerPool, leastLedgerPool), "connections to the ledger that each process may hold beside them, 2 or more"},
		{"key-file", "", Everywhere, text(&s.KeyFile), "file of the encryption key (default: key in the data folder, made when missing; or the key itself in " + Variable("key") + ")"},
		{"key", "", 0, encryptionKey(&s.Key), ""},
		{"listen", DefaultListen, Serving, address(&s.Listen), "address to listen on"},
		{"public-url", "", Serving | Linking, publicAddress(&s.PublicURL), "how apps and people reach the server (default: http:// and the address)"},
		{"trusted-proxies", "", Serving, parsed("addresses", &s.TrustedProxies, proxies.Parse), "addresses of proxies, with commas between, that are believed for whom they ask in X-Forwarded-For"},
		{"metrics-listen", "", Serving, address(&s.MetricsListen), "address to tell a Prometheus server at, under /metrics (default: none)"},
		{"log-level", "info", Serving, parsed("level", &s.LogLevel, logLevel), "the least that is logged: debug, info, warn or error"},
		{"access-log", "off", Serving, switched(&s.AccessLog), "whether a line is logged about each answer: on or off"},
		{"answer-memory", "256MiB", Serving, size(&s.AnswerMemory, leastAnswerMemory), "memory for the answers that are being sent, of all apps together; one may hold a quarter of it"},
		{"hold-refused", "1%/5", Serving | Importing, parsed("limits", &s.HoldRefused, holds.ParseRefused), "above what share of the rows of a file, and above how many, newly refused rows wait for a person: SHARE%/FLOOR, and FILE=SHARE%/FLOOR for one file"},
		{"hold-removed", "10%/5", Serving | Importing, parsed("limits", &s.HoldRemoved, holds.ParseRemoved), "the same of stored records that would be removed or lose a value"},
		{"rate", "100", Serving, number(&s.Rate, 0, 1_000_000), "requests a second that each app may make, 0 for no limit"},
	}
}

// DefaultListen is where a server listens that is not told where.
const DefaultListen = "127.0.0.1:8080"

// Declare gives a command the flags of the settings that it uses.
func Declare(flags *pflag.FlagSet, wanted Uses) {
	for _, one := range new(Settings).table() {
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

// Read gathers and checks the settings of a command. What will not do is a fault.Invalid
// that names the setting and where it comes from, be it a flag, a variable or a file, and
// never quotes it: it may hold a password.
func Read(cmd *cobra.Command) (Settings, error) {
	s := Settings{given: map[string]string{}}
	variables, err := readVariables(cmd.Root(), os.Environ())
	if err != nil {
		return s, err
	}
	places := []place{flagsOf(cmd), variables}
	for _, one := range s.table() {
		if err := s.take(one, places); err != nil {
			return s, err
		}
		if one.name == "config" && s.Config != "" { // the first of the table
			lines, err := readFile(cmd.Root(), s.Config)
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
func (s *Settings) take(one setting, places []place) error {
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

// IsGiven reports whether anybody said what a setting is.
func (s Settings) IsGiven(name string) bool { return s.given[name] != "" }

// StoreURL is the URL of the store.
func (s Settings) StoreURL() string {
	return cmp.Or(s.Database, "sqlite:"+filepath.Join(s.Data, "rostergate.db"))
}

// KeyPath is the file of the encryption key.
func (s Settings) KeyPath() string {
	return cmp.Or(s.KeyFile, filepath.Join(s.Data, "key"))
}
