package wording

import (
	"cmp"
	"strings"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/terminal"
)

// Agreed is an agreement beside the grant of its app.
type Agreed struct {
	apps.Agreement
	Granted []catalog.Category `json:"granted"`          // categories that the grant gives something of
	Beyond  []catalog.Category `json:"beyond,omitempty"` // those that were not agreed
}

// AgreementOf puts an agreement beside a grant.
func AgreementOf(agreed apps.Agreement, grant policy.Grant) Agreed {
	return Agreed{agreed, apps.CategoriesOf(grant), agreed.Beyond(grant)}
}

// Agreement shows what was agreed, and what is granted beyond it.
func Agreement(w *terminal.Lines, a Agreed) {
	if a.Version == 0 {
		w.Writef("no agreement is on record\n")
	} else {
		w.Writef("agreement version %d, saved %s by %s\n", a.Version, a.SavedAt, a.Actor)
		w.Writef("  start: %s\n  end: %s\n", cmp.Or(a.Start, "unknown"), cmp.Or(a.End, "never"))
		w.Writef("  legal basis: %s\n  contact: %s\n", a.Basis, a.Contact)
		w.Writef("  categories: %s\n", cmp.Or(Categories(a.Categories), "none"))
	}
	w.Writef("  granted: %s\n", cmp.Or(Categories(a.Granted), "none"))
	Beyond(w, a.Beyond)
}

// Beyond tells of categories that are granted and were not agreed, where there are any.
func Beyond(w *terminal.Lines, beyond []catalog.Category) {
	if len(beyond) > 0 {
		w.Writef("  granted beyond the agreement: %s\n", Categories(beyond))
	}
}

// Categories lists categories on a line.
func Categories(all []catalog.Category) string {
	var names []string
	for _, c := range all {
		names = append(names, string(c))
	}
	return strings.Join(names, ", ")
}
