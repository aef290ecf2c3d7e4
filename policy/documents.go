package policy

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/rostergate/rostergate/policy/rego"
)

// mostDocuments are kept compiled: more than a district has apps.
const mostDocuments = 256

// documents keeps the policies of apps and guardrails compiled, by their form and text: compiling one takes
// longer than asking it, and every saved permission asks all of them again.
type documents struct {
	turn turn
	mu   sync.Mutex
	kept map[[sha256.Size]byte]compiled
}

// compiled is a document, or why it is none: the same text is wrong every time.
type compiled struct {
	document *rego.Document
	err      error
}

// compile compiles files, or finds what became of them the last time. An error for which
// rego.Passing holds says nothing about them: they were not compiled in time.
func (d *documents) compile(ctx context.Context, files rego.Source, terms rego.Terms) (*rego.Document, error) {
	text, err := json.Marshal([]any{terms.Form.Package, files})
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	if known, ok := d.find(sum); ok {
		return known.document, known.err
	}
	known, err := take(ctx, d.turn, compileTime, func() (compiled, error) {
		known, ok := d.find(sum)
		if !ok {
			known.document, known.err = rego.CompileDocument(files, terms)
			d.keep(sum, known)
		}
		return known, nil
	})
	if err != nil {
		return nil, fmt.Errorf("compile the policy: %w", err)
	}
	return known.document, known.err
}

func (d *documents) find(sum [sha256.Size]byte) (compiled, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	known, ok := d.kept[sum]
	return known, ok
}

func (d *documents) keep(sum [sha256.Size]byte, known compiled) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.kept == nil || len(d.kept) >= mostDocuments {
		d.kept = map[[sha256.Size]byte]compiled{}
	}
	d.kept[sum] = known
}
