package rego

import (
	"maps"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Moves reports whether the document may say something else later though nobody changes
// anything: on another day, or once the roster has other keys and types. Where it cannot be
// told, it may.
func (d *Document) Moves() bool { return d.moves }

// What of the input becomes another by itself. Of granted, which lacks the keys that the
// roster loses and what an earlier layer takes away, a rule may name what it stands in.
const (
	inputDay     = "day"
	inputMembers = "members"
	inputGranted = "granted"
)

// moves reports whether rules read what becomes another by itself.
func moves(modules map[string]*ast.Module, form Form) bool {
	granted := false
	for _, file := range slices.Sorted(maps.Keys(modules)) {
		if file == factsFile {
			continue
		}
		for _, i := range modules[file].Imports {
			if path, ok := i.Path.Value.(ast.Ref); !ok || path[0].Equal(ast.InputRootDocument) {
				return true
			}
		}
		for _, rule := range modules[file].Rules {
			read, whole := inputsOf(rule)
			if whole || read[inputDay] > 0 || read[inputMembers] > 0 {
				return true
			}
			if read[inputGranted] > 0 {
				if granted = true; read[inputGranted] > 1 || !namesItsOwn(rule) {
					return true
				}
			}
		}
	}
	return granted && (readsVerbs(modules, form) || readsMasks(modules))
}

// inputsOf counts what a rule reads of the input by its first names; whole says that it may
// read any of it.
func inputsOf(rule *ast.Rule) (read map[string]int, whole bool) {
	read = map[string]int{}
	var look func(node any) bool
	look = func(node any) bool {
		switch node := node.(type) {
		case ast.Ref:
			if !node[0].Equal(ast.InputRootDocument) {
				return false
			}
			name, named := ast.String(""), false
			if len(node) > 1 {
				name, named = node[1].Value.(ast.String)
			}
			read[string(name)]++
			whole = whole || !named
			for _, step := range node[1:] {
				ast.NewGenericVisitor(look).Walk(step)
			}
			return true
		case ast.Var:
			whole = whole || ast.InputRootDocument.Value.Compare(node) == 0
		}
		return false
	}
	ast.NewGenericVisitor(look).Walk(rule)
	return read, whole
}

// namesItsOwn reports whether a rule hides or masks `x.name` of `some x in input.granted`, and
// so says nothing of anything else.
func namesItsOwn(rule *ast.Rule) bool {
	ref := rule.Head.Ref()
	verb := verbOf(rule)
	if rule.Else != nil || len(rule.Head.Args) > 0 || verb != Hide && verb != Mask {
		return false
	}
	said := rule.Head.Key
	if verb == Mask && len(ref) == 2 {
		said = ref[1]
	}
	if said == nil {
		return false
	}
	own, ok := said.Value.(ast.Ref)
	if !ok || len(own) != 2 || !own[1].Equal(ast.StringTerm("name")) {
		return false
	}
	found := false
	for _, expr := range rule.Body {
		some, ok := expr.Terms.(*ast.SomeDecl)
		if !ok || expr.Negated || len(some.Symbols) != 1 {
			continue
		}
		call, ok := some.Symbols[0].Value.(ast.Call)
		found = found || ok && len(call) == 3 && call[1].Equal(own[0]) && call[2].Equal(ast.NewTerm(ast.InputRootRef.Append(ast.StringTerm(inputGranted))))
	}
	return found
}

// readsVerbs reports whether a rule reads what another one hides or masks.
func readsVerbs(modules map[string]*ast.Module, form Form) bool {
	found := false
	for file, module := range modules {
		for _, rule := range module.Rules {
			ast.WalkTerms(rule.Body, func(term *ast.Term) bool {
				found = found || file != factsFile && slices.ContainsFunc(form.named(term), func(name string) bool { return slices.Contains(form.Verbs, name) })
				return false
			})
		}
	}
	return found
}

// readsMasks reports whether rules may ask how something is masked, which an earlier layer may
// say another way: by the name, or by one that they work out.
func readsMasks(modules map[string]*ast.Module) bool {
	found := false
	for file, module := range modules {
		for _, rule := range module.Rules {
			ast.WalkTerms(rule, func(term *ast.Term) bool {
				if file != factsFile {
					found = found || term.Value.Compare(ast.String(Mask)) == 0 || computed(term.Value, rule)
				}
				return false
			})
		}
	}
	return found
}

// computed reports whether a term reads, of an item that some or an argument binds, a member
// whose name is worked out.
func computed(value ast.Value, rule *ast.Rule) bool {
	ref, ok := value.(ast.Ref)
	if !ok || len(ref) < 2 {
		return false
	}
	head, isVar := ref[0].Value.(ast.Var)
	if _, named := ref[1].Value.(ast.String); !isVar || named {
		return false
	}
	bound := slices.ContainsFunc(rule.Head.Args, func(arg *ast.Term) bool { return arg.Equal(ref[0]) })
	ast.WalkTerms(rule.Body, func(term *ast.Term) bool {
		if call, ok := term.Value.(ast.Call); ok && len(call) == 3 {
			bound = bound || call[1].Equal(ast.NewTerm(head))
		}
		return false
	})
	return bound
}
