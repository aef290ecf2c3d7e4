package web_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What tells no value may be called from anywhere in the package; whatever else the
// roster and the gateway can do, from the files of sight alone, and what brings names
// of a roster, from names.go.
func TestOneTypeOfTheRoomsReadsValuesOfTheRoster(t *testing.T) {
	free := map[string][]string{
		"Roster":  {},
		"Views":   {"Snapshot"},
		"Intake":  {"Attempts", "Waiting", "Begin", "Carry", "Fail", "Take", "Return"},
		"Gateway": {"Panics"},
		"Apps":    {"List", "Create", "CheckNew", "Enable", "Suspend", "RotateFrom", "SaveGrant", "CopyGrant"},
		"Ledger":  {"Note", "Refuse", "Hours", "LastSync"},
		"roster":  {"Keys", "KeysFor", "ReadVocabulary"}, // functions: of these, none
		"gateway": {"Present"},
	}
	reads := map[string]int{}
	eachSource(t, func(name string, file *ast.File, at func(ast.Node) token.Position) {
		mayRead := strings.HasPrefix(name, "sight") || name == "names.go"
		called := map[ast.Expr]string{}
		ast.Inspect(file, func(n ast.Node) bool {
			if s, is := n.(*ast.SelectorExpr); is {
				called[s.X] = s.Sel.Name
			}
			return true
		})
		ast.Inspect(file, func(n ast.Node) bool {
			s, is := n.(*ast.SelectorExpr)
			if !is {
				return true
			}
			from, _ := s.X.(*ast.Ident)
			what, reading := s.Sel.Name, false
			if from != nil && (from.Name == "roster" || from.Name == "gateway") {
				what = from.Name + "." + what
				reading = slices.Contains(free[from.Name], s.Sel.Name)
			} else if may, watched := free[what]; watched && (from == nil || from.Name == "r" || from.Name == "rooms") { // else a type, or a part of a page
				reading, what = !slices.Contains(may, called[s]), what+"."+called[s]
			}
			switch {
			case reading && mayRead:
				reads[name]++
			case reading:
				t.Errorf("%s: values or names are read by %s", at(s), what)
			}
			return true
		})
		ast.Inspect(file, func(n ast.Node) bool {
			if call, is := n.(*ast.CallExpr); is && len(call.Args) == 0 && !mayRead {
				if s, is := call.Fun.(*ast.SelectorExpr); is && s.Sel.Name == "Grades" {
					t.Errorf("%s: grades are read", at(s))
				}
			}
			return true
		})
	})
	if reads["sight.go"] == 0 || reads["sight_titles.go"] == 0 || reads["names.go"] == 0 {
		t.Errorf("the test watches nothing: %v", reads)
	}
}

// Every page goes out through the functions that put on record what it shows.
func TestPagesLeaveThroughOneFile(t *testing.T) {
	may := map[string][]string{
		"HTMLBlob": {"page.go"}, "WriteHeader": {"visit.go", "assets.go"}, "Blob": {"assets.go"}, "ExecuteTemplate": {"page.go"},
		"HTML": nil, "String": nil, "JSON": nil, "Stream": nil, "File": nil, "Render": nil, "XML": nil,
	}
	eachSource(t, func(name string, file *ast.File, at func(ast.Node) token.Position) {
		ast.Inspect(file, func(n ast.Node) bool {
			call, is := n.(*ast.CallExpr)
			if !is {
				return true
			}
			s, is := call.Fun.(*ast.SelectorExpr)
			if !is || len(call.Args) == 0 {
				return true
			}
			from, _ := s.X.(*ast.Ident)
			if files, watched := may[s.Sel.Name]; watched && (from == nil || from.Name != "template") && !slices.Contains(files, name) {
				t.Errorf("%s: an answer leaves by %s", at(s), s.Sel.Name)
			}
			return true
		})
	})
}

// eachSource parses the files of the package, tests apart.
func eachSource(t *testing.T, each func(name string, file *ast.File, at func(ast.Node) token.Position)) {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	files := token.NewFileSet()
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(files, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		each(name, file, func(n ast.Node) token.Position { return files.Position(n.Pos()) })
	}
}
