package rego

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Compiling cannot be interrupted, so what is compiled is bounded before. Its cost is cubic
// in the expressions of one body (their order is sought), quadratic in the rules (loops
// among them are), exponential in comprehensions inside comprehensions (each is typed with
// what is around it), and quadratic in the parts of two compared values, whose types are
// spelt out: a list of two lists of two is four parts, and twelve rules later thousands.
// At these bounds compiling takes a second at the most; no policy of some use is near them.
const (
	mostNesting  = 32      // brackets inside brackets
	mostRules    = 500     // and branches of else
	mostExprs    = 64      // of one body, what is inside comprehensions apart
	mostClosures = 4       // comprehensions and every inside each other
	mostParts    = 4 << 10 // of one rule, with those of what it reads
	mostOverall  = 64 << 10
)

// nesting finds brackets that stand too deep, before anything is parsed.
func nesting(files Source) (found Problems) {
	for _, file := range slices.Sorted(maps.Keys(files)) {
		if row := tooDeep(files[file]); row > 0 {
			found = append(found, Problem{File: file, Row: row, Says: fmt.Sprintf("more than %d brackets are inside each other: give the inner ones rules of their own", mostNesting)})
		}
	}
	return found
}

// tooDeep is the first line with too many open brackets, 0 without one. Brackets in texts
// and comments are none.
func tooDeep(text string) int {
	depth, row := 0, 1
	var until byte // the end of a text or a comment
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case until == '"' && c == '\\':
			i++
		case until != 0 && c == until, until == '"' && c == '\n':
			until = 0
		case until != 0:
		case c == '"' || c == '`':
			until = c
		case c == '#':
			until = '\n'
		case strings.IndexByte("([{", c) >= 0:
			depth++
		case strings.IndexByte(")]}", c) >= 0:
			depth = max(depth-1, 0)
		}
		if depth > mostNesting {
			return row
		}
		if c == '\n' {
			row++
		}
	}
	return 0
}

// size finds what would take too long to compile.
func size(modules map[string]*ast.Module) Problems {
	rules := 0
	for _, file := range slices.Sorted(maps.Keys(modules)) {
		if file == factsFile {
			continue
		}
		for _, rule := range modules[file].Rules {
			for r := rule; r != nil; r = r.Else {
				if rules++; rules > mostRules {
					return Problems{at(r.Location, "the policy has more than %d rules, branches of else among them: name what is kept or hidden by its class, or in one set", mostRules)}
				}
				if problems := shape(r); len(problems) > 0 {
					return problems
				}
			}
		}
	}
	return weigh(modules)
}

// shape checks one rule by itself, its else branches apart.
func shape(rule *ast.Rule) (found Problems) {
	var look func(closure any, inside int)
	look = func(closure any, inside int) {
		place := rule.Location
		ast.NewGenericVisitor(func(node any) bool {
			switch node := node.(type) {
			case *ast.Rule:
				return node != rule
			case *ast.Expr:
				place = node.Location
			case ast.Body:
				if len(node) > mostExprs {
					found = Problems{at(place, "more than %d expressions stand beside each other: put some of them into a rule of their own", mostExprs)}
				}
			case *ast.ArrayComprehension, *ast.SetComprehension, *ast.ObjectComprehension, *ast.Every:
				switch {
				case node == closure:
				case inside == mostClosures:
					found = Problems{at(place, "more than %d comprehensions are inside each other: give the inner ones rules of their own", mostClosures)}
				default:
					look(node, inside+1)
					return true
				}
			}
			return len(found) > 0
		}).Walk(closure)
	}
	look(rule, 0)
	return found
}
