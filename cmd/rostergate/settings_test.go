package main_test

import (
	"bytes"
	"context"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	rostergate "github.com/rostergate/rostergate/cmd/rostergate"
	"github.com/rostergate/rostergate/database/dbtest"
)

// wrong are texts that a setting does not take. Those that have a password or a key in
// them have hunter2 in it.
func wrong() map[string][]string {
	return map[string][]string{
		"rate":          {"abc", "-1", "NaN", "Inf", "-Inf", "1e300", "10/s", "1,5", " ", "true"},
		"listen":        {"8080", "nowhere", "nowhere:port", "127.0.0.1:", "127.0.0.1:99999", "::1:x", "http://127.0.0.1:8080"},
		"public-url":    {"roster.example.org", "https://", "ftp://roster.example.org", "https://roster.example.org/path", "https://roster.example.org?a=hunter2", "https://ada:hunter2@roster.example.org", "https://roster.example.org#x", "https://roster.example.org:port", "https://:8080", "https:roster.example.org", "https://roster.example.org:99999"},
		"database":      {"mysql://u:hunter2@h/d", "postgres://u:hunter2@h:port/d", "sqlite:", "rostergate.db", "/var/lib/rostergate.db", "Postgres://u:hunter2@h/d"},
		"answer-memory": {"256", "256MB", "1MiB", "-1GiB", "1.5GiB", "MiB", "0MiB", "256 MiB", "99999999999999999999GiB"},

		"pool":        {"0", "-1", "3", "4.5", "abc", " ", "100000"},
		"ledger-pool": {"1", "many", "100000"},

		"metrics-listen": {"9090", "nowhere:port", "/metrics", "127.0.0.1:99999"},
		"log-level":      {"loud", "INFO", "4", " ", "warning"},
		"access-log":     {"yes", "true", "1", "On", " "},

		"trusted-proxies": {"proxy.example.org", "10.0.0.0/40", "192.0.2.7;192.0.2.8", "ada:hunter2@192.0.2.7"},

		"hold-refused": {"1", "1%", "1/5", "101%/5", "-1%/5", "1%/-5", "1%/5.5", "NaN%/5", "1%/5 2%/6", "pupils=1%/5", "users=1%/5 users=2%/5", "users=", "hunter2=1%/5", "users"},
		"hold-removed": {"ten%/5", "10%/five", "10 %/5", "classes=10%", "10%/99999999999999999999"},

		"key": {"short", "hunter2hunter2hunter2hunter2hunter2hunter2=="},
	}
}

// typed are the settings of the server's help that take more than any text, and the
// key, which has no flag.
func typed(t *testing.T) []string {
	t.Helper()
	_, help, _ := run("serve", "--help")
	names := []string{"key"}
	for _, line := range regexp.MustCompile(`(?m)^ +--([a-z-]+) ([a-z]+) `).FindAllStringSubmatch(help, -1) {
		if line[2] != "string" {
			names = append(names, line[1])
		}
	}
	return names
}

// begin runs a command that ends before it opens anything, if its settings did not end it
// already.
func begin(args ...string) (code int, stderr string) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out, trouble bytes.Buffer
	code = rostergate.Run(ctx, args, &out, &trouble)
	return code, trouble.String()
}

func variable(name string) string {
	return "ROSTERGATE_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

func configFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(dbtest.Folder(t), "config.yaml")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAWrongSettingIsRefusedWhateverItsSourceAndNeverQuoted(t *testing.T) {
	for _, name := range typed(t) {
		if len(wrong()[name]) == 0 {
			t.Errorf("no wrong text for %s is known here", name)
		}
	}
	for name, texts := range wrong() {
		for _, text := range texts {
			t.Run(name+"="+text, func(t *testing.T) {
				data := dbtest.Folder(t)
				check := func(source string, expected int, args ...string) {
					t.Helper()
					code, stderr := begin(append([]string{"serve", "--data", data}, args...)...)
					if code != expected || !strings.Contains(stderr, "the setting "+name+", given by "+source+", will not do: ") {
						t.Errorf("by %s: exit code %d, %s", source, code, stderr)
					}
					if strings.Contains(stderr, "hunter2") || strings.Contains(stderr, "%!") {
						t.Errorf("by %s: %s", source, stderr)
					}
				}
				if name != "key" {
					check("the flag --"+name, 2, "--"+name+"="+text)
					path := configFile(t, name+": '"+text+"'\n")
					check("the file "+path, 2, "--config", path)
				}
				t.Setenv(variable(name), text)
				check("the variable "+variable(name), 2)
				if found := inside(t, data); len(found) != 0 {
					t.Errorf("the command made %q", found)
				}
			})
		}
	}
}

func TestARightSettingIsTakenWhateverItsSource(t *testing.T) {
	for name, texts := range map[string][]string{
		"rate":       {"0", "0.5", "100", "1e3", "1000000"},
		"listen":     {":0", "127.0.0.1:8080", "[::1]:8080", "localhost:1"},
		"pool":       {"4", "64"},
		"log-level":  {"debug", "info", "warn", "error"},
		"access-log": {"on", "off"},

		"answer-memory": {"64MiB", "2GiB"},

		"public-url": {"https://roster.example.org", "HTTP://Roster.example.org:8080/", "http://[::1]:8080"},
	} {
		for _, text := range texts {
			t.Run(name+"="+text, func(t *testing.T) {
				path := configFile(t, name+": "+strings.ReplaceAll(text, "[", "\\[")+"\n")
				if strings.Contains(text, "[") || strings.HasPrefix(text, ":") {
					path = configFile(t, name+": '"+text+"'\n")
				}
				for _, args := range [][]string{{"--" + name, text}, {"--config", path}} {
					if _, stderr := begin(append([]string{"serve", "--data", dbtest.Folder(t)}, args...)...); strings.Contains(stderr, "setting") {
						t.Errorf("%q: %s", args, stderr)
					}
				}
				t.Setenv(variable(name), text)
				// A command that does not use it passes over it.
				if code, _, stderr := run("migrate", "--data", dbtest.Folder(t)); code != 0 {
					t.Errorf("by the variable: %s", stderr)
				}
			})
		}
	}
}

func TestAVariableThatIsNoSettingIsRefused(t *testing.T) {
	for name, expected := range map[string]string{
		"ROSTERGATE_RAET":       "did you mean ROSTERGATE_RATE?",
		"ROSTERGATE_DATABSE":    "did you mean ROSTERGATE_DATABASE?",
		"ROSTERGATE_PUBLICURL":  "did you mean ROSTERGATE_PUBLIC_URL?",
		"ROSTERGATE_KEYFILE":    "did you mean ROSTERGATE_KEY_FILE?",
		"ROSTERGATE_Data":       "did you mean ROSTERGATE_DATA?",
		"ROSTERGATE_STUDENTS":   "the flag --students",
		"ROSTERGATE_JSON":       "the flag --json",
		"ROSTERGATE_XYZZY":      "README.md lists",
		"ROSTERGATE_":           "README.md lists",
		"ROSTERGATE_PORTS":      "is no setting",
		"ROSTERGATE_DB_PORT":    "is no setting",
		"ROSTERGATE_TESTS":      "is no setting",
		"ROSTERGATE_SERVICEX":   "is no setting",
		"ROSTERGATE_PUBLIC-URL": "did you mean ROSTERGATE_PUBLIC_URL?",
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(name, "hunter2")
			data := dbtest.Folder(t)
			code, stdout, stderr := run("apps", "list", "--data", data)
			if code != 2 || stdout != "" || !strings.Contains(stderr, name+" is no setting") || !strings.Contains(stderr, expected) || strings.Contains(stderr, "hunter2") {
				t.Errorf("exit code %d, %s%s", code, stdout, stderr)
			}
			if found := inside(t, data); len(found) != 0 {
				t.Errorf("the command made %q", found)
			}
		})
	}
}

// Kubernetes tells each process of every service in its namespace.
func TestWhatOthersSetIsPassedOver(t *testing.T) {
	for name, value := range map[string]string{
		"ROSTERGATE_TEST_ANYTHING":              "x",
		"ROSTERGATE_PORT":                       "tcp://10.0.0.1:80",
		"ROSTERGATE_PORT_80_TCP":                "tcp://10.0.0.1:80",
		"ROSTERGATE_PORT_80_TCP_ADDR":           "10.0.0.1",
		"ROSTERGATE_SERVICE_HOST":               "10.0.0.1",
		"ROSTERGATE_SERVICE_PORT":               "80",
		"ROSTERGATE_SERVICE_PORT_HTTP":          "80",
		"ROSTERGATE_DB_SERVICE_HOST":            "10.0.0.2",
		"ROSTERGATE_DB_SERVICE_PORT":            "5432",
		"ROSTERGATE_DB_PORT":                    "tcp://10.0.0.2:5432",
		"ROSTERGATE_DB_PORT_5432_TCP_PROTO":     "tcp",
		"rostergate_anything":                   "x",
		"MY_ROSTERGATE_RATE":                    "x",
		"ROSTERGATE_RATE":                       "", // as if it were not set
		"ROSTERGATE_LISTEN":                     "",
		"ROSTERGATE_TEST_SERVICE_OF_MINE_RULES": "x",
	} {
		t.Setenv(name, value)
	}
	if code, _, stderr := run("migrate", "--data", dbtest.Folder(t)); code != 0 {
		t.Error(stderr)
	}
}

func TestAFileOfSettingsHoldsNothingElse(t *testing.T) {
	for content, expected := range map[string]string{
		"databse: sqlite:x.db":            `the setting "databse", which does not exist; did you mean database?`,
		"students: 5000":                  "the flag --students",
		"json: true":                      "the flag --json",
		"key: hunter2":                    "name that as key-file",
		"config: other.yaml":              "--config",
		"rate: [1, 2]":                    "rate, given by the file",
		"rate: {a: hunter2}":              "rate, given by the file",
		"raet: 5":                         "did you mean rate?",
		"data: x\ndata: hunter2":          "no YAML",
		"- hunter2":                       "no YAML",
		"data: [":                         "no YAML",
		"hunter2":                         "no YAML",
		"Rate: 5":                         "did you mean rate?",
		"public_url: https://example.org": "did you mean public-url?",
	} {
		t.Run(expected, func(t *testing.T) {
			path := configFile(t, content)
			code, stdout, stderr := run("apps", "list", "--data", dbtest.Folder(t), "--config", path)
			if code != 2 || stdout != "" || !strings.Contains(stderr, expected) || !strings.Contains(stderr, path) || strings.Contains(stderr, "hunter2") {
				t.Errorf("exit code %d, %s%s", code, stdout, stderr)
			}
		})
	}
	for _, content := range []string{"", "# nothing\n", "rate:\n", "rate: ''\n", "rate: 5 # a second\nlisten: :0\n"} {
		if code, _, stderr := run("migrate", "--data", dbtest.Folder(t), "--config", configFile(t, content)); code != 0 {
			t.Errorf("%q: %s", content, stderr)
		}
	}
}

func TestTheReadmeSaysOfEverySettingWhatTheHelpSays(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, help, _ := run("serve", "--help")
	without := map[string]string{}
	for _, line := range regexp.MustCompile(`(?m)^ +--([a-z-]+) [a-z]+ .*?(?:\(default "?([^"\s]+?)"?\))?$`).FindAllStringSubmatch(help, -1) {
		without[line[1]] = line[2]
	}
	listed := map[string]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `--([a-z-]+)` \\| `(ROSTERGATE_[A-Z_]+)` \\| (.*) \\|$").FindAllStringSubmatch(string(readme), -1) {
		listed[row[1]] = row[3]
		if row[2] != variable(row[1]) {
			t.Errorf("the README calls the variable of --%s %s", row[1], row[2])
		}
	}
	names := slices.Sorted(maps.Keys(without))
	if diff := slices.Compare(names, slices.Sorted(maps.Keys(listed))); diff != 0 || len(names) < 5 {
		t.Errorf("the help has %q, the README %q", names, slices.Sorted(maps.Keys(listed)))
	}
	for name, value := range without {
		if !strings.Contains(listed[name], value) {
			t.Errorf("the README does not say that --%s is %s without it: %s", name, value, listed[name])
		}
	}
}
