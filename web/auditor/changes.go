package auditor

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/web/frame"
)

// actionLabel is what people call what a change did.
func actionLabel(action string) string {
	if label, known := actionLabels()[action]; known {
		return label
	}
	return action
}

func actionLabels() map[string]string {
	return map[string]string{
		"app.answers": "Form of answers changed",
		"app.ceiling": "Ceiling turned on",
		"app.create":  "App added",
		"app.delete":  "App deleted",
		"app.enable":  "App enabled",
		"app.rotate":  "Credentials rotated",
		"app.suspend": "App suspended",

		"agreement.save": "Agreement saved",
		"audit.download": "Audit downloaded",
		"day.begin":      "Day begun",
		"district.save":  "Settings saved",
		"grant.copy":     "Permissions copied",
		"grant.review":   "Keys reviewed",
		"grant.save":     "Permissions saved",

		"database.restored": "Database restored",
		"ledger.lost":       "Loss of entries put on record",
		"store.backup":      "Backup taken",
		"store.restore":     "Backup put back",
		"key.replace":       "Encryption key replaced",

		"import":         "Roster imported",
		"import.held":    "Import held",
		"import.refused": "Import refused",

		"approval.ask":      "Approval asked for",
		"approval.approve":  "Change approved",
		"approval.decline":  "Change declined",
		"approval.withdraw": "Change withdrawn",
		"sensitive.save":    "Sensitive marks saved",

		"optout.add":    "Opted out",
		"optout.remove": "Opt-out removed",

		"policy.save":   "Policy saved",
		"policy.remove": "Policy removed",

		"guardrails.save": "Guardrails saved",
		"app.vendor":      "Kind of product said",

		"password.change": "Password changed",
		"password.set":    "Password set",

		"person.add":                "Person added",
		"person.enable":             "Person let in again",
		"person.invite":             "One-time link made",
		"person.remove":             "Person removed",
		"person.role":               "Role changed",
		"person.signin":             "Signed in",
		"person.signin-failed":      "Sign-in failed",
		"person.signout":            "Signed out",
		"person.signout-everywhere": "Signed out everywhere",
		"person.suspend":            "Person suspended",
	}
}

// changeSummary says in short what a change changed, by names and counts. It is
// empty where the action says it all.
func changeSummary(e audit.Entry) string {
	switch e.Action {
	case "grant.save", "grant.copy":
		return strings.Join(frame.NonEmpty(grantSummary(e), reviewSummary(e)), ". ")
	case "app.create":
		return strings.Join(frame.NonEmpty(presetSummary(e), reviewSummary(e)), ". ")
	case "app.enable", "grant.review":
		return reviewSummary(e)
	case "import", "import.held", "import.refused":
		return importSummary(e)
	case "day.begin":
		return "Enrollments that ended before " + e.Subject + " are former"
	case "district.save":
		return settingsSummary(e)
	case "policy.save", "policy.remove":
		return policySummary(e)
	case "guardrails.save":
		return guardrailSummary(e)
	case "person.signin":
		return "From " + e.Origin()
	case "optout.add", "optout.remove":
		if e.App == "" {
			return "Of all apps"
		}
	}
	return ""
}

// reviewSummary counts what was reviewed for the app. It names nothing, for types of
// user IDs are written in the cells of a roster.
func reviewSummary(e audit.Entry) string {
	var after struct{ Reviewed []string }
	if json.Unmarshal([]byte(e.After), &after) != nil {
		return ""
	}
	types := 0
	for _, name := range after.Reviewed {
		if strings.Contains(name, "."+string(catalog.UserIDs)+".") {
			types++
		}
	}
	counts := frame.NonEmpty(frame.PluralOrNone(len(after.Reviewed)-types, "key", "keys"), frame.PluralOrNone(types, "type of user IDs", "types of user IDs"))
	if len(counts) == 0 {
		return ""
	}
	return "Reviewed for the app: " + strings.Join(counts, ", ")
}

func presetSummary(e audit.Entry) string {
	var after struct{ Preset string }
	if json.Unmarshal([]byte(e.After), &after) != nil || after.Preset == "" {
		return ""
	}
	return "Preset: " + after.Preset
}

// guardrailSummary names the version and what is on the list. The text of rules is not on
// record.
func guardrailSummary(e audit.Entry) string {
	var after struct {
		Version    int64
		Guardrails []struct{ ID string }
	}
	if json.Unmarshal([]byte(e.After), &after) != nil {
		return ""
	}
	var ids []string
	for _, one := range after.Guardrails {
		ids = append(ids, one.ID)
	}
	return "Version " + strconv.FormatInt(after.Version, 10) + ": " + cmp.Or(strings.Join(ids, ", "), "none")
}

// policySummary names the version and the files of a policy. Its text is not on record.
func policySummary(e audit.Entry) string {
	var after struct {
		Version int64
		Files   []string
	}
	if json.Unmarshal([]byte(e.After), &after) != nil {
		return ""
	}
	return strings.Join(append([]string{fmt.Sprintf("Version %d", after.Version)}, after.Files...), ", ")
}

func settingsSummary(e audit.Entry) string {
	var before, after map[string]string
	if json.Unmarshal([]byte(e.Before), &before) != nil || json.Unmarshal([]byte(e.After), &after) != nil {
		return ""
	}
	var changed []string
	for name, label := range map[string]string{"name": "District name", "time_zone": "Time zone"} {
		if before[name] != after[name] {
			changed = append(changed, label)
		}
	}
	slices.Sort(changed)
	return strings.Join(changed, ", ")
}

func importSummary(e audit.Entry) string {
	var after struct{ Files []intake.Counts }
	if json.Unmarshal([]byte(e.After), &after) != nil {
		return ""
	}
	var added, changed, removed int64
	for _, c := range after.Files {
		added, changed, removed = added+int64(c.New), changed+int64(c.Changed), removed+int64(c.Removed+c.Deleted)
	}
	text := "%s added, %s changed, %s removed"
	if e.Action != "import" {
		text = "Not stored. Would be: " + text
	}
	return fmt.Sprintf(text, frame.Number(added), frame.Number(changed), frame.Number(removed))
}

// grantDiff is what differs between two grants, by the names of the fields.
type grantDiff struct{ shared, hidden, masked, others []string }

func grantSummary(e audit.Entry) string {
	var before, after struct{ Grant policy.Grant }
	if json.Unmarshal([]byte(e.Before), &before) != nil || json.Unmarshal([]byte(e.After), &after) != nil {
		return ""
	}
	var d grantDiff
	for _, entity := range catalog.Entities() {
		d.entity(entity, before.Grant.Entities[entity.Plural], after.Grant.Entities[entity.Plural])
	}
	d.rest(before.Grant, after.Grant)
	var parts []string
	for _, part := range []struct {
		verb  string
		names []string
	}{{"", d.others}, {"Shared: ", d.shared}, {"Masked: ", d.masked}, {"Hidden: ", d.hidden}} {
		if len(part.names) > 0 {
			parts = append(parts, part.verb+frame.ShortList(part.names, 6))
		}
	}
	return strings.Join(parts, ". ")
}

// entity compares what two grants say of an entity. Types of user IDs are not
// named: they are written in the cells of a roster.
func (d *grantDiff) entity(e catalog.Entity, was, is policy.EntityGrant) {
	d.turned(e.Label, was.Open, is.Open)
	d.turned(e.Label+" metadata", was.Metadata, is.Metadata)
	masked := slices.Sorted(maps.Keys(is.Masks))
	isMasked := func(field string) bool { return slices.Contains(masked, field) }
	d.ticked(e.Plural+".", slices.DeleteFunc(slices.Clone(was.Fields), isMasked), slices.DeleteFunc(slices.Clone(is.Fields), isMasked))
	d.ticked(e.Plural+".metadata.", was.Keys, is.Keys)
	for _, field := range masked {
		if was.Masks[field] != is.Masks[field] {
			d.masked = append(d.masked, e.Plural+"."+field)
		}
	}
	for _, field := range slices.Sorted(maps.Keys(was.Masks)) {
		if _, still := is.Masks[field]; !still && !slices.Contains(is.Fields, field) {
			d.hidden = append(d.hidden, e.Plural+"."+field)
		}
	}
	if !slices.Equal(frame.SortedUnique(was.Types), frame.SortedUnique(is.Types)) {
		d.others = append(d.others, "Types of user IDs")
	}
}

func (d *grantDiff) turned(label string, was, is bool) {
	if was != is {
		d.others = append(d.others, label+map[bool]string{true: " turned on", false: " turned off"}[is])
	}
}

func (d *grantDiff) ticked(prefix string, was, is []string) {
	for _, name := range is {
		if !slices.Contains(was, name) {
			d.shared = append(d.shared, prefix+name)
		}
	}
	for _, name := range was {
		if !slices.Contains(is, name) {
			d.hidden = append(d.hidden, prefix+name)
		}
	}
}

// rest compares what two grants say of no entity.
func (d *grantDiff) rest(was, is policy.Grant) {
	for _, c := range frame.ScopeConditions() {
		from, to := c.Of(&was.Scope), c.Of(&is.Scope)
		if from.All != to.All || !from.All && !slices.Equal(frame.SortedUnique(from.Only), frame.SortedUnique(to.Only)) {
			d.others = append(d.others, "Scope: "+strings.ToLower(c.Label()))
		}
	}
	for _, one := range frame.ScopeSwitches() {
		if *one.Of(&was.Scope) != *one.Of(&is.Scope) {
			d.others = append(d.others, "Scope: "+strings.ToLower(one.Label))
		}
	}
	for _, one := range []struct {
		label   string
		differs bool
	}{
		{"End date", !was.Until.Equal(is.Until)},
		{"Purpose", was.Purpose != is.Purpose},
		{"Legal basis", was.Basis != is.Basis},
	} {
		if one.differs {
			d.others = append(d.others, one.label)
		}
	}
}
