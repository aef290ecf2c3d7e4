package rego

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/open-policy-agent/opa/v1/ast"
)

// A document is no larger than this: a policy of an app says what is left out, and has no
// place for data.
const (
	mostFiles = 20
	mostBytes = 64 << 10 // of all files, tests among them
)

// outer checks a document before anything of it is parsed.
func outer(files Source, form Form) (found Problems) {
	rules, bytes := 0, 0
	for _, file := range slices.Sorted(maps.Keys(files)) {
		bytes += len(files[file])
		switch {
		case !IsRego(file):
			found = append(found, otherFile(file))
		case !utf8.ValidString(files[file]) || strings.Contains(files[file], "\x00"):
			found = append(found, Problem{File: file, Says: "it is no text in UTF-8"})
		case isRules(file):
			rules++
		}
	}
	switch {
	case rules == 0:
		found = append(found, Problem{Says: fmt.Sprintf("the %[1]s has no rules: put them into a file such as %[1]s.rego, and their tests into %[1]s_test.rego", form.Name)})
	case len(files) > mostFiles:
		found = append(found, Problem{Says: fmt.Sprintf("the %s has %d files, more than %d", form.Name, len(files), mostFiles)})
	case bytes > mostBytes:
		found = append(found, tooLarge(int64(bytes)))
	}
	return found
}

var fileName = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,94}\.rego$`)

// IsRego reports whether a file may be one of a policy, by its name.
func IsRego(file string) bool { return fileName.MatchString(file) }

func otherFile(file string) Problem {
	return Problem{File: file, Says: "a policy has files of Rego alone, in one folder, whose names are of letters, digits, _, - and . and end in .rego"}
}

func tooLarge(bytes int64) Problem {
	return Problem{Says: fmt.Sprintf("the policy has %d bytes, more than %d: name what is kept or hidden by its class, not one by one", bytes, mostBytes)}
}

// check checks what a document is made of: one package, rules that somebody reads.
func (f Form) check(modules map[string]*ast.Module) (found Problems) {
	for _, file := range slices.Sorted(maps.Keys(modules)) {
		if file == factsFile {
			continue
		}
		module := modules[file]
		if name := packageName(module); name != f.Package {
			found = append(found, at(module.Package.Location, "the package is %s; that of %s is %s", name, f.Article, f.Package))
		}
		for _, rule := range module.Rules {
			if strings.HasPrefix(verbOf(rule), copiedPrefix) {
				found = append(found, at(rule.Location, "names that begin with %s are taken", copiedPrefix))
			}
		}
	}
	return append(found, f.unread(modules)...)
}

func packageName(module *ast.Module) string {
	return strings.TrimPrefix(module.Package.Path.String(), "data.")
}

func at(place *ast.Location, says string, args ...any) Problem {
	return Problem{File: place.File, Row: place.Row, Col: place.Col, Says: fmt.Sprintf(says, args...)}
}

// unread finds rules that are none of the form's and that no other rule reads. Such a rule
// is a slip of the pen, as `hides`, and would let through what it was meant to hide.
func (f Form) unread(modules map[string]*ast.Module) (found Problems) {
	read := map[string]bool{}
	for _, module := range modules {
		for _, rule := range module.Rules {
			own := verbOf(rule)
			ast.WalkTerms(rule, func(term *ast.Term) bool {
				for _, name := range f.named(term) {
					if name != own {
						read[name] = true
					}
				}
				return false
			})
		}
	}
	for _, file := range slices.Sorted(maps.Keys(modules)) {
		for _, rule := range modules[file].Rules {
			name := verbOf(rule)
			if file != factsFile && !read[name] && !slices.Contains(f.Verbs, name) {
				found = append(found, at(rule.Location, "nothing reads the rule %s: %s has the rules %s", name, f.Article, strings.Join(f.Verbs, ", ")))
			}
		}
	}
	return found
}

// named lists the rules that a term may speak of: itself, where it is a variable, or what
// stands behind the package in a reference.
func (f Form) named(term *ast.Term) []string {
	switch value := term.Value.(type) {
	case ast.Var:
		return []string{string(value)}
	case ast.Ref:
		names := []string{strings.Trim(value[0].String(), `"`)}
		if rest, ok := strings.CutPrefix(value.String(), "data."+f.Package+"."); ok {
			name, _, _ := strings.Cut(strings.ReplaceAll(rest, "[", "."), ".")
			names = append(names, name)
		}
		return names
	}
	return nil
}

// references finds in a compiled document what leads out of it. Such a reference is
// undefined, and a rule that hides would hide nothing.
func (f Form) references(compiler *ast.Compiler) (found Problems) {
	for _, file := range slices.Sorted(maps.Keys(compiler.Modules)) {
		if file == factsFile {
			continue
		}
		for _, rule := range compiler.Modules[file].Rules {
			ast.WalkRefs(rule, func(ref ast.Ref) bool {
				if ref[0].Equal(ast.DefaultRootDocument) && !leadsToARule(compiler, ref) {
					found = append(found, at(ref[0].Location, "there is no %s: %s reads input, data.rostergate.catalog and its own rules", ref, f.Article))
				}
				return false
			})
		}
	}
	return found
}

// leadsToARule reports whether a rule stands at the constant beginning of a reference.
func leadsToARule(compiler *ast.Compiler, ref ast.Ref) bool {
	for end := 2; end <= len(ref); end++ {
		prefix := ref[:end]
		if !prefix.IsGround() {
			return false
		}
		if len(compiler.GetRulesExact(prefix)) > 0 {
			return true
		}
	}
	return false
}
