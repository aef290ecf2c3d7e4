package dbtest

import (
	"fmt"
	"strings"
	"sync"
)

// Trace records statements. The zero Trace is ready and records.
type Trace struct {
	mu         sync.Mutex
	statements []string
}

func (t *Trace) add(statement string, args []any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var b strings.Builder
	b.WriteString(statement)
	for _, a := range args {
		fmt.Fprintf(&b, " -- %v", a)
	}
	t.statements = append(t.statements, b.String())
}

// Take returns the statements since the last Take, each with its arguments
// behind it.
func (t *Trace) Take() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	taken := t.statements
	t.statements = nil
	return taken
}
