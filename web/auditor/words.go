package auditor

import (
	"strings"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/web/frame"
)

// auditLine is an entry as the page shows it.
type auditLine struct {
	audit.Entry
	At      frame.Moment
	AppName string
	Of      string // the kind of its records
	How     string // it was asked for, or shown
	Why     string // it was refused
	Note    string // what else is to be said of a page
	What    string // that a change did
	Says    string // what of it changed, in short
	About   string // what it changed
}

// newAuditLine puts an entry into words. The names of apps go by their ids.
func newAuditLine(v *frame.Visit, e audit.Entry, apps map[string]string) auditLine {
	line := auditLine{
		Entry: e, At: v.Moment(e.Time), AppName: apps[e.App], Of: frame.KindLabel(e.Entity), How: howLabel(e.Door),
		What: actionLabel(e.Action), Says: changeSummary(e), About: subjectLabel(e.Subject),
	}
	if line.AppName == "" {
		line.AppName = e.App
	}
	if e.Kind == audit.KindRefusal {
		line.Why = refusalLabel(e.Reason)
	} else {
		line.Note = strings.Replace(e.Reason, "the grant was", "the permissions were", 1)
	}
	return line
}

// howLabel is what people call a door of the ledger.
func howLabel(door string) string {
	switch {
	case door == audit.DoorPreview:
		return "Preview"
	case door == audit.DoorPage:
		return "Page"
	case door == "token":
		return "Sign-in of an app"
	case door == "me":
		return "Its permissions"
	}
	if version, rest := strings.CutPrefix(door, "rest-"); rest {
		return "OneRoster " + version
	}
	return door
}

// refusalLabel says why something was refused: the codes are those of OneRoster, OAuth
// and the sign-in.
func refusalLabel(code string) string {
	if label, known := refusalLabels()[code]; known {
		return label
	}
	return code
}

func refusalLabels() map[string]string {
	return map[string]string{
		"unauthorized":                  "No valid sign-in",
		"forbidden":                     "Not shared with the app",
		"unknown object":                "There is no such record or address",
		"invalid data":                  "Could not be understood",
		"invalid_filter_field":          "Filters by a field that it does not get",
		"invalid_selection_field":       "Selects a field that it does not get",
		"invalid_sort_field":            "Sorts by a field that it does not get",
		"invalid_blank_selection_field": "Selects no field",
		"server_busy":                   "Not available at that moment",
		"internal_server_error":         "Something went wrong here",
		"invalid_client":                "Wrong client ID or secret",
		"invalid_request":               "Could not be understood",
		"invalid_scope":                 "Asks for a scope that there is not",
		"unauthorized_client":           "The app may not sign in like this",
		"unsupported_grant_type":        "Asks for a token in a way that is not offered",
		"wrong_password":                "Wrong email or password",
		"too_often":                     "Tried too often",
	}
}

// subjectLabel is what a change is about: of an import, the version of the roster.
func subjectLabel(subject string) string {
	if number, imported := strings.CutPrefix(subject, "generation "); imported {
		return "Roster version " + number
	}
	if number, student := strings.CutPrefix(subject, "student "); student {
		return "Student " + number
	}
	if _, entity := catalog.Find(subject); entity {
		return frame.KindLabel(subject)
	}
	return subject
}
