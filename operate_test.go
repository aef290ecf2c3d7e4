package rostergate_test

import (
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

const operating = "docs/operate.md"

// blocks are the blocks of a page in one language, which must be there.
func blocks(t *testing.T, page, language string) []string {
	t.Helper()
	var all []string
	for _, found := range regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```$").FindAllStringSubmatch(page, -1) {
		all = append(all, found[1])
	}
	if len(all) == 0 {
		t.Fatalf("%s has no block of %s", operating, language)
	}
	return all
}

// only is what an expression finds in a text, which has it once.
func only(t *testing.T, text, expression string) string {
	t.Helper()
	found := regexp.MustCompile(expression).FindAllStringSubmatch(text, -1)
	if len(found) != 1 {
		t.Fatalf("%q is there %d times, in\n%s", expression, len(found), text)
	}
	return found[0][1]
}

// call is a command line of rostergate: the words of the command, and its flags.
type call struct{ words, flags []string }

// calls are the command lines of rostergate in a text.
func calls(page string) (all []call) {
	for _, found := range regexp.MustCompile(`(?m)(?:^|[\s\x60]|/bin/)rostergate(?:\.new)? ((?:[a-z]+\b ?)+)([^\n`+"`"+`]*)`).FindAllStringSubmatch(page, -1) {
		all = append(all, call{strings.Fields(found[1]), regexp.MustCompile(`--[a-z-]+`).FindAllString(found[2], -1)})
	}
	return all
}

func TestThePageForOperatorsNamesCommandsFlagsAndVariablesThatExist(t *testing.T) {
	page, known := read(t, operating), settings(t)
	for _, name := range regexp.MustCompile(`ROSTERGATE_[A-Z_]+`).FindAllString(page, -1) {
		if !slices.Contains(known, name) {
			t.Errorf("%s is no setting", name)
		}
	}
	for _, flag := range regexp.MustCompile("`--([a-z-]+)").FindAllStringSubmatch(page, -1) {
		if !slices.Contains(known, "ROSTERGATE_"+strings.ToUpper(strings.ReplaceAll(flag[1], "-", "_"))) {
			t.Errorf("--%s is no setting", flag[1])
		}
	}
	binary := filepath.Join(t.TempDir(), "rostergate")
	if out, err := exec.Command("go", "build", "-o", binary, "./cmd/rostergate").CombinedOutput(); err != nil {
		t.Fatalf("build the server: %v\n%s", err, out)
	}
	found := 0
	for _, block := range regexp.MustCompile(`(?m)^    .*|^ExecStart=.*|`+"`[^`\n]+`").FindAllString(page, -1) {
		asSomebody := regexp.MustCompile(`-[gou] rostergate\b`) // the user of that name
		for _, call := range calls(asSomebody.ReplaceAllString(block, "")) {
			found++
			help, err := exec.Command(binary, append(call.words, "--help")...).CombinedOutput()
			if err != nil || !strings.Contains(string(help), "rostergate "+call.words[0]) {
				t.Errorf("there is no command %q, of %s", call.words, block)
			}
			for _, flag := range call.flags {
				if !strings.Contains(string(help), flag+" ") {
					t.Errorf("%q has no flag %s, of %s", call.words, flag, block)
				}
			}
		}
	}
	if found < 7 {
		t.Errorf("only %d commands were found", found)
	}
}

func TestTheUnitTheSettingsAndTheProxiesOfTheOperatorsPageFitTogether(t *testing.T) {
	page := read(t, operating)
	variables := map[string]string{}
	for _, line := range regexp.MustCompile(`(?m)^(\w+)=(.*)$`).FindAllStringSubmatch(blocks(t, page, "sh")[0], -1) {
		variables[line[1]] = line[2]
	}
	unit := blocks(t, page, "ini")[0]
	if path := only(t, unit, `EnvironmentFile=(.*)`); strings.Count(page, "`"+path+"`") < 2 {
		t.Errorf("the page does not say that %s has the settings", path)
	}
	if folder := only(t, unit, `ReadWritePaths=(.*)`); folder != variables["ROSTERGATE_DATA"] {
		t.Errorf("the unit may write to %s, the data is in %s", folder, variables["ROSTERGATE_DATA"])
	}
	stop, _ := strconv.Atoi(only(t, unit, `TimeoutStopSec=(\d+)`))
	if farewell, _ := strconv.Atoi(only(t, read(t, "doors/doors.go"), `farewell = (\d+) \* time.Second`)); stop <= farewell || !strings.Contains(page, strconv.Itoa(farewell)+" seconds") {
		t.Errorf("the unit waits %d seconds, answers take up to %d when the server stops", stop, farewell)
	}

	nginx, caddy := blocks(t, page, "nginx")[0], blocks(t, page, "caddy")[0]
	if at := only(t, nginx, `proxy_pass http://([^;]*);`); at != variables["ROSTERGATE_LISTEN"] {
		t.Errorf("nginx asks %s, the server is at %s", at, variables["ROSTERGATE_LISTEN"])
	}
	if at := only(t, caddy, `reverse_proxy (\S+)`); at != variables["ROSTERGATE_LISTEN"] {
		t.Errorf("Caddy asks %s, the server is at %s", at, variables["ROSTERGATE_LISTEN"])
	}
	for _, name := range []string{only(t, nginx, `server_name (.*);`), only(t, caddy, `(?m)^(\S+) \{$`)} {
		if "https://"+name != variables["ROSTERGATE_PUBLIC_URL"] {
			t.Errorf("a proxy is %s, apps know %s", name, variables["ROSTERGATE_PUBLIC_URL"])
		}
	}
	code := read(t, "proxies/proxies.go")
	for _, header := range regexp.MustCompile(`proxy_set_header (\S+)`).FindAllStringSubmatch(nginx, -1) {
		if header[1] != "Host" && !strings.Contains(code, `"`+header[1]+`"`) {
			t.Errorf("nobody reads the header %s", header[1])
		}
	}
	if !strings.Contains(nginx, "X-Forwarded-For $proxy_add_x_forwarded_for;") {
		t.Error("nginx does not say for whom it asks")
	}
	gibibytes, _ := strconv.Atoi(only(t, nginx, `client_max_body_size (\d+)g;`))
	if shift, _ := strconv.Atoi(only(t, read(t, "web/imports/imports.go"), `maxUpload += 1 << (\d+)`)); 1<<shift != gibibytes<<30 {
		t.Errorf("nginx takes %d GiB, an upload may have %d bytes", gibibytes, 1<<shift)
	}
	for _, path := range regexp.MustCompile("`(/[a-z]+z|/metrics)`").FindAllStringSubmatch(page, -1) {
		if !strings.Contains(read(t, "gateway/frame.go")+read(t, "metrics/metrics.go"), `"`+path[1]+`"`) {
			t.Errorf("nothing is at %s", path[1])
		}
	}
}

func TestTheRolesOfTheOperatorsPageAreOfTablesAndRolesThatExist(t *testing.T) {
	sql := strings.Join(blocks(t, read(t, operating), "sql"), "\n")
	sql = regexp.MustCompile(`(?m)^ALTER DATABASE .* RENAME .*$`).ReplaceAllString(sql, "")
	var roles []string
	for _, role := range regexp.MustCompile(`CREATE ROLE (\w+)`).FindAllStringSubmatch(sql, -1) {
		roles = append(roles, role[1])
	}
	for _, role := range regexp.MustCompile(`(?:TO|FROM|OWNER) (\w+);`).FindAllStringSubmatch(sql, -1) {
		if !slices.Contains(roles, role[1]) {
			t.Errorf("nobody makes the role %s", role[1])
		}
	}
	table := only(t, sql, `TRUNCATE ON (\w+) FROM`)
	files, err := filepath.Glob("migrations/ledger/postgres/*.sql")
	if err != nil || !slices.ContainsFunc(files, func(name string) bool { return strings.Contains(read(t, name), "CREATE TABLE "+table) }) {
		t.Errorf("no migration of the ledger makes %s", table)
	}
}

// told are the metrics by the code: the name of each and what it is.
func told(t *testing.T) [][]string {
	t.Helper()
	code := read(t, "metrics/metrics.go") + read(t, "metrics/numbers.go")
	var all [][]string
	for _, found := range regexp.MustCompile(`[nN]ame: "(rostergate_\w+)",\s*[hH]elp: "([^"]*)"`).FindAllStringSubmatch(code, -1) {
		all = append(all, found[1:])
	}
	return all
}

func TestTheOperatorsPageListsTheMetricsAndItsAlertsAskForThose(t *testing.T) {
	page := read(t, operating)
	var listed [][]string
	for _, row := range regexp.MustCompile("(?m)^\\| `(rostergate_\\w+)` \\| (.*) \\|$").FindAllStringSubmatch(page, -1) {
		listed = append(listed, row[1:])
	}
	if diff := cmp.Diff(told(t), listed); diff != "" {
		t.Errorf("the code has -, the page +\n%s", diff)
	}
	var names []string
	for _, metric := range told(t) {
		names = append(names, metric[0])
	}
	alerts := 0
	for _, block := range blocks(t, page, "yaml") {
		var rules struct {
			Groups []struct {
				Rules []struct{ Alert, Expr string }
			}
		}
		if err := yaml.Unmarshal([]byte(block), &rules); err != nil {
			t.Fatalf("a block is no YAML: %v", err)
		}
		for _, group := range rules.Groups {
			for _, rule := range group.Rules {
				alerts++
				asked := regexp.MustCompile(`rostergate_\w+`).FindAllString(rule.Expr, -1)
				if len(asked) == 0 {
					t.Errorf("%s asks for nothing", rule.Alert)
				}
				for _, name := range asked {
					if !slices.Contains(names, strings.TrimSuffix(name, "_bucket")) {
						t.Errorf("%s asks for %s, which nobody tells", rule.Alert, name)
					}
				}
			}
		}
	}
	if alerts < 5 {
		t.Errorf("there are %d alerts", alerts)
	}
}

// A size that nobody measured is a guess.
func TestTheSizesOfTheOperatorsPageWereMeasured(t *testing.T) {
	_, after, _ := strings.Cut(read(t, operating), "## How large\n")
	table, _, found := strings.Cut(after, "\nThe ledger grows")
	figures := regexp.MustCompile(`\d[\d,.]* (?:people|MB|GB)`).FindAllString(table, -1)
	if !found || len(figures) < 10 {
		t.Fatalf("the page has %q", figures)
	}
	measured := read(t, "docs/measured.md")
	for _, figure := range append(figures, "20 MB", "201,819 users") {
		if !strings.Contains(measured, figure) {
			t.Errorf("%s is not in docs/measured.md", figure)
		}
	}
}
