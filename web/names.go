package web

import (
	"slices"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/view"
)

// Names that rosters brought come to the pages through this file alone, a test holds
// that: of metadata keys, of types of user IDs, of grades. Those that nobody has
// accepted are values. Admins read them on pages whose route says so, on record; in
// whatever else comes from here another name stands in their place.

// readsNames reports whether the page tells its visitor every name.
func (v *visit) readsNames() bool { return v.Person.Role == people.Admin && v.line.names() }

// vocabulary says names to whoever does not read them all.
func (v *visit) vocabulary() (*roster.Vocabulary, error) {
	if v.said != nil {
		return v.said, nil
	}
	var err error
	v.said, err = roster.ReadVocabulary(v.rooms.DB.Read.WithContext(v.ctx()))
	return v.said, err
}

// say is a name as the page may show it. One that counts as a value is noted.
func (v *visit) say(words *roster.Vocabulary, entity string, bag catalog.Bag, name string) string {
	switch {
	case !v.readsNames():
		return words.Say(entity, bag, name)
	case !words.Accepted(entity, bag, name):
		v.sight.sawNames(entity, string(bag))
	}
	return name
}

// overview is what there is to say of an app.
func (v *visit) overview(app string) (apps.Overview, error) {
	o, err := v.rooms.Apps.Show(v.ctx(), app)
	if err != nil {
		return o, err
	}
	o.Grant.Grant, err = v.granted(o.Grant.Grant)
	return o, err
}

// grant is the grant of an app that holds.
func (v *visit) grant(app string) (apps.SavedGrant, error) {
	saved, err := v.rooms.Apps.Grant(v.ctx(), app)
	if err != nil {
		return saved, err
	}
	saved.Grant, err = v.granted(saved.Grant)
	return saved, err
}

// versions are all grants of an app, the newest first.
func (v *visit) versions(app string) ([]apps.SavedGrant, error) {
	all, err := v.rooms.Apps.History(v.ctx(), app)
	for i := range all {
		if err == nil {
			all[i].Grant, err = v.granted(all[i].Grant)
		}
	}
	return all, err
}

// granted is a grant as the page may show it, and whole where it may be saved again.
func (v *visit) granted(grant policy.Grant) (policy.Grant, error) {
	words, err := v.vocabulary()
	if err != nil {
		return policy.Grant{}, err
	}
	if !v.readsNames() {
		return apps.Said(grant, words), nil
	}
	for plural, granted := range grant.Entities {
		for _, key := range granted.Keys {
			v.say(words, plural, catalog.Metadata, key)
		}
		for _, kind := range granted.Types {
			v.say(words, plural, catalog.UserIDs, kind)
		}
	}
	return grant, nil
}

// keys are the keys and types that rosters brought, as they were reviewed for an app,
// those that the page is about.
func (v *visit) keys(app string, about func(roster.Key) bool) ([]roster.Key, error) {
	all, err := v.rooms.Apps.Keys(v.ctx(), app)
	if err != nil {
		return nil, err
	}
	words, err := v.vocabulary()
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(k roster.Key) bool { return !about(k) })
	for i, k := range all {
		all[i].Name = v.say(words, k.Entity, k.Bag, k.Name)
	}
	return all, nil
}

// everyKey is for a page that is about all keys.
func everyKey(roster.Key) bool { return true }

// wantedBy is for a page that is about the keys that an app would get by a review.
func wantedBy(grant policy.Grant) func(roster.Key) bool {
	return func(k roster.Key) bool { return len(apps.Wanted(grant, []roster.Key{k})) > 0 }
}

// unnamed counts what the page may not name, "" for nothing.
func unnamed(n int, one, many string) string {
	return some(n, one+" that nobody has accepted", many+" that nobody has accepted")
}

// noteReviewed notes what of the keys that the policy decided over the person is about to
// review, for the page says what it opens.
func (v *visit) noteReviewed(keys []policy.Key, seen []roster.Key) error {
	if len(seen) == 0 {
		return nil
	}
	words, err := v.vocabulary()
	if err != nil {
		return err
	}
	for _, k := range keys {
		if slices.Contains(apps.MembersOf(seen), k.Member) {
			v.say(words, k.Entity, k.Bag, k.Name)
		}
	}
	return nil
}

// fill says how full the columns of an entity are.
func (v *visit) fill(entity string) (roster.Fill, error) {
	fill, err := v.rooms.Roster.Fill(v.ctx(), entity)
	if err != nil || v.readsNames() {
		return fill, err
	}
	words, err := v.vocabulary()
	if err != nil {
		return roster.Fill{}, err
	}
	return fill.Said(words, entity), nil
}

// attempt is an attempt to import, with its report.
func (v *visit) attempt(id int64) (intake.Attempt, error) {
	a, err := v.rooms.Intake.Attempt(v.ctx(), id)
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
	v.sight.sawReport(a.Report, said)
	return a, nil
}

// grades are the grades of the roster that can be chosen: those of CEDS, those that
// some grant names, and, to admins, whatever else stands in a cell.
func (v *visit) grades(snapshot *view.Snapshot) ([]string, error) {
	all, others := snapshot.Grades(), 0
	coded := func(grade string) bool { return v.rooms.codes.Has("gradeLevel", grade) }
	if !slices.ContainsFunc(all, func(grade string) bool { return !coded(grade) }) {
		return all, nil
	}
	accepted, err := v.rooms.Apps.Grades(v.ctx())
	if err != nil {
		return nil, err
	}
	for i, grade := range all {
		switch {
		case coded(grade) || slices.Contains(accepted, grade):
		case v.readsNames():
			v.sight.sawNames(firstTab, "grades")
		default:
			others++
			all[i] = unacceptedGrade + number(int64(others))
		}
	}
	return all, nil
}

// hasGrade reports whether some user of the roster has a grade that somebody names.
func hasGrade(snapshot *view.Snapshot, grade string) bool {
	return slices.Contains(snapshot.Grades(), grade)
}

// unacceptedGrade begins what stands in the place of a grade.
const unacceptedGrade = "unaccepted grade "

// entries are the newest entries of the ledger that match, at most most of them.
func (v *visit) entries(kind audit.Kind, q audit.Question, most int) ([]audit.Entry, error) {
	found, err := v.rooms.Ledger.Latest(v.ctx(), kind, q, most)
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

// walk calls fn with every entry of a list that matches.
func (v *visit) walk(list auditList, q audit.Question, fn func(audit.Entry) error) error {
	words, err := v.vocabulary()
	if err != nil {
		return err
	}
	return list.walk(v.rooms.Ledger, v.ctx(), q, func(e audit.Entry) error { return fn(apps.SaidEntry(e, words)) })
}
