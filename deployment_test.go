package rostergate_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// settings are the variables that the server reads, as its own help tells: one for
// each flag, and those that it names.
func settings(t *testing.T) []string {
	t.Helper()
	help, err := exec.Command("go", "run", "./cmd/rostergate", "serve", "--help").CombinedOutput()
	if err != nil {
		t.Fatalf("ask the server for its flags: %v\n%s", err, help)
	}
	names := regexp.MustCompile(`ROSTERGATE_[A-Z_]+`).FindAllString(string(help), -1)
	for _, flag := range regexp.MustCompile(`(?m)^ +(?:-\w, )?--([a-z-]+)`).FindAllStringSubmatch(string(help), -1) {
		if flag[1] != "help" {
			names = append(names, "ROSTERGATE_"+strings.ToUpper(strings.ReplaceAll(flag[1], "-", "_")))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestTheServerTheContainersAndTheReadmeAgreeOnSettings(t *testing.T) {
	known := settings(t)
	for _, file := range []string{"Dockerfile", "docker-compose.yml"} {
		used := regexp.MustCompile(`ROSTERGATE_[A-Z_]+`).FindAllString(read(t, file), -1)
		if len(used) == 0 {
			t.Errorf("%s sets nothing", file)
		}
		for _, name := range used {
			if !slices.Contains(known, name) {
				t.Errorf("%s uses %s; the server reads %q", file, name, known)
			}
		}
	}
	var listed []string
	for _, row := range regexp.MustCompile("(?m)^\\|[^|]*\\| `(ROSTERGATE_[A-Z_]+)` \\|").FindAllStringSubmatch(read(t, "README.md"), -1) {
		listed = append(listed, row[1])
	}
	slices.Sort(listed)
	if diff := cmp.Diff(known, listed); diff != "" {
		t.Errorf("the server reads -, the README lists +\n%s", diff)
	}
}

// A variable that is neither a setting nor a test's would end every command that sees it.
func TestEveryVariableOfTheProjectIsASettingOrATests(t *testing.T) {
	known := settings(t)
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains([]string{".git", "bin", "node_modules"}, entry.Name()), name == filepath.FromSlash("cmd/rostergate"):
			return filepath.SkipDir // that is where wrong names are tried
		case !entry.Type().IsRegular() || !slices.Contains([]string{"", ".go", ".md", ".mjs", ".yml"}, filepath.Ext(name)):
			return nil
		}
		for _, variable := range regexp.MustCompile(`\bROSTERGATE_[A-Z_]+`).FindAllString(read(t, name), -1) {
			if !slices.Contains(known, variable) && !strings.HasPrefix(variable, "ROSTERGATE_TEST_") {
				t.Errorf("%s names %s, which is no setting; tests' own begin with ROSTERGATE_TEST_", name, variable)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// composition is the part of docker-compose.yml that the tests look at.
type composition struct {
	Services map[string]service
	Volumes  map[string]any
}

type service struct {
	Image       string
	Environment map[string]string
	Volumes     []string
	Healthcheck struct{ Test []string }
	User        string
	ReadOnly    bool     `yaml:"read_only"`
	CapDrop     []string `yaml:"cap_drop"`
	SecurityOpt []string `yaml:"security_opt"`
	Ports       []string
}

func compose(t *testing.T) composition {
	t.Helper()
	var c composition
	if err := yaml.Unmarshal([]byte(read(t, "docker-compose.yml")), &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestNoSecretHasADefault(t *testing.T) {
	secret := regexp.MustCompile(`KEY|PASSWORD|SECRET|DATABASE$`)
	asked := regexp.MustCompile(`\$\{\w+:\?[^}]+\}`)
	given := regexp.MustCompile(`\$\{?\w+`)
	for name, s := range compose(t).Services {
		for variable, value := range s.Environment {
			if secret.MatchString(variable) && !asked.MatchString(value) {
				t.Errorf("%s: %s is %q, and should be asked for", name, variable, value)
			}
			if rest := asked.ReplaceAllString(value, ""); given.MatchString(rest) {
				t.Errorf("%s: %s goes on without a value: %q", name, variable, value)
			}
		}
	}
	if line := regexp.MustCompile(`(?m)^(ENV|ARG)?.*(_KEY|PASSWORD|SECRET).*$`).FindString(read(t, "Dockerfile")); line != "" {
		t.Errorf("a secret in the Dockerfile: %s", line)
	}
}

func TestEveryContainerIsWatchedAndHasNoPowers(t *testing.T) {
	c := compose(t)
	for name, s := range c.Services {
		if len(s.Healthcheck.Test) == 0 {
			t.Errorf("%s has no health check", name)
		}
		if !regexp.MustCompile(`^[1-9]\d*:[1-9]\d*$`).MatchString(s.User) {
			t.Errorf("%s runs as %q, and should as a numbered user that is not root", name, s.User)
		}
		if !s.ReadOnly || !slices.Contains(s.CapDrop, "ALL") || !slices.Contains(s.SecurityOpt, "no-new-privileges:true") {
			t.Errorf("%s: read_only %t, cap_drop %q, security_opt %q", name, s.ReadOnly, s.CapDrop, s.SecurityOpt)
		}
		for _, volume := range s.Volumes {
			if _, named := c.Volumes[strings.Split(volume, ":")[0]]; !named {
				t.Errorf("%s keeps its data in %q, which is no volume", name, volume)
			}
		}
		for _, port := range s.Ports {
			if !strings.HasPrefix(port, "127.0.0.1:") {
				t.Errorf("%s opens %s to the network without TLS", name, port)
			}
		}
	}
}

func TestTheGatewayIsHealthyWhenItIsReady(t *testing.T) {
	check := compose(t).Services["gateway"].Healthcheck.Test
	if !strings.HasSuffix(strings.Join(check, " "), "/readyz") {
		t.Errorf("compose asks %q", check)
	}
	if !regexp.MustCompile(`HEALTHCHECK(?s:.)+/readyz`).MatchString(read(t, "Dockerfile")) {
		t.Error("the image does not ask /readyz")
	}
}

func TestPostgreSQLIs15OrNewer(t *testing.T) {
	version := regexp.MustCompile(`^postgres:(\d+)`).FindStringSubmatch(compose(t).Services["postgres"].Image)
	if version == nil {
		t.Fatal("the image of postgres names no version")
	}
	if major, _ := strconv.Atoi(version[1]); major < 15 {
		t.Errorf("version %d", major)
	}
}

func TestTheImageIsBuiltWithTheToolchainOfTheModule(t *testing.T) {
	wanted := regexp.MustCompile(`(?m)^toolchain go(\d+\.\d+\.\d+)$`).FindStringSubmatch(read(t, "go.mod"))
	used := regexp.MustCompile(`(?m)^FROM golang:(\S+) AS build$`).FindStringSubmatch(read(t, "Dockerfile"))
	if wanted == nil || used == nil || wanted[1] != used[1] {
		t.Errorf("go.mod wants %q, the Dockerfile uses %q", wanted, used)
	}
}
