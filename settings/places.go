package settings

import (
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/likeness"
)

// place is somewhere that settings are said: it finds what is said of one.
type place func(name string) (text, source string, found bool)

// flagsOf is the command line.
func flagsOf(cmd *cobra.Command) place {
	return func(name string) (string, string, bool) {
		flag := cmd.Flags().Lookup(name)
		if flag == nil || !flag.Changed {
			return "", "", false
		}
		return flag.Value.String(), "the flag --" + name, true
	}
}

// variablePrefix begins the environment variable of every setting.
const variablePrefix = "ROSTERGATE_"

// Variable is the name of a setting's variable.
func Variable(name string) string {
	return variablePrefix + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

// readVariables finds the settings of an environment. A name that begins like a setting
// and is none is a fault.Invalid: a server that passed over it would run by other
// settings than its owner wrote down.
func readVariables(root *cobra.Command, environ []string) (place, error) {
	ours := map[string]string{}
	for _, entry := range environ {
		if name, value, _ := strings.Cut(entry, "="); strings.HasPrefix(name, variablePrefix) {
			ours[name] = value
		}
	}
	for _, name := range slices.Sorted(maps.Keys(ours)) {
		if err := checkVariable(root, name, ours); err != nil {
			return nil, err
		}
	}
	return func(name string) (string, string, bool) {
		text := ours[Variable(name)] // an empty one is as if it were not set
		return text, "the variable " + Variable(name), text != ""
	}, nil
}

// checkVariable refuses a variable that is no setting.
func checkVariable(root *cobra.Command, name string, ours map[string]string) error {
	var known []string
	for _, one := range new(Settings).table() {
		known = append(known, one.name)
	}
	said := strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(name, variablePrefix)), "_", "-")
	switch {
	case slices.Contains(known, said) && name == Variable(said) || isForeign(name, ours):
		return nil
	case !slices.Contains(known, said) && isFlag(root, said):
		return fault.New(fault.Invalid, "the variable %s is no setting: give the command the flag --%s instead", name, said)
	}
	near := likeness.One(said, known)
	for i := range near {
		near[i] = Variable(near[i])
	}
	return fault.New(fault.Invalid, "the variable %s is no setting, and README.md lists those that are%s", name, likeness.Question(near))
}

// isForeign reports whether a variable is none of ours though it begins like one: those
// of the project's own tests, and what Kubernetes tells every process of a service whose
// name begins with rostergate.
func isForeign(name string, ours map[string]string) bool {
	services := []string{variablePrefix}
	for other := range ours {
		if service, is := strings.CutSuffix(other, "SERVICE_HOST"); is {
			services = append(services, service)
		}
	}
	return strings.HasPrefix(name, variablePrefix+"TEST_") || slices.ContainsFunc(services, func(service string) bool {
		return name == service+"PORT" || strings.HasPrefix(name, service+"PORT_") || strings.HasPrefix(name, service+"SERVICE_")
	})
}

// isFlag reports whether any command has a flag of that name.
func isFlag(cmd *cobra.Command, name string) bool {
	return cmd.PersistentFlags().Lookup(name) != nil || cmd.Flags().Lookup(name) != nil ||
		slices.ContainsFunc(cmd.Commands(), func(sub *cobra.Command) bool { return isFlag(sub, name) })
}

// readFile reads a file of settings.
func readFile(root *cobra.Command, path string) (place, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the config file cannot be read: %w", err)
	}
	var nodes map[string]yaml.Node
	if yaml.Unmarshal(content, &nodes) != nil { // whose error would quote a value
		return nil, fault.New(fault.Invalid, "the config file %s is no YAML of names and values, each on a line of its own and named once: rate: 100", path)
	}
	lines := map[string]string{}
	for name, node := range nodes {
		if err := checkLine(root, path, name, node); err != nil {
			return nil, err
		}
		if node.Tag != "!!null" {
			lines[name] = node.Value
		}
	}
	return func(name string) (string, string, bool) {
		text, found := lines[name]
		return text, "the file " + path, found
	}, nil
}

// checkLine refuses a line of a file that is no setting, or not one value.
func checkLine(root *cobra.Command, path, name string, node yaml.Node) error {
	var known []string
	for _, one := range new(Settings).table() {
		if one.used != 0 && one.name != "config" {
			known = append(known, one.name)
		}
	}
	switch {
	case name == "key":
		return fault.New(fault.Invalid, "the config file %s holds the encryption key: put it into a file of its own and name that as key-file", path)
	case name == "config":
		return fault.New(fault.Invalid, "the config file %s names a config file: name it by --config or %s", path, Variable("config"))
	case !slices.Contains(known, name) && isFlag(root, name):
		return fault.New(fault.Invalid, "the config file %s has %q, which is no setting: give the command the flag --%s instead", path, name, name)
	case !slices.Contains(known, name):
		return fault.New(fault.Invalid, "the config file %s has the setting %q, which does not exist%s", path, name, likeness.Question(likeness.One(name, known)))
	case node.Kind != yaml.ScalarNode:
		return fault.New(fault.Invalid, "the setting %s, given by the file %s, will not do: it takes one value, such as %s: VALUE", name, path, name)
	}
	return nil
}
