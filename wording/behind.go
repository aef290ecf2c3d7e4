package wording

import (
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/terminal"
)

// Behind says what the store that was put back does not have and its ledger knows.
func Behind(w *terminal.Lines, behind audit.Behind) {
	if behind.From == "" {
		return
	}
	w.Writef("the ledger has changes that the store does not have: %s\n", behind)
	w.Writef("next: opt these students out again first, then make the other changes again: rostergate audit changes --from %s lists them\n", behind.From)
}
