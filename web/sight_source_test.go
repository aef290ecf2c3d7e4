package web_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// What tells no value may be called from anywhere in the frame and the rooms; whatever
// else the roster and the gateway can do, from the frame's files of sight alone, and
// what brings names of a roster, from its names.go. The package that puts the rooms
// together hands out what they work with, and calls nothing of it.
func TestOneTypeOfTheRoomsReadsValuesOfTheRoster(t *testing.T) {
	free := map[string][]string{
		"Roster":   {},
		"Views":    {"Snapshot"},
		"Shelf":    {"", "Importer", "NewFolder", "Place", "Start", "Sweep", "ThrowAway", "Here", "Touch", "UnderWay"},
		"Importer": {"Attempts", "AttemptPage", "Waiting", "Take", "Return", "EachProblem"}, // which has the names of the report that it is given
		"Intake":   {},
		"Gateway":  {"Panics", "Prospect", "Compare", "Standing", "Reaching"},
		"OptOuts":  {"List", "OfStudents", "Add", "Remove", "Look", "Replace", "Name"}, // by the numbers that the ledger has; whom Name names is read anew through the sight
		"Apps":     {"Key", "List", "Former", "WithFormer", "Agreements", "SaveAgreement", "HoldCeiling", "Create", "CheckNew", "EnableFrom", "Suspend", "Delete", "RotateFrom", "SaveGrant", "CopyGrant", "SavePolicy", "RemovePolicy", "SaveGuardrails", "SetVendor"},
		"Desk":     {"Approve", "Decline", "Withdraw", "SaveMarks", "Count"},
		"Ledger":   {"Note", "Refuse", "Hours", "LastSync"},
		"roster":   {"Keys", "KeysFor", "ReadVocabulary"}, // functions: of these, none
		"view":     {"NewMemory", "Beside"},
		"intake":   {"New"},
		"notice":   {"NewHorizons"},
		"gateway":  {"Present"},
	}
	reads := map[string]int{}
	eachSource(t, func(name string, file *ast.File, at func(ast.Node) token.Position) {
		if name == "rooms.go" {
			return
		}
		mayRead := strings.HasPrefix(name, "frame/sight") || name == "frame/names.go"
		called, packages := map[ast.Expr]string{}, imported(file)
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
			if from != nil && slices.Contains([]string{"roster", "view", "intake", "notice", "gateway"}, from.Name) {
				what = from.Name + "." + what
				reading = slices.Contains(free[from.Name], s.Sel.Name)
			} else if may, watched := free[what]; watched && (from == nil || !packages[from.Name] && from.Name != "m") { // else a type, or a part of a page's model
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
	if reads["frame/sight.go"] == 0 || reads["frame/sight_titles.go"] == 0 || reads["frame/names.go"] == 0 {
		t.Errorf("the test watches nothing: %v", reads)
	}
}

// Every page goes out through the functions that put on record what it shows.
func TestPagesLeaveThroughOneFile(t *testing.T) {
	may := map[string][]string{
		"HTMLBlob": {"frame/page.go"}, "WriteHeader": {"frame/visit.go"}, "Blob": {"frame/assets.go"}, "ExecuteTemplate": {"frame/page.go"},
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

// imported are the names of the packages that a file imports.
func imported(file *ast.File) map[string]bool {
	names := map[string]bool{}
	for _, one := range file.Imports {
		place, _ := strconv.Unquote(one.Path.Value) // of a file that was parsed: always
		names[path.Base(place)] = true
	}
	return names
}

// eachSource parses the files of the frame, of every room and of the package that puts
// them together, tests apart. A file's name has its folder, with a slash.
func eachSource(t *testing.T, each func(name string, file *ast.File, at func(ast.Node) token.Position)) {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	below, err := filepath.Glob("*/*.go")
	if err != nil || len(below) == 0 {
		t.Fatal(below, err)
	}
	files := token.NewFileSet()
	for _, name := range append(names, below...) {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(files, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		each(filepath.ToSlash(name), file, func(n ast.Node) token.Position { return files.Position(n.Pos()) })
	}
}
