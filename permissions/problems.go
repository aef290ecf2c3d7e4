package permissions

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Problem is something in a document that its author has to mend.
type Problem struct {
	Line, Col int // from 1; 0 where it is not known
	Says      string
}

// Problems is the error of a document: all that is known to be wrong with it, from top to
// bottom.
type Problems struct {
	File string
	All  []Problem
}

func (p Problems) Error() string {
	var lines []string
	for _, one := range p.All {
		place := p.File
		for _, number := range []int{one.Line, one.Col} {
			if number > 0 {
				place += fmt.Sprintf(":%d", number)
			}
		}
		lines = append(lines, place+": "+one.Says)
	}
	return strings.Join(lines, "\n")
}

// blame notes a problem with what stands at a node.
func (p *Problems) blame(n *yaml.Node, says string, args ...any) {
	p.All = append(p.All, Problem{n.Line, n.Column, fmt.Sprintf(says, args...)})
}

// blameFor notes an error of what stands at a node, if it is one.
func (p *Problems) blameFor(n *yaml.Node, err error) {
	if err != nil {
		p.blame(n, "%s", err)
	}
}
