package frame

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/approvals"
	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/ceds"
	"github.com/rostergate/rostergate/explanation"
	"github.com/rostergate/rostergate/guardrails"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/view"
	"github.com/rostergate/rostergate/waiting"
)

// Names that rosters brought come to the pages of every room through this file alone, a
// test holds that: of metadata keys, of types of user IDs, of grades. Those that nobody has
// accepted are values. Admins read them on pages whose route says so, on record; in
// whatever else comes from here another name stands in their place.

// readsNames reports whether the page tells its visitor every name.
func (v *Visit) readsNames() bool { return v.Person.Role == people.Admin && v.line.names() }

// vocabulary says names to whoever does not read them all.
func (v *Visit) vocabulary() (*roster.Vocabulary, error) {
	if v.vocabularySaid != nil {
		return v.vocabularySaid, nil
	}
	var err error
	v.vocabularySaid, err = roster.ReadVocabulary(v.frame.DB.Read.WithContext(v.Context()))
	return v.vocabularySaid, err
}

// sayName is a name as the page may show it. One that counts as a value is noted.
func (v *Visit) sayName(words *roster.Vocabulary, entity string, bag catalog.Bag, name string) string {
	switch {
	case !v.readsNames():
		return words.Say(entity, bag, name)
	case !words.Accepted(entity, bag, name):
		v.Sight.sawNames(entity, string(bag))
	}
	return name
}

// AppOverview is what there is to say of an app.
func (v *Visit) AppOverview(app string) (apps.Overview, error) {
	o, err := v.frame.Apps.Show(v.Context(), app)
	if err != nil {
		return o, err
	}
	o.Grant.Grant, err = v.grantToShow(o.Grant.Grant)
	return o, err
}

// HeldGrant is the grant of an app that holds.
func (v *Visit) HeldGrant(app string) (apps.SavedGrant, error) {
	saved, err := v.frame.Apps.Grant(v.Context(), app)
	if err != nil {
		return saved, err
	}
	saved.Grant, err = v.grantToShow(saved.Grant)
	return saved, err
}

// HeldAgreement is what was agreed with an app's vendor.
func (v *Visit) HeldAgreement(app string) (apps.Agreement, error) {
	return v.frame.Apps.Agreement(v.Context(), app)
}

// GrantVersions are all grants of an app, the newest first.
func (v *Visit) GrantVersions(app string) ([]apps.SavedGrant, error) {
	all, err := v.frame.Apps.History(v.Context(), app)
	for i := range all {
		if err == nil {
			all[i].Grant, err = v.grantToShow(all[i].Grant)
		}
	}
	return all, err
}

// grantToShow is a grant as the page may show it, and whole where it may be saved again.
func (v *Visit) grantToShow(grant policy.Grant) (policy.Grant, error) {
	words, err := v.vocabulary()
	if err != nil {
		return policy.Grant{}, err
	}
	if !v.readsNames() {
		return apps.Said(grant, words), nil
	}
	for plural, granted := range grant.Entities {
		for _, key := range granted.Keys {
			v.sayName(words, plural, catalog.Metadata, key)
		}
		for _, kind := range granted.Types {
			v.sayName(words, plural, catalog.UserIDs, kind)
		}
	}
	return grant, nil
}

// HeldPolicy is the policy of an app that holds, of version 0 where it never had one.
func (v *Visit) HeldPolicy(app string) (apps.SavedPolicy, error) {
	saved, err := v.frame.Apps.Policy(v.Context(), app)
	if err != nil {
		return saved, err
	}
	return v.policyToShow(saved)
}

// PolicyVersions are all policies of an app, the newest first.
func (v *Visit) PolicyVersions(app string) ([]apps.SavedPolicy, error) {
	all, err := v.frame.Apps.Policies(v.Context(), app)
	for i := range all {
		if err == nil {
			all[i], err = v.policyToShow(all[i])
		}
	}
	return all, err
}

// PolicyVersion is one version of the policy of an app; before the first, of version 0,
// there was none.
func (v *Visit) PolicyVersion(app string, version int64) (apps.SavedPolicy, error) {
	saved, err := v.frame.Apps.PolicyBefore(v.Context(), app, version)
	if err != nil {
		return saved, err
	}
	return v.policyToShow(saved)
}

// policyToShow is a policy as the page may show it, and whole where it may be saved again:
// its rules may name keys and types that nobody has accepted.
func (v *Visit) policyToShow(saved apps.SavedPolicy) (apps.SavedPolicy, error) {
	if saved.Removed() {
		return saved, nil
	}
	say, err := v.textToShow(saved.App)
	if err != nil {
		return saved, err
	}
	saved.Files = maps.Clone(saved.Files)
	for file, text := range saved.Files {
		saved.Files[file] = say(text)
	}
	return saved, nil
}

// textToShow says texts about an app that may name keys and types as the page may show them.
func (v *Visit) textToShow(app string) (func(string) string, error) {
	words, err := v.vocabulary()
	if err != nil {
		return nil, err
	}
	keys, err := v.frame.Apps.Keys(v.Context(), app)
	return func(text string) string {
		for _, k := range keys {
			if name := k.Member().String(); strings.Contains(text, name) {
				said := catalog.Member{Entity: k.Entity, Bag: k.Bag, Name: v.sayName(words, k.Entity, k.Bag, k.Name)}
				text = strings.ReplaceAll(text, name, said.String())
			}
			if name := "students" + strings.TrimPrefix(k.Member().String(), FirstTab); k.Entity == FirstTab && strings.Contains(text, name) {
				text = strings.ReplaceAll(text, name, "students."+string(k.Bag)+"."+v.sayName(words, k.Entity, k.Bag, k.Name))
			}
		}
		return text
	}, err
}

// HeldGuardrails are the guardrails that hold, of version 0 where there never were any.
func (v *Visit) HeldGuardrails() (guardrails.Saved, error) {
	saved, err := v.frame.Apps.Guardrails(v.Context())
	if err != nil {
		return saved, err
	}
	return v.guardrailsToShow(saved)
}

// GuardrailVersions are all lists of guardrails, the newest first.
func (v *Visit) GuardrailVersions() ([]guardrails.Saved, error) {
	all, err := v.frame.Apps.GuardrailHistory(v.Context())
	for i := range all {
		if err == nil {
			all[i], err = v.guardrailsToShow(all[i])
		}
	}
	return all, err
}

func (v *Visit) guardrailsToShow(saved guardrails.Saved) (guardrails.Saved, error) {
	say, err := v.textToShow("")
	if err != nil {
		return saved, err
	}
	saved.Rules = slices.Clone(saved.Rules)
	for i, g := range saved.Rules {
		saved.Rules[i].Files = maps.Clone(g.Files)
		for file, text := range g.Files {
			saved.Rules[i].Files[file] = say(text)
		}
	}
	return saved, nil
}

// ChainToShow is an explanation as the page may show it: rules may name keys and types that
// nobody has accepted.
func (v *Visit) ChainToShow(app string, chain explanation.Chain) (explanation.Chain, error) {
	say, err := v.textToShow(app)
	if err != nil {
		return nil, err
	}
	chain = slices.Clone(chain)
	for i, step := range chain {
		chain[i].Says = slices.Clone(step.Says)
		for j, says := range step.Says {
			chain[i].Says[j] = say(says)
		}
	}
	return chain, nil
}

// ConditionsToShow are conditions on records, likewise.
func (v *Visit) ConditionsToShow(all []policy.Condition) ([]policy.Condition, error) {
	words, err := v.vocabulary()
	if err != nil {
		return nil, err
	}
	all = slices.Clone(all)
	for i, c := range all {
		if c.Of.Bag != "" {
			all[i].Of.Name = v.sayName(words, c.Of.Entity, c.Of.Bag, c.Of.Name)
		}
	}
	return all, nil
}

// memberNames are names as grants write them, as the page may show them.
func (v *Visit) memberNames(all []string) ([]string, error) {
	words, err := v.vocabulary()
	if err != nil {
		return nil, err
	}
	var said []string
	for _, name := range all {
		if m := catalog.ParseMember(name); m.Bag != "" {
			m.Name = v.sayName(words, m.Entity, m.Bag, m.Name)
			name = m.String()
		}
		said = append(said, name)
	}
	return said, nil
}

// WaitingChanges are the changes in a state, or all without one, the newest first.
func (v *Visit) WaitingChanges(state waiting.State, most int) ([]waiting.Change, error) {
	all, err := v.frame.Desk.List(v.Context(), state, most)
	for i := range all {
		if err == nil {
			all[i].Gains, err = v.gainsToShow(all[i].Gains)
		}
	}
	return all, err
}

func (v *Visit) gainsToShow(gains waiting.Gains) (waiting.Gains, error) {
	var err error
	if gains.Names, err = v.memberNames(gains.Names); err == nil {
		gains.Wider, err = v.memberNames(gains.Wider)
	}
	return gains, err
}

// WaitingChange is a change that waits, with what it would come to now, or that waited. Its
// effects are as they are decided upon: who shows them says their names by MemberToShow and
// ThingsToShow.
func (v *Visit) WaitingChange(number int64) (approvals.Shown, error) {
	shown, err := v.frame.Desk.Show(v.Context(), number)
	if err != nil {
		return shown, err
	}
	if shown.Gains, err = v.gainsToShow(shown.Gains); err == nil {
		shown.Effects.Gains, err = v.gainsToShow(shown.Effects.Gains)
	}
	if shown.Marks != nil && err == nil {
		if shown.Marks.Before.Names, err = v.memberNames(shown.Marks.Before.Names); err == nil {
			shown.Marks.After.Names, err = v.memberNames(shown.Marks.After.Names)
		}
	}
	if !v.readsNames() {
		shown.Reviewing = nil
	}
	return shown, err
}

// ThingsToShow are what a change replaces: texts of rules may name keys and types that nobody
// has accepted.
func (v *Visit) ThingsToShow(all []approvals.Thing) ([]approvals.Thing, error) {
	for _, thing := range all {
		say, err := v.textToShow(thing.App)
		if err != nil {
			return nil, err
		}
		for i, line := range thing.Lines {
			thing.Lines[i].Text = say(line.Text)
		}
	}
	return all, nil
}

// MemberToShow is a field, key or type as the page may name it.
func (v *Visit) MemberToShow(m catalog.Member) (catalog.Member, error) {
	if m.Bag == "" {
		return m, nil
	}
	words, err := v.vocabulary()
	if err == nil {
		m.Name = v.sayName(words, m.Entity, m.Bag, m.Name)
	}
	return m, err
}

// waitingChanges counts the changes that wait, and says whether there is anything to
// approve, or may be. Where the store does not answer there is nothing: the page that says
// so has this header, too.
func (f *Frame) waitingChanges(ctx context.Context) (int64, bool) {
	count, err := f.Desk.Count(ctx)
	if err != nil || count > 0 {
		return count, count > 0
	}
	marks, err := f.Desk.Marks(ctx)
	return 0, err == nil && !marks.Marks.Off()
}

// SensitiveMarks are what the district marks as sensitive.
func (v *Visit) SensitiveMarks() (waiting.SavedMarks, error) {
	saved, err := v.frame.Desk.Marks(v.Context())
	if err == nil {
		saved.Marks.Names, err = v.memberNames(saved.Marks.Names)
	}
	return saved, err
}

// RosterKeys are the keys and types that rosters brought, as they were reviewed for an app,
// those that the page is about.
func (v *Visit) RosterKeys(app string, about func(roster.Key) bool) ([]roster.Key, error) {
	all, err := v.frame.Apps.Keys(v.Context(), app)
	if err != nil {
		return nil, err
	}
	words, err := v.vocabulary()
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(k roster.Key) bool { return !about(k) })
	for i, k := range all {
		all[i].Name = v.sayName(words, k.Entity, k.Bag, k.Name)
	}
	return all, nil
}

// EveryKey is for a page that is about all keys.
func EveryKey(roster.Key) bool { return true }

// WantedBy is for a page that is about the keys that an app would get by a review.
func WantedBy(grant policy.Grant) func(roster.Key) bool {
	return func(k roster.Key) bool { return len(apps.Wanted(grant, []roster.Key{k})) > 0 }
}

// CountUnaccepted counts what the page may not name, "" for nothing.
func CountUnaccepted(n int, one, many string) string {
	return PluralOrNone(n, one+" that nobody has accepted", many+" that nobody has accepted")
}

// NoteReviewed notes what of the keys that the policy decided over the person is about to
// review, for the page says what it opens.
func (v *Visit) NoteReviewed(keys []policy.Key, seen []catalog.Member) error {
	if len(seen) == 0 {
		return nil
	}
	words, err := v.vocabulary()
	if err != nil {
		return err
	}
	for _, k := range keys {
		if slices.Contains(seen, k.Member) {
			v.sayName(words, k.Entity, k.Bag, k.Name)
		}
	}
	return nil
}

// ColumnFill says how full the columns of an entity are.
func (v *Visit) ColumnFill(entity string) (roster.Fill, error) {
	fill, err := v.frame.Roster.Fill(v.Context(), entity)
	if err != nil || v.readsNames() {
		return fill, err
	}
	words, err := v.vocabulary()
	if err != nil {
		return roster.Fill{}, err
	}
	return fill.Said(words, entity), nil
}

// ImportAttempt is an attempt to import, with its report.
func (v *Visit) ImportAttempt(id int64) (intake.Attempt, error) {
	a, err := v.frame.Intake.Attempt(v.Context(), id)
	if err != nil || a.Report == nil {
		return a, err
	}
	words, err := v.vocabulary()
	if err != nil {
		return intake.Attempt{}, err
	}
	said := a.Report.Said(words)
	if !v.readsNames() {
		a.Report = said
		return a, nil
	}
	v.Sight.sawReport(a.Report, said)
	return a, nil
}

// SelectableGrades are the grades of the roster that can be chosen, by what they mean: those of CEDS, those that
// some grant names, and, to admins, whatever else stands in a cell.
func (v *Visit) SelectableGrades(snapshot *view.Snapshot) ([]string, error) {
	all, others := snapshot.Grades(), 0
	for i, grade := range all {
		all[i] = ceds.Grade(grade)
	}
	all = SortedUnique(all)
	coded := func(grade string) bool { return v.frame.codes.Has("gradeLevel", grade) }
	if !slices.ContainsFunc(all, func(grade string) bool { return !coded(grade) }) {
		return all, nil
	}
	accepted, err := v.frame.Apps.Grades(v.Context())
	if err != nil {
		return nil, err
	}
	for i, grade := range all {
		switch {
		case coded(grade) || slices.Contains(accepted, grade):
		case v.readsNames():
			v.Sight.sawNames(FirstTab, "grades")
		default:
			others++
			all[i] = UnacceptedGrade + Number(int64(others))
		}
	}
	return all, nil
}

// HasGrade reports whether some user of the roster has a grade that somebody names.
func HasGrade(snapshot *view.Snapshot, grade string) bool {
	return snapshot.HasGrade(grade)
}

// SameGrade reports whether two grades mean the same, however they are written.
func SameGrade(a, b string) bool { return ceds.Grade(a) == ceds.Grade(b) }

// UnacceptedGrade begins what stands in the place of a grade.
const UnacceptedGrade = "unaccepted grade "

// LedgerEntries are the newest entries of the ledger that match, at most most of them.
func (v *Visit) LedgerEntries(kind audit.Kind, q audit.Question, most int) ([]audit.Entry, error) {
	found, err := v.frame.Ledger.Latest(v.Context(), kind, q, most)
	if err != nil {
		return nil, err
	}
	words, err := v.vocabulary()
	for i, e := range found {
		if err == nil {
			found[i] = apps.SaidEntry(e, words)
		}
	}
	return found, err
}

// LedgerPage is a page of the entries that match, and how many do: at most
// audit.MostCounted, and more says that there are more.
func (v *Visit) LedgerPage(kind audit.Kind, q audit.Question, t audit.Turn) (page []audit.Entry, total int, more bool, err error) {
	page, total, more, err = v.frame.Ledger.Page(v.Context(), kind, q, t)
	if err != nil {
		return nil, 0, false, err
	}
	words, err := v.vocabulary()
	for i, e := range page {
		if err == nil {
			page[i] = apps.SaidEntry(e, words)
		}
	}
	return page, total, more, err
}

// LedgerWalk is one of the ledger's walks: it calls fn with every entry that matches.
type LedgerWalk func(*audit.Ledger, context.Context, audit.Question, func(audit.Entry) error) error

// WalkLedger calls fn with every entry of a walk that matches.
func (v *Visit) WalkLedger(walk LedgerWalk, q audit.Question, fn func(audit.Entry) error) error {
	words, err := v.vocabulary()
	if err != nil {
		return err
	}
	return walk(v.frame.Ledger, v.Context(), q, func(e audit.Entry) error { return fn(apps.SaidEntry(e, words)) })
}

// GradeLabel is a grade with its meaning, as far as it has one.
func (v *Visit) GradeLabel(code string) string {
	if label, ok := v.frame.codes.Label("gradeLevel", code); ok && label != code {
		return code + " · " + label
	}
	return code
}
