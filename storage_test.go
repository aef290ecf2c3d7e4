package rostergate_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// wholeRows are the files that may write every column of a row that is there, and what
// keeps others from writing it meanwhile.
func wholeRows() map[string]string {
	return map[string]string{
		"roster/notice/horizon_step.go": "a lock on the reader's name",
	}
}

// What was read and is written back whole undoes what somebody else wrote meanwhile,
// and gorm's Save even makes a row anew that was deleted. So the columns that change
// are written, each by its name.
func TestOnlyColumnsThatChangeAreWritten(t *testing.T) {
	for name, file := range sources(t) {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if wrong := writesARow(n, file); wrong != "" {
					t.Errorf("%s: %s writes every column of a row", name, wrong)
				}
			case *ast.KeyValueExpr:
				if key, ok := n.Key.(*ast.Ident); ok && key.Name == "UpdateAll" && wholeRows()[name] == "" {
					t.Errorf("%s: UpdateAll writes every column of a row", name)
				}
			}
			return true
		})
	}
}

// writesARow names the method of a call that writes a row as a whole: Save, or one
// that takes several columns from something else than a map, without a Select before
// it that names them.
func writesARow(call *ast.CallExpr, file *ast.File) string {
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	switch method.Sel.Name {
	case "Save":
		return "Save"
	case "Updates", "UpdateColumns":
		if !isMap(call.Args[0], file) && !selects(method.X) {
			return method.Sel.Name
		}
	}
	return ""
}

// isMap reports whether an expression is a map's literal, or a name that the file only
// gives to such, or to a parameter of such a type.
func isMap(e ast.Expr, file *ast.File) bool {
	switch e := e.(type) {
	case *ast.CompositeLit:
		_, ok := e.Type.(*ast.MapType)
		return ok
	case *ast.Ident:
		given := valuesOf(e.Name, file)
		return len(given) > 0 && !slices.ContainsFunc(given, func(v ast.Expr) bool {
			literal, ok := v.(*ast.CompositeLit)
			if ok {
				v = literal.Type
			}
			_, ok = v.(*ast.MapType)
			return !ok
		})
	}
	return false
}

// valuesOf are the values that a name is given in a file, and the types of parameters
// of that name.
func valuesOf(name string, file *ast.File) []ast.Expr {
	var given []ast.Expr
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, to := range n.Lhs {
				if id, ok := to.(*ast.Ident); ok && id.Name == name && len(n.Rhs) == len(n.Lhs) {
					given = append(given, n.Rhs[i])
				}
			}
		case *ast.Field:
			if slices.ContainsFunc(n.Names, func(id *ast.Ident) bool { return id.Name == name }) {
				given = append(given, n.Type)
			}
		}
		return true
	})
	return given
}

// selects reports whether a chain of calls has a Select in it.
func selects(e ast.Expr) bool {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return false
	}
	method, ok := call.Fun.(*ast.SelectorExpr)
	return ok && (method.Sel.Name == "Select" || selects(method.X))
}

// sources are the parsed files of every package that stores something, tests apart.
func sources(t *testing.T) map[string]*ast.File {
	t.Helper()
	all := map[string]*ast.File{}
	for _, folder := range folders(t) {
		names, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			all[filepath.ToSlash(name)] = file
		}
	}
	if len(all) == 0 {
		t.Fatal("there is nothing to look at")
	}
	return all
}

func TestThatARowIsWrittenAsAWholeIsSeen(t *testing.T) {
	for body, want := range map[string]string{
		`tx.Save(&a)`: "Save", `db.Where("id = 1").Save(a)`: "Save", `tx.Updates(a)`: "Updates",
		`tx.Model(&a).Updates(&a)`: "Updates", `tx.UpdateColumns(row{})`: "UpdateColumns",
		`tx.Updates(map[string]any{"a": 1})`: "", `tx.Select("a").Where("id = 1").Updates(&a)`: "",
		"c := map[string]any{}; tx.Updates(c)": "", "c := row{}; tx.Updates(c)": "Updates", `tx.Update("a", 1)`: "",
	} {
		file, err := parser.ParseFile(token.NewFileSet(), "", "package p; func f() { "+body+" }", parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		found := ""
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && found == "" {
				found = writesARow(call, file)
			}
			return true
		})
		if found != want {
			t.Errorf("%s: found %q, want %q", body, found, want)
		}
	}
}
