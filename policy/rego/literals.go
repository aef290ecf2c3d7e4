package rego

import (
	"github.com/open-policy-agent/opa/v1/ast"
)

// Literal is what the head of a rule says in so many words, whatever the rule hangs on:
// one name, mask or condition in Told.
type Literal struct {
	File     string
	Row, Col int
	Told     Told
}

// literalsOf lists what stands in the heads of the rules of a file, and in those of their
// else branches. What is worked out is known only when it is asked for.
func literalsOf(module *ast.Module) (all []Literal) {
	for _, rule := range module.Rules {
		for r := rule; r != nil; r = r.Else {
			for _, told := range saidByHead(r, verbOf(rule)) {
				all = append(all, Literal{File: r.Location.File, Row: r.Location.Row, Col: r.Location.Col, Told: told})
			}
		}
	}
	return all
}

func saidByHead(rule *ast.Rule, verb string) (all []Told) {
	head := rule.Head
	if verb == Mask {
		return masksOfHead(head)
	}
	say := func(term *ast.Term) {
		switch name, isName := term.Value.(ast.String); {
		case isName && verb == Only:
			all = append(all, Told{OnlySet: true, Only: []Said{{Name: string(name)}}})
		case isName && verb == Hide:
			all = append(all, Told{Hide: []Said{{Name: string(name)}}})
		case verb == KeepRows && term.IsGround():
			if value, err := ast.JSON(term.Value); err == nil {
				if one, err := conditionOf(value); err == nil {
					all = append(all, Told{KeepRows: []Condition{one}})
				}
			}
		}
	}
	if head.Key != nil {
		say(head.Key)
	}
	if head.Value != nil {
		if set, ok := head.Value.Value.(ast.Set); ok {
			set.Foreach(say)
		}
	}
	return all
}

func masksOfHead(head *ast.Head) (all []Told) {
	say := func(key, value *ast.Term) {
		name, isName := key.Value.(ast.String)
		mask, isMask := value.Value.(ast.String)
		if isName && isMask {
			all = append(all, Told{Mask: []Masked{{Said: Said{Name: string(name)}, Mask: string(mask)}}})
		}
	}
	if head.Value == nil {
		return nil
	}
	if ref := head.Ref(); len(ref) == 2 {
		say(ref[1], head.Value)
	}
	if object, ok := head.Value.Value.(ast.Object); ok {
		object.Foreach(say)
	}
	return all
}
