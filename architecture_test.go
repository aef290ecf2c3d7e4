// Package rostergate_test holds the tests of the project as a whole: which package
// may import which, and whether what is shipped beside the code agrees with it.
package rostergate_test

import (
	"go/build"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/rostergate/rostergate/"

// room is a package, by its folder, and the packages of ours that it may import.
type room struct {
	folder string
	may    []string
}

// rooms are the packages in reading order. A package may import what its line
// says, and a line may only name packages above it.
func rooms() []room {
	return []room{
		{"catalog", nil},
		{"ceds", nil},
		{"fault", nil},
		{"moment", nil},
		{"flight", []string{"fault"}},
		{"likeness", nil},
		{"plural", nil},
		{"migrations", nil},
		{"database", []string{"fault", "migrations"}},
		{"database/dbtest", []string{"database", "migrations"}},
		{"database/dbtest/cluster", []string{"database/dbtest"}},
		{"revision", []string{"database", "fault"}},
		{"secret", []string{"fault"}},
		{"proxies", []string{"fault"}},
		{"roster/holds", []string{"catalog"}},
		{"settings", []string{"database", "fault", "likeness", "proxies", "roster/holds", "secret"}},
		{"traffic", nil},
		{"doors", nil},
		{"policy/rego", nil},
		{"policy", []string{"catalog", "policy/rego"}},
		{"audit", []string{"catalog", "database", "fault", "moment", "plural"}},
		{"roster/codec", nil},
		{"roster/words", nil},
		{"roster/cell", []string{"catalog", "ceds", "roster/codec"}},
		{"roster/roles", []string{"catalog", "roster/cell"}},
		{"roster/calendar", nil},
		{"roster/near", []string{"roster/cell"}},
		{"roster/bundle", []string{"catalog", "fault", "roster/cell"}},
		{"roster", []string{"catalog", "database", "fault", "moment", "revision"}},
		{"roster/prints", []string{"roster/bundle"}},
		{"roster/doubles", []string{"catalog", "roster", "roster/cell", "roster/codec"}},
		{"roster/sanity", []string{"catalog", "roster", "roster/codec"}},
		{"roster/checks", []string{"catalog", "ceds", "roster", "roster/cell", "roster/codec", "roster/words"}},
		{"roster/history", []string{"catalog", "moment", "roster/codec"}},
		{"roster/view", []string{"catalog", "ceds", "database", "fault", "flight", "revision", "roster", "roster/codec", "roster/history", "roster/roles", "roster/words"}},
		{"roster/notice", []string{"catalog", "database", "fault", "flight", "moment", "revision", "roster/codec", "roster/history", "roster/view"}},
		{"roster/alike", []string{"catalog", "roster", "roster/codec"}},
		{"roster/spool", nil},
		{"roster/stored", []string{"catalog", "database", "roster", "roster/codec"}},
		{"roster/keys", []string{"database", "moment", "roster"}},
		{"roster/lines", []string{"database"}},
		{"roster/feeds", []string{"catalog", "roster", "roster/codec", "roster/history", "roster/stored"}},
		{"roster/hooks", []string{"catalog", "roster", "roster/codec", "roster/stored"}},
		{"roster/writer", []string{"catalog", "database", "roster", "roster/spool"}},
		{"roster/intake", []string{"catalog", "ceds", "database", "fault", "moment", "plural", "revision", "roster", "roster/alike", "roster/bundle", "roster/calendar", "roster/cell", "roster/checks", "roster/codec", "roster/doubles", "roster/feeds", "roster/history", "roster/holds", "roster/hooks", "roster/keys", "roster/lines", "roster/near", "roster/prints", "roster/roles", "roster/sanity", "roster/spool", "roster/stored", "roster/writer"}},
		{"roster/shelf", []string{"fault", "roster/intake"}},
		{"roster/rostertest", []string{"database", "database/dbtest", "roster", "roster/holds", "roster/intake", "roster/notice", "roster/view"}},
		{"waiting", []string{"audit", "catalog", "fault", "likeness", "moment", "policy", "policy/rego", "roster"}},
		{"terminal", []string{"likeness", "roster/intake"}},
		{"guardrails", []string{"audit", "catalog", "fault", "likeness", "moment", "policy", "policy/rego"}},
		{"presets", []string{"catalog", "policy"}},
		{"apps/credentials", []string{"database", "fault", "likeness", "moment", "revision"}},
		{"apps", []string{"apps/credentials", "audit", "catalog", "database", "fault", "guardrails", "likeness", "moment", "policy", "policy/rego", "presets", "revision", "roster", "secret", "waiting"}},
		{"arrivals", []string{"apps", "audit", "roster", "roster/intake", "roster/shelf"}},
		{"optouts", []string{"apps", "audit", "catalog", "database", "fault", "likeness", "moment", "plural", "policy", "revision", "roster", "waiting"}},
		{"manners", []string{"apps", "audit", "database", "fault", "likeness", "revision"}},
		{"wording", []string{"apps", "apps/credentials", "audit", "catalog", "fault", "guardrails", "manners", "moment", "optouts", "plural", "policy", "policy/rego", "roster", "roster/bundle", "roster/intake", "terminal", "waiting"}},
		{"handout", []string{"apps", "catalog", "terminal"}},
		{"people", []string{"audit", "database", "fault", "moment", "proxies", "secret"}},
		{"backup", []string{"apps", "audit", "database", "fault", "migrations", "revision", "secret"}},
		{"sample", []string{"catalog", "ceds", "fault"}},
		{"openapi", []string{"catalog"}},
		{"gateway/oauth1", []string{"fault"}},
		{"gateway/shares", []string{"fault"}},
		{"gateway/paging", []string{"revision", "secret"}},
		{"gateway/kept", []string{"catalog", "policy", "roster", "roster/codec", "roster/view"}},
		{"gateway", []string{"apps", "apps/credentials", "audit", "catalog", "database", "fault", "gateway/kept", "gateway/oauth1", "gateway/paging", "gateway/shares", "manners", "moment", "openapi", "optouts", "policy", "proxies", "revision", "roster", "roster/notice", "roster/view", "secret", "traffic"}},
		{"losses", []string{"apps", "catalog", "gateway", "plural", "policy", "roster/sanity", "roster/view", "terminal"}},
		{"explanation", []string{"apps", "catalog", "gateway", "optouts", "policy", "roster/view"}},
		{"drafts", []string{"apps", "catalog", "gateway", "policy", "policy/rego", "terminal", "wording"}},
		{"permissions", []string{"apps", "catalog", "gateway", "guardrails", "likeness", "moment", "policy", "policy/rego", "roster", "roster/view", "wording"}},
		{"approvals", []string{"apps", "audit", "catalog", "database", "fault", "gateway", "guardrails", "likeness", "moment", "optouts", "permissions", "policy", "policy/rego", "roster", "waiting", "wording"}},
		{"metrics", []string{"audit", "database", "fault", "gateway", "policy", "roster/intake", "roster/notice", "roster/view", "traffic"}},
		{"gateway/gatewaytest", []string{"apps", "audit", "catalog", "database", "database/dbtest", "gateway", "optouts", "policy", "presets", "roster", "roster/intake", "roster/notice", "roster/view", "sample", "secret"}},
		{"web/frame", []string{"approvals", "apps", "audit", "catalog", "ceds", "database", "explanation", "fault", "gateway", "guardrails", "moment", "people", "plural", "policy", "policy/rego", "presets", "proxies", "roster", "roster/intake", "roster/view", "traffic", "waiting"}},
		{"web/frame/gains", []string{"apps", "catalog", "gateway", "policy", "roster", "roster/view", "web/frame"}},
		{"web/frame/rules", []string{"gateway", "policy/rego", "web/frame"}},
		{"web/register", []string{"apps", "apps/credentials", "audit", "catalog", "fault", "gateway", "manners", "openapi", "people", "policy", "presets", "roster", "web/frame", "web/frame/gains"}},
		{"web/dataguard", []string{"apps", "catalog", "fault", "gateway", "moment", "people", "policy", "policy/rego", "roster", "roster/view", "web/frame", "web/frame/gains", "web/frame/rules"}},
		{"web/preview", []string{"apps", "catalog", "gateway", "policy", "roster/view", "web/frame"}},
		{"web/why", []string{"apps", "catalog", "explanation", "fault", "people", "policy", "roster", "web/frame"}},
		{"web/optouts", []string{"apps", "catalog", "fault", "gateway", "optouts", "people", "roster/view", "web/frame"}},
		{"web/approvals", []string{"approvals", "apps", "catalog", "fault", "gateway", "people", "waiting", "web/frame", "web/frame/gains"}},
		{"web/guardrails", []string{"apps", "catalog", "fault", "gateway", "guardrails", "people", "policy", "policy/rego", "web/frame", "web/frame/gains", "web/frame/rules"}},
		{"web/imports", []string{"audit", "catalog", "fault", "losses", "moment", "people", "roster/bundle", "roster/intake", "roster/shelf", "web/frame", "wording"}},
		{"web/auditor", []string{"apps", "audit", "catalog", "fault", "moment", "policy", "roster/intake", "web/frame"}},
		{"web/staff", []string{"audit", "fault", "moment", "people", "proxies", "web/frame"}},
		{"web/dashboard", []string{"apps", "audit", "catalog", "moment", "people", "policy", "roster", "roster/intake", "roster/shelf", "roster/view", "web/frame"}},
		{"web", []string{"approvals", "apps", "audit", "database", "explanation", "fault", "gateway", "losses", "manners", "optouts", "people", "policy", "proxies", "roster", "roster/intake", "roster/shelf", "roster/view", "web/approvals", "web/auditor", "web/dashboard", "web/dataguard", "web/frame", "web/frame/gains", "web/guardrails", "web/imports", "web/optouts", "web/preview", "web/register", "web/staff", "web/why"}},
		{"cmd/rostergate/stores", []string{"audit", "database", "fault", "migrations", "revision", "settings"}},
		{"cmd/rostergate/keyring", []string{"fault", "secret", "settings"}},
		{"cmd/rostergate/release", nil},
		{"cmd/rostergate/questions", []string{"apps", "audit", "catalog", "database", "fault", "likeness", "roster"}},
		{"cmd/rostergate/reports", []string{"fault", "plural", "roster/bundle", "roster/intake", "terminal", "wording"}},
		{"cmd/rostergate", []string{"approvals", "apps", "apps/credentials", "arrivals", "audit", "backup", "catalog", "cmd/rostergate/keyring", "cmd/rostergate/questions", "cmd/rostergate/release", "cmd/rostergate/reports", "cmd/rostergate/stores", "database", "doors", "drafts", "explanation", "fault", "gateway", "guardrails", "handout", "likeness", "losses", "manners", "metrics", "migrations", "moment", "optouts", "people", "permissions", "plural", "policy", "policy/rego", "presets", "revision", "roster", "roster/intake", "roster/notice", "roster/shelf", "roster/view", "sample", "secret", "settings", "terminal", "traffic", "waiting", "web", "web/staff", "wording"}},
		{"bench", []string{"database/dbtest"}},
		{"endurance", nil},
	}
}

// guest is somebody else's package, or a tree of them where path ends in a slash,
// and the rooms that it may enter. Where files is set, it is how many files may
// import it: a door that somebody may want to replace is one file.
type guest struct {
	path  string
	rooms []string
	files int
}

func guests() []guest {
	return []guest{
		{path: "github.com/labstack/echo/", rooms: []string{"bench", "gateway", "web/frame"}},
		{path: "github.com/open-policy-agent/opa/", rooms: []string{"policy/rego"}},
		{path: "github.com/jackc/pgx/", rooms: []string{"bench", "database", "database/dbtest", "roster", "roster/writer"}},
		{path: "gorm.io/", rooms: []string{"approvals", "apps", "apps/credentials", "arrivals", "audit", "cmd/rostergate", "database", "guardrails", "manners", "optouts", "people", "revision", "roster", "roster/history", "roster/holds", "roster/intake", "roster/keys", "roster/lines", "roster/notice", "roster/sanity", "roster/shelf", "roster/view", "roster/writer", "waiting"}},
		{path: "gorm.io/driver/postgres", rooms: []string{"database"}, files: 1},
		{path: "github.com/libtnb/sqlite", rooms: []string{"database"}, files: 1},
		{path: "modernc.org/sqlite", rooms: []string{"database"}, files: 1},
		{path: "github.com/prometheus/", rooms: []string{"metrics"}},
		{path: "net/http", rooms: []string{"bench", "cmd/rostergate", "doors", "gateway", "gateway/gatewaytest", "metrics", "proxies", "traffic", "web/dataguard", "web/frame", "web/guardrails", "web/imports", "web/optouts", "web/preview", "web/register", "web/staff"}},
		{path: "testing", rooms: []string{"database/dbtest", "gateway/gatewaytest", "roster/rostertest"}},
	}
}

func TestAPackageImportsOnlyWhatStandsAboveIt(t *testing.T) {
	above := map[string]bool{}
	for _, room := range rooms() {
		for _, name := range room.may {
			if !above[name] {
				t.Errorf("the line of %s names %s, which does not stand above it", room.folder, name)
			}
		}
		for imported := range packageIn(t, room.folder).ImportPos {
			name, ours := strings.CutPrefix(imported, module)
			if ours && !slices.Contains(room.may, name) {
				t.Errorf("%s imports %s, which its line does not name", room.folder, name)
			}
		}
		above[room.folder] = true
	}
}

func TestEveryPackageHasALine(t *testing.T) {
	for _, folder := range folders(t) {
		if !slices.ContainsFunc(rooms(), func(r room) bool { return r.folder == folder }) {
			t.Errorf("no line names the package %s", folder)
		}
	}
}

func TestAGuestStaysInItsRooms(t *testing.T) {
	for _, guest := range guests() {
		for _, folder := range folders(t) {
			files := importers(packageIn(t, folder), guest.path)
			allowed := slices.Contains(guest.rooms, folder)
			switch {
			case !allowed && len(files) > 0:
				t.Errorf("%s is imported by %q", guest.path, files)
			case allowed && guest.files > 0 && len(files) != guest.files:
				t.Errorf("%s is imported by %d files of %s, want %d: %q", guest.path, len(files), folder, guest.files, files)
			}
		}
	}
}

// importers are the files of a package that import a guest.
func importers(p *build.Package, guest string) []string {
	var files []string
	for imported, places := range p.ImportPos {
		tree := strings.HasSuffix(guest, "/") && strings.HasPrefix(imported, guest)
		for _, place := range places {
			if tree || imported == guest {
				files = append(files, filepath.ToSlash(place.Filename))
			}
		}
	}
	slices.Sort(files)
	return slices.Compact(files)
}

func TestThreeRoomsNeverSeeEachOther(t *testing.T) {
	apart := []string{"audit", "policy", "roster"}
	house := func(folder string) string { first, _, _ := strings.Cut(folder, "/"); return first }
	for _, room := range rooms() {
		if !slices.Contains(apart, house(room.folder)) {
			continue
		}
		for _, name := range room.may {
			if slices.Contains(apart, house(name)) && house(name) != house(room.folder) {
				t.Errorf("%s may import %s", room.folder, name)
			}
		}
	}
}

// Who answers apps must not be able to change the roster.
func TestTheGatewayDoesNotSeeTheImporter(t *testing.T) {
	for _, room := range rooms() {
		if room.folder == "gateway" && slices.Contains(room.may, "roster/intake") {
			t.Error("the gateway may import roster/intake")
		}
	}
}

// A new page touches one of them.
func TestTheRoomsOfTheWebNeverSeeEachOther(t *testing.T) {
	for _, room := range rooms() {
		for _, name := range room.may {
			if strings.HasPrefix(room.folder, "web/") && strings.HasPrefix(name, "web/") && !strings.HasPrefix(name+"/", "web/frame/") {
				t.Errorf("%s may import %s", room.folder, name)
			}
		}
	}
}

// A package is one trade, which somebody can know as a whole. Where it has many files or
// lines all the same, its doc.go says why; there is an end to that, too.
func TestNoPackageIsTooLargeToKnow(t *testing.T) {
	const mostLines, mostFiles, end = 4000, 25, 5000
	for _, folder := range folders(t) {
		lines, files, reason := 0, 0, false
		for _, name := range packageIn(t, folder).GoFiles {
			text, err := os.ReadFile(filepath.Join(filepath.FromSlash(folder), name))
			if err != nil {
				t.Fatal(err)
			}
			lines, files = lines+strings.Count(string(text), "\n"), files+1
			reason = reason || name == "doc.go" && strings.Contains(string(text), "// It has many ")
		}
		if lines > end || lines > mostLines && !reason {
			t.Errorf("%s has %d lines without its tests, more than %d, and its doc.go does not say why (or they are more than %d)", folder, lines, mostLines, end)
		}
		if files > mostFiles && !reason {
			t.Errorf("%s has %d files without its tests, more than %d, and its doc.go does not say why", folder, files, mostFiles)
		}
	}
}

// What the docs say of the code leads somewhere.
func TestTheDocsNameFilesThatAreThere(t *testing.T) {
	path := regexp.MustCompile("`([a-z0-9_/.-]+\\.(?:go|rego|sql|yml|md))`")
	found := 0
	for _, doc := range []string{"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"} {
		text, err := os.ReadFile(doc)
		if err != nil {
			t.Fatal(err)
		}
		for _, named := range path.FindAllStringSubmatch(string(text), -1) {
			if !strings.Contains(named[1], "/") {
				continue // a file of the folder that the sentence is about
			}
			found++
			if _, err := os.Stat(filepath.FromSlash(named[1])); err != nil {
				t.Errorf("%s names %s, which is not there", doc, named[1])
			}
		}
	}
	if found < 10 {
		t.Errorf("only %d files are named", found)
	}
}

// A package is named after what is in it.
func TestNoPackageIsNamedAfterNothing(t *testing.T) {
	empty := []string{
		"base", "common", "core", "helper", "helpers", "impl", "interfaces", "internal", "lib", "manager",
		"managers", "misc", "models", "pkg", "service", "services", "shared", "types", "util", "utils",
	}
	for _, folder := range folders(t) {
		names := append(strings.Split(folder, "/"), packageIn(t, folder).Name)
		for _, name := range names {
			if slices.Contains(empty, name) {
				t.Errorf("%s: %q says nothing", folder, name)
			}
		}
	}
}

// folders lists every folder that holds a package, tests apart.
func folders(t *testing.T) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() || name == "." {
			return err
		}
		base := path.Base(filepath.ToSlash(name))
		if strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") || base == "testdata" || base == "node_modules" {
			return filepath.SkipDir
		}
		sources, err := filepath.Glob(filepath.Join(name, "*.go"))
		if len(sources) > 0 {
			all = append(all, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// packageIn reads a folder's package, the files of every system included.
func packageIn(t *testing.T, folder string) *build.Package {
	t.Helper()
	every := build.Default
	every.UseAllFiles = true
	p, err := every.ImportDir(filepath.FromSlash(folder), 0)
	if err != nil {
		t.Fatalf("read the package %s: %v", folder, err)
	}
	return p
}
