package intake

import (
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/cell"
)

// separated is a list of sourcedIds that has semicolons between them, with commas in
// their place. A sourcedId may have semicolons of its own: so the list must lead to no
// record as it stands, and each part of it to one.
func (n notes) separated(line int, x *index, f catalog.Field, text string) string {
	if !strings.Contains(text, ";") || f.Kind == catalog.Reference || strings.Contains(text, ",") {
		return text
	}
	if _, whole := x.resolve(text); whole {
		return text
	}
	var parts []string
	for part := range strings.SplitSeq(text, ";") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	if slices.ContainsFunc(parts, func(part string) bool {
		_, is := x.resolve(part)
		return !is
	}) {
		return text
	}
	n.add(bundle.Warning, line, f.Header(), cell.LooseList)
	return strings.Join(parts, ",")
}
