package rego

import (
	"maps"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// What a rule may read beside its own kind counts so many parts.
const (
	partsOfFacts = 100
	partsOfInput = 40 // as a whole
)

// scales weigh rules: how many parts their values have, as their types spell them out, with
// those of all that they read, however often they read it.
type scales struct {
	rules   map[string][]*ast.Rule // by package and name
	homes   map[string]bool        // the packages
	known   map[string]int
	too     *ast.Rule // the first that is too heavy
	overall int
}

// weigh finds rules whose parts double from one to the next.
func weigh(modules map[string]*ast.Module) Problems {
	s := &scales{rules: map[string][]*ast.Rule{}, homes: map[string]bool{}, known: map[string]int{}}
	for file, module := range modules {
		for _, rule := range module.Rules {
			if file != factsFile {
				name := packageName(module) + "." + verbOf(rule)
				s.rules[name] = append(s.rules[name], rule)
				s.homes[packageName(module)] = true
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.rules)) {
		s.overall += s.rule(name)
		switch {
		case s.too != nil:
			return Problems{at(s.too.Location, "with all that it reads the rule %s has more than %d parts: a list of two lists of two has four, and so on; compare and collect names, not lists of lists", verbOf(s.too), mostParts)}
		case s.overall > mostOverall:
			return Problems{at(s.rules[name][0].Location, "with all that they read the rules have more than %d parts: let fewer rules read what is large", mostOverall)}
		}
	}
	return nil
}

// rule weighs all rules of a name. One that reads itself is an error that the compiler
// finds.
func (s *scales) rule(name string) int {
	if parts, ok := s.known[name]; ok {
		return parts
	}
	s.known[name] = 1
	parts := 1
	for _, rule := range s.rules[name] {
		for r := rule; r != nil; r = r.Else {
			b := &body{scales: s, home: packageName(r.Module), imports: importsOf(r.Module), means: map[ast.Var][]*ast.Term{}, known: map[ast.Var]int{}}
			own := b.weigh(r)
			if own > mostParts && s.too == nil {
				s.too = r
			}
			parts += own
		}
	}
	s.known[name] = parts
	return parts
}

func importsOf(module *ast.Module) map[ast.Var]ast.Ref {
	all := map[ast.Var]ast.Ref{}
	for _, one := range module.Imports {
		if ref, ok := one.Path.Value.(ast.Ref); ok {
			all[one.Name()] = ref
		}
	}
	return all
}

// body weighs one rule. Its variables are as heavy as what they are made equal to.
type body struct {
	*scales
	home    string
	imports map[ast.Var]ast.Ref
	means   map[ast.Var][]*ast.Term
	known   map[ast.Var]int
}

// weigh counts the parts of a rule, its else branches apart.
func (b *body) weigh(rule *ast.Rule) (parts int) {
	otherRules := func(node any) bool { other, ok := node.(*ast.Rule); return ok && other != rule }
	ast.NewGenericVisitor(func(node any) bool {
		if expr, ok := node.(*ast.Expr); ok {
			b.learn(expr)
		}
		return otherRules(node)
	}).Walk(rule)
	ast.NewGenericVisitor(func(node any) bool {
		if term, ok := node.(*ast.Term); ok && parts <= mostParts {
			parts += b.term(term)
			return true
		}
		return parts > mostParts || otherRules(node)
	}).Walk(rule)
	return parts
}

// learn notes what an expression makes variables equal to.
func (b *body) learn(expr *ast.Expr) {
	equal := func(to *ast.Term, left *ast.Term) {
		ast.WalkVars(left, func(v ast.Var) bool {
			b.means[v] = append(b.means[v], to)
			return false
		})
	}
	switch terms := expr.Terms.(type) {
	case *ast.SomeDecl:
		for _, symbol := range terms.Symbols {
			call, ok := symbol.Value.(ast.Call)
			for i := 1; ok && i < len(call)-1; i++ {
				equal(call[len(call)-1], call[i])
			}
		}
	case *ast.Every:
		for _, left := range []*ast.Term{terms.Key, terms.Value} {
			if left != nil {
				equal(terms.Domain, left)
			}
		}
	case []*ast.Term:
		switch {
		case len(terms) != 3:
		case expr.IsAssignment():
			equal(terms[2], terms[1])
		case expr.IsEquality():
			equal(terms[2], terms[1])
			equal(terms[1], terms[2])
		}
	}
}

// term weighs a term.
func (b *body) term(term *ast.Term) int {
	switch value := term.Value.(type) {
	case ast.Var:
		return b.variable(value)
	case ast.Ref:
		return b.reference(value)
	case ast.Set:
		parts := 1 // whatever texts are in it, it is a set of texts
		value.Foreach(func(item *ast.Term) {
			if !ast.IsScalar(item.Value) {
				parts = min(parts+b.term(item), mostParts+1)
			}
		})
		return parts
	}
	parts := 1
	ast.NewGenericVisitor(func(node any) bool {
		if inner, ok := node.(*ast.Term); ok && inner != term {
			parts = min(parts+b.term(inner), mostParts+1)
			return true
		}
		return parts > mostParts
	}).Walk(term)
	return parts
}

func (b *body) variable(v ast.Var) int {
	if parts, ok := b.known[v]; ok {
		return parts
	}
	b.known[v] = 1
	parts := b.named(ast.Ref{ast.VarTerm(string(v))}) // a name may be both, in different places
	for _, term := range b.means[v] {
		parts = min(parts+b.term(term), mostParts+1)
	}
	b.known[v] = parts
	return parts
}

// reference weighs what a reference begins with, and the terms in its brackets.
func (b *body) reference(ref ast.Ref) int {
	parts := 0
	for _, term := range ref[1:] {
		if !ast.IsScalar(term.Value) {
			parts += b.term(term)
		}
	}
	head, _ := ref[0].Value.(ast.Var)
	if len(b.means[head]) > 0 {
		return parts + b.variable(head)
	}
	return parts + b.named(ref)
}

// named weighs what a reference names outside of its rule.
func (b *body) named(ref ast.Ref) int {
	head, _ := ref[0].Value.(ast.Var)
	if long, ok := b.imports[head]; ok {
		ref = long.Concat(ref[1:])
		head, _ = ref[0].Value.(ast.Var)
	}
	switch {
	case head == ast.InputRootDocument.Value && len(ref) == 1:
		return partsOfInput
	case head != ast.DefaultRootDocument.Value:
		return b.one(b.home, string(head))
	}
	for _, home := range slices.Sorted(maps.Keys(b.homes)) {
		if inside := ast.MustParseRef("data." + home); ref.HasPrefix(inside) && len(ref) > len(inside) {
			name, _ := ref[len(inside)].Value.(ast.String)
			return b.one(home, string(name))
		}
	}
	return partsOfFacts
}

// one weighs the rules of a name, where there are any.
func (b *body) one(home, name string) int {
	if len(b.rules[home+"."+name]) == 0 {
		return 1
	}
	return b.rule(home + "." + name)
}
