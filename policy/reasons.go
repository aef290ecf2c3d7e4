package policy

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// reason is what a rule says of itself.
type reason struct {
	place    int // in the order in which rules are written
	sentence string
}

// reasons has the rules that give reasons, by code.
type reasons map[string]reason

// weigh gives the reason against something, empty where it is open. Open with a
// reason, or closed without one, is a contradiction.
func (r reasons) weigh(open bool, codes []string) (string, error) {
	if open != (len(codes) == 0) {
		return "", errors.New("the rules neither open nor close it, or do both")
	}
	sorted, err := r.sorted(codes)
	if err != nil || open {
		return "", err
	}
	return sorted[0], nil
}

// sorted puts codes in the order in which their rules are written: by file name,
// then from top to bottom.
func (r reasons) sorted(codes []string) ([]string, error) {
	for _, code := range codes {
		if _, ok := r[ruleOf(code)]; !ok {
			return nil, fmt.Errorf("no rule is called %s", ruleOf(code))
		}
	}
	return slices.SortedFunc(slices.Values(codes), func(a, b string) int {
		x, y := r[ruleOf(a)], r[ruleOf(b)]
		return cmp.Or(cmp.Compare(x.place, y.place), cmp.Compare(a, b))
	}), nil
}

// ruleOf is the code without what it blames.
func ruleOf(code string) string {
	rule, _, _ := strings.Cut(code, ":")
	return rule
}

// wordsOf are the words of the rule that a layer's code names.
func wordsOf(code string) string {
	_, words, _ := strings.Cut(code, ":")
	return words
}

// Reason says a reason of a decision in a sentence, empty where no rule gives it.
func (e *Engine) Reason(code string) string {
	rule, blamed, blames := strings.Cut(code, ":")
	known, ok := e.reasons[rule]
	if !ok || !blames {
		return known.sentence
	}
	return strings.TrimSuffix(known.sentence, ".") + ": " + blamed + "."
}

// Codes lists the codes of all reasons, in the order in which rules decide.
func (e *Engine) Codes() []string {
	codes, err := e.reasons.sorted(slices.Collect(maps.Keys(e.reasons)))
	if err != nil {
		return nil // cannot be: every code is its own rule
	}
	return codes
}
