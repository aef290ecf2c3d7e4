package roster_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// unsaid are problems that no report tells in these words.
func unsaid() map[string]string {
	return map[string]string{
		"the value is not a year": "the year is missing or not understood, and was taken from the parent or the dates",
	}
}

// A problem that the code can find and no story has would be missing on the page as well.
func TestThePageOfChecksSaysWhatTheCodeCanFind(t *testing.T) {
	text, err := os.ReadFile(checksPage)
	if err != nil {
		t.Fatal(err)
	}
	page := strings.Join(strings.Fields(string(text)), " ")
	found := problemsOfCode(t)
	if len(found) < 120 {
		t.Errorf("only %d problems are found in the code", len(found))
	}
	for _, problem := range found {
		said := strings.TrimSpace(strings.ReplaceAll(problem, "%d", "N"))
		if told, other := unsaid()[problem]; other {
			said = told
		}
		if !strings.Contains(page, said) {
			t.Errorf("%s does not say: %s", checksPage, problem)
		}
	}
}

// problemsOfCode are the texts of problems in the rooms that find them: what stands first
// in a Flaw or as the Problem of one, what is noted, what spoils a file, and in the rooms
// that hold little else all sentences.
func problemsOfCode(t *testing.T) []string {
	t.Helper()
	var all []string
	for room, every := range map[string]bool{"cell": true, "checks": true, "doubles": true, "near": true, "bundle": false, "roles": false, "intake": false} {
		files, err := filepath.Glob(room + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatalf("no code in %s: %v", room, err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				all = append(all, problemsAt(n, every)...)
				return true
			})
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// problemsAt are the texts of problems at a node.
func problemsAt(n ast.Node, every bool) []string {
	switch n := n.(type) {
	case *ast.BasicLit:
		if every {
			return sentences(n)
		}
	case *ast.CompositeLit:
		if name := nameOf(n.Type); name == "Flaw" || name == "Problem" {
			return sentences(problemIn(n))
		}
	case *ast.CallExpr:
		switch name := nameOf(n.Fun); {
		case name == "note" || name == "noteFile":
			for _, arg := range n.Args {
				if found := sentences(arg); len(found) > 0 {
					return found
				}
			}
		case name == "New" && len(n.Args) == 1:
			if text := textOf(n.Args[0]); strings.HasPrefix(text, "is ") || strings.HasPrefix(text, "has ") || strings.HasPrefix(text, "ends ") {
				return []string{"the file " + text}
			}
		}
	}
	return nil
}

// problemIn is what a composite literal has as its problem, nil for none.
func problemIn(n *ast.CompositeLit) ast.Node {
	for i, element := range n.Elts {
		pair, keyed := element.(*ast.KeyValueExpr)
		switch {
		case !keyed && i == 0:
			return element
		case keyed && nameOf(pair.Key) == "Problem":
			return pair.Value
		}
	}
	return nil
}

// sentences is the text of a literal, or what stands first in a sum or a call of several, if
// it reads like a problem: they begin in lower case, and remedies do not.
func sentences(n ast.Node) []string {
	text := textOf(n)
	if len(strings.Fields(text)) < 4 || text[0] < 'a' || text[0] > 'z' || strings.Contains(text, "%w") {
		return nil
	}
	return []string{text}
}

// textOf is the text of a literal, and of what a sum or a call of Sprintf begins with.
func textOf(n ast.Node) string {
	switch n := n.(type) {
	case *ast.BasicLit:
		text, _ := strconv.Unquote(n.Value)
		return text
	case *ast.BinaryExpr:
		return textOf(n.X)
	case *ast.CallExpr:
		if nameOf(n.Fun) == "Sprintf" {
			return textOf(n.Args[0])
		}
	}
	return ""
}

func nameOf(n ast.Expr) string {
	switch n := n.(type) {
	case *ast.Ident:
		return n.Name
	case *ast.SelectorExpr:
		return n.Sel.Name
	}
	return ""
}
