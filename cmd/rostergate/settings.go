package main

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/providers/posflag"
	"github.com/knadh/koanf/v2"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/rostergate/rostergate/fault"
)

// variablePrefix begins the environment variable of every setting.
const variablePrefix = "ROSTERGATE_"

// keyVariable holds the encryption key itself. It has no flag, for a command
// line can be read by others.
const keyVariable = variablePrefix + "KEY"

// settings are what a command line, the environment and a file say, in this
// order of precedence.
type settings struct{ *koanf.Koanf }

// addSettings declares the settings that every command takes.
func addSettings(flags *pflag.FlagSet) {
	flags.String("config", "", "a YAML file of settings, named like the flags")
	flags.String("data", "data", "folder of the SQLite files and of the key")
	flags.String("database", "", "postgres://... or sqlite:PATH (default: a SQLite file in the data folder)")
	flags.Int("pool", defaultPool, "connections to the database that each process may hold, 1 or more")
	flags.Int("ledger-pool", defaultLedgerPool, "connections to the ledger that each process may hold beside them, 1 or more")
	flags.String("key-file", "", "file of the encryption key (default: key in the data folder, made when missing; or the key itself in "+keyVariable+")")
}

// read gathers the settings of a command.
func read(cmd *cobra.Command) (settings, error) {
	s := settings{koanf.New(".")}
	variables := env.Provider(".", env.Opt{Prefix: variablePrefix, TransformFunc: func(k, v string) (string, any) {
		if v == "" {
			return "", nil // as if it were not set
		}
		return strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(k, variablePrefix)), "_", "-"), v
	}})
	if err := s.Load(variables, nil); err != nil {
		return s, fmt.Errorf("read the environment: %w", err)
	}
	path := s.String("config")
	if given, _ := cmd.Flags().GetString("config"); given != "" {
		path = given
	}
	if path != "" {
		if err := s.load(cmd, path); err != nil {
			return s, err
		}
		if err := s.Load(variables, nil); err != nil {
			return s, fmt.Errorf("read the environment: %w", err)
		}
	}
	return s, s.Load(posflag.Provider(cmd.Flags(), ".", s.Koanf), nil)
}

// load reads the file of settings. A name in it that is no flag is a mistake.
func (s settings) load(cmd *cobra.Command, path string) error {
	fromFile := koanf.New(".")
	if err := fromFile.Load(file.Provider(path), yaml.Parser()); err != nil {
		return fault.New(fault.Invalid, "the config file %s cannot be read as YAML", path)
	}
	for _, name := range fromFile.Keys() {
		if !known(cmd.Root(), name) {
			return fault.New(fault.Invalid, "the config file %s has the setting %q, which does not exist", path, name)
		}
	}
	return s.Merge(fromFile)
}

// known reports whether any command has a flag of that name.
func known(cmd *cobra.Command, name string) bool {
	if cmd.PersistentFlags().Lookup(name) != nil || cmd.Flags().Lookup(name) != nil {
		return true
	}
	for _, sub := range cmd.Commands() {
		if known(sub, name) {
			return true
		}
	}
	return false
}

// The sizes of the pools. The ledger's is its own, so that answers which hold every
// connection of the other keep no entry from one.
const (
	defaultPool       = 16
	defaultLedgerPool = 4
)

// pools are the sizes of the pools of the store and of the ledger.
func (s settings) pools() (store, ledger int, err error) {
	sizes := map[string]int{}
	for _, name := range []string{"pool", "ledger-pool"} {
		n, err := strconv.Atoi(strings.TrimSpace(s.String(name)))
		if err != nil || n < 1 {
			return 0, 0, fault.New(fault.Invalid, "the setting %s must be a whole number of 1 or more", name)
		}
		sizes[name] = n
	}
	return sizes["pool"], sizes["ledger-pool"], nil
}

// database is the URL of the store.
func (s settings) database() string {
	if url := s.String("database"); url != "" {
		return url
	}
	return "sqlite:" + filepath.Join(s.String("data"), "rostergate.db")
}
