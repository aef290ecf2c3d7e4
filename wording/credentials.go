package wording

import (
	"cmp"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/apps/credentials"
	"github.com/rostergate/rostergate/terminal"
)

// Credentials says which credentials of an app work.
func Credentials(w *terminal.Lines, all []credentials.Credential) {
	for _, one := range all {
		w.Writef("client id: %s\n  made %s, last used %s\n", one.ClientID, one.CreatedAt, cmp.Or(string(one.UsedAt), "never"))
		if one.EndsAt != "" {
			w.Writef("  ends %s\n", one.EndsAt)
		}
	}
}

// Rotating says what becomes of the secrets of an app that gets another.
func Rotating(app apps.Overview, overlap time.Duration) []string {
	var told []string
	switch {
	case overlap == 0:
		told = append(told, "The secret of "+app.ID+" that works now ends at once, and its tokens with it: it gets nothing until it has the new one.")
	default:
		told = append(told, "The secret of "+app.ID+" that works now ends in "+overlap.String()+", and its tokens with it.")
	}
	for _, one := range app.Credentials {
		if one.EndsAt != "" {
			told = append(told, "The one that was to end at "+string(one.EndsAt)+" ends at once.")
		}
	}
	return told
}
