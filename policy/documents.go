package policy

import (
	"crypto/sha256"
	"encoding/json"
	"sync"

	"github.com/rostergate/rostergate/policy/rego"
)

// mostDocuments are kept compiled: more than a district has apps.
const mostDocuments = 256

// documents keeps the policies of apps and guardrails compiled, by their form and text: compiling one takes
// longer than asking it, and every saved permission asks all of them again.
type documents struct {
	mu   sync.Mutex
	kept map[[sha256.Size]byte]compiled
}

// compiled is a document, or why it is none: the same text is wrong every time.
type compiled struct {
	document *rego.Document
	err      error
}

// compile compiles files, or finds what became of them the last time.
func (d *documents) compile(files rego.Source, terms rego.Terms) (*rego.Document, error) {
	text, err := json.Marshal([]any{terms.Form.Package, files})
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	d.mu.Lock()
	known, ok := d.kept[sum]
	d.mu.Unlock()
	if ok {
		return known.document, known.err
	}
	known.document, known.err = rego.CompileDocument(files, terms)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.kept == nil || len(d.kept) >= mostDocuments {
		d.kept = map[[sha256.Size]byte]compiled{}
	}
	d.kept[sum] = known
	return known.document, known.err
}
