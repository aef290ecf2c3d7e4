package rego

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Problem is something that the author of rules has to mend.
type Problem struct {
	File string `json:"file"`
	Row  int    `json:"row"` // from 1; 0 is of the file, or of all of them where File is empty
	Col  int    `json:"col"` // from 1; 0 is of the row
	Says string `json:"says"`
}

func (p Problem) String() string {
	switch {
	case p.File == "":
		return p.Says
	case p.Row == 0:
		return p.File + ": " + p.Says
	case p.Col == 0:
		return fmt.Sprintf("%s:%d: %s", p.File, p.Row, p.Says)
	}
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Row, p.Col, p.Says)
}

// Problems is an error of a document: all that is known to be wrong with it, in the order
// of the files and lines.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.String()
	}
	return strings.Join(lines, "\n")
}

// problemsOf reads what OPA found.
func problemsOf(err error) Problems {
	var found ast.Errors
	if !errors.As(err, &found) {
		return Problems{{Says: err.Error()}}
	}
	var all Problems
	for _, one := range found {
		problem := Problem{Says: plain(one)}
		if one.Location != nil {
			problem.File, problem.Row, problem.Col = one.Location.File, one.Location.Row, one.Location.Col
		}
		all = append(all, problem)
	}
	slices.SortStableFunc(all, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Row, b.Row), cmp.Compare(a.Col, b.Col))
	})
	return slices.Compact(all)
}

var undefinedFunction = regexp.MustCompile(`^undefined function (\S+)`)

// plain is the message of an error in a line, with the remedy where OPA does not say it.
func plain(e *ast.Error) string {
	says := strings.Join(strings.Fields(e.Message), " ")
	if name := undefinedFunction.FindStringSubmatch(says); name != nil {
		return says + ": a policy cannot use it, or it does not exist"
	}
	if e.Details != nil {
		var details []string
		for _, line := range e.Details.Lines() {
			if line = strings.TrimSpace(line); line != "" {
				details = append(details, line)
			}
		}
		if len(details) > 0 && len(details) <= 4 {
			says += " (" + strings.Join(details, "; ") + ")"
		}
	}
	return says
}
