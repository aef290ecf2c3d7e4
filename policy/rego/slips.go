package rego

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// form of the input that the compiler's types do not carry into functions and builtins.
type inputSchema struct {
	Ref         string                 `json:"$ref"`
	Properties  map[string]inputSchema `json:"properties"`
	Items       *inputSchema           `json:"items"`
	Definitions map[string]inputSchema `json:"definitions"`
}

// items finds slips about what stands in the lists of the input: a variable that is bound
// by `some x in input.granted`, or by every, and the argument of a function that is called
// with such a variable.
type items struct {
	whole inputSchema
	word  func(list, member, word string) error
	args  map[string]map[int]string // by function and place: the list that the item is of
	found Problems
}

// misread finds members that items of the input do not have, and words that they never are.
func misread(modules map[string]*ast.Module, terms Terms) (Problems, error) {
	s := &items{word: terms.Word, args: map[string]map[int]string{}}
	if err := json.Unmarshal([]byte(terms.Schema), &s.whole); err != nil {
		return nil, fmt.Errorf("read the schema of the input: %w", err)
	}
	for range mostClosures { // functions that hand an argument on
		s.each(modules, s.calls)
	}
	s.each(modules, s.look)
	return s.found, nil
}

func (s *items) each(modules map[string]*ast.Module, do func(*ast.Rule, map[ast.Var]string)) {
	for _, file := range slices.Sorted(maps.Keys(modules)) {
		for _, rule := range modules[file].Rules {
			for r := rule; r != nil && file != factsFile; r = r.Else {
				do(r, s.bound(r))
			}
		}
	}
}

// within walks a rule, its else branches apart.
func within(rule *ast.Rule, do func(node any)) {
	ast.NewGenericVisitor(func(node any) bool {
		if other, ok := node.(*ast.Rule); ok && other != rule {
			return true
		}
		do(node)
		return false
	}).Walk(rule)
}

// bound are the variables of a rule that are items, with their lists.
func (s *items) bound(rule *ast.Rule) map[ast.Var]string {
	all := map[ast.Var]string{}
	bind := func(left, domain *ast.Term) {
		v, isVar := left.Value.(ast.Var)
		ref, isRef := domain.Value.(ast.Ref)
		if !isVar || !isRef || len(ref) != 2 || !ref[0].Equal(ast.InputRootDocument) {
			return
		}
		if list, ok := ref[1].Value.(ast.String); ok && s.whole.Properties[string(list)].Items != nil {
			all[v] = string(list)
		}
	}
	for place, arg := range rule.Head.Args {
		if v, ok := arg.Value.(ast.Var); ok && s.args[verbOf(rule)][place] != "" {
			all[v] = s.args[verbOf(rule)][place]
		}
	}
	within(rule, func(node any) {
		switch node := node.(type) {
		case *ast.SomeDecl:
			for _, symbol := range node.Symbols {
				if call, ok := symbol.Value.(ast.Call); ok && len(call) > 2 {
					bind(call[len(call)-2], call[len(call)-1])
				}
			}
		case *ast.Every:
			bind(node.Value, node.Domain)
		}
	})
	return all
}

// calls notes which functions a rule calls with items.
func (s *items) calls(rule *ast.Rule, bound map[ast.Var]string) {
	eachCall(rule, func(call []*ast.Term) {
		name := call[0].String()
		for place, arg := range call[1:] {
			if v, ok := arg.Value.(ast.Var); ok && bound[v] != "" {
				if s.args[name] == nil {
					s.args[name] = map[int]string{}
				}
				s.args[name][place] = bound[v]
			}
		}
	})
}

func eachCall(rule *ast.Rule, do func(call []*ast.Term)) {
	within(rule, func(node any) {
		switch node := node.(type) {
		case *ast.Expr:
			if call, ok := node.Terms.([]*ast.Term); ok {
				do(call)
			}
		case *ast.Term:
			if call, ok := node.Value.(ast.Call); ok {
				do(call)
			}
		}
	})
}

func (s *items) look(rule *ast.Rule, bound map[ast.Var]string) {
	within(rule, func(node any) {
		term, ok := node.(*ast.Term)
		if !ok {
			return
		}
		if list, member := memberOf(term, bound); member != "" {
			s.has(term.Location, list, member)
		}
	})
	eachCall(rule, func(call []*ast.Term) {
		switch name := call[0].String(); {
		case name == "object.get" && len(call) > 2:
			s.got(call[1], call[2], bound)
		case len(call) == 3 && slices.Contains([]string{"equal", "neq", "eq", "assign", "internal.member_2"}, name):
			s.compared(call[1], call[2], bound)
			s.compared(call[2], call[1], bound)
		}
	})
}

// memberOf is the list and the member that a term such as given.class reads.
func memberOf(term *ast.Term, bound map[ast.Var]string) (list, member string) {
	ref, ok := term.Value.(ast.Ref)
	if !ok || len(ref) < 2 {
		return "", ""
	}
	v, _ := ref[0].Value.(ast.Var)
	name, _ := ref[1].Value.(ast.String)
	if bound[v] == "" {
		return "", ""
	}
	return bound[v], string(name)
}

func (s *items) has(place *ast.Location, list, member string) {
	known := s.whole.Properties[list].Items.Properties
	if _, ok := known[member]; !ok {
		s.found = append(s.found, at(place, "what is in input.%s has no %s: it has %s", list, member, strings.Join(slices.Sorted(maps.Keys(known)), ", ")))
	}
}

// got checks the key that object.get looks for, where it is a text.
func (s *items) got(from, key *ast.Term, bound map[ast.Var]string) {
	name, ok := key.Value.(ast.String)
	if !ok {
		return
	}
	switch value := from.Value.(type) {
	case ast.Var:
		if bound[value] != "" {
			s.has(key.Location, bound[value], string(name))
		}
	case ast.Ref:
		if !value[0].Equal(ast.InputRootDocument) || !value.IsGround() {
			return
		}
		form := s.whole
		for _, step := range value[1:] {
			member, _ := step.Value.(ast.String)
			form = s.resolved(form.Properties[string(member)])
		}
		if _, ok := form.Properties[string(name)]; !ok && len(form.Properties) > 0 {
			s.found = append(s.found, at(key.Location, "%s has no %s: it has %s", value, string(name), strings.Join(slices.Sorted(maps.Keys(form.Properties)), ", ")))
		}
	}
}

func (s *items) resolved(form inputSchema) inputSchema {
	if name, ok := strings.CutPrefix(form.Ref, "#/definitions/"); ok {
		return s.whole.Definitions[name]
	}
	return form
}

// compared checks the texts that a member is compared with.
func (s *items) compared(left, right *ast.Term, bound map[ast.Var]string) {
	list, member := memberOf(left, bound)
	if member == "" || s.word == nil {
		return
	}
	check := func(term *ast.Term) {
		if word, ok := term.Value.(ast.String); ok {
			if err := s.word(list, member, string(word)); err != nil {
				s.found = append(s.found, at(left.Location, "%s is compared with %q: %s", left, string(word), err))
			}
		}
	}
	check(right)
	switch value := right.Value.(type) {
	case ast.Set:
		value.Foreach(check)
	case *ast.Array:
		value.Foreach(check)
	}
}
