package approvals

import (
	"cmp"
	"fmt"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/waiting"
	"github.com/rostergate/rostergate/web/frame"
)

// mostPast is how many changes are listed that wait no longer.
const mostPast = 50

type listModel struct {
	Off     bool // nothing is marked
	Waiting []listed
	Past    []listed
}

// listed is a change as a list shows it.
type listed struct {
	Path    string
	Number  int64
	What    string
	Of      string // what the app would gain
	State   frame.Status
	AskedAt frame.Moment
	AskedBy string
	Reason  string
	Own     bool // the person asked for it

	DecidedBy, DecidedReason string
	DecidedAt                frame.Moment
}

func (r *Room) listPage(v *frame.Visit) error {
	marks, err := v.SensitiveMarks()
	if err != nil {
		return err
	}
	all, err := v.WaitingChanges("", 0)
	if err != nil {
		return err
	}
	known, err := r.Apps.List(v.Context())
	if err != nil {
		return err
	}
	m := listModel{Off: marks.Marks.Off()}
	for _, c := range all {
		switch one := listedOf(v, c, known); {
		case c.State == waiting.Waits:
			m.Waiting = append(m.Waiting, one)
		case len(m.Past) < mostPast:
			m.Past = append(m.Past, one)
		}
	}
	return v.Show("approvals", "Approvals", m)
}

func listedOf(v *frame.Visit, c waiting.Change, known []apps.App) listed {
	const most = 6
	of := frame.ShortList(c.Gains.All(), most)
	if c.Gains.Marks {
		of = "Marks that would go"
	}
	return listed{
		Path: fmt.Sprintf("%s/%d", path, c.Number), Number: c.Number, What: whatOf(c, known), Of: of, State: stateOf(c.State),
		AskedAt: v.Moment(c.AskedAt), AskedBy: frame.Who(c.Actor), Reason: c.Reason, Own: c.Actor == v.Person.Email,
		DecidedBy: frame.Who(c.DecidedBy), DecidedReason: c.DecidedReason, DecidedAt: v.Moment(c.DecidedAt),
	}
}

// whatOf says what is asked for: "Change the permissions of Amplify".
func whatOf(c waiting.Change, known []apps.App) string {
	name := cmp.Or(c.App, "several apps")
	for _, app := range known {
		if app.ID == c.App {
			name = app.Name
		}
	}
	said := map[string]string{
		"grant.save": "Change the permissions of " + name, "grant.copy": "Copy permissions to " + name, "grants.apply": "Apply a file of permissions to " + name,
		"app.enable": "Enable " + name, "app.ceiling": "Let the ceiling of " + name + " hold", "app.vendor": "Say what kind of product " + name + " is",
		"policy.save": "Change the policy of " + name, "policy.remove": "Remove the policy of " + name, "agreement.save": "Change the agreement of " + name,
		"optout.remove": "Remove opt-outs", "guardrails.save": "Change the guardrails", "sensitive.save": "Change what is sensitive",
	}
	return cmp.Or(said[c.Kind], "Change "+name)
}

func stateOf(s waiting.State) frame.Status {
	switch s {
	case waiting.Waits:
		return frame.Status{Tone: frame.Careful, Label: "Waiting"}
	case waiting.Approved:
		return frame.Status{Tone: frame.Good, Label: "Approved"}
	case waiting.Declined:
		return frame.Status{Tone: frame.Bad, Label: "Declined"}
	}
	return frame.Status{Tone: frame.Plain, Label: "Withdrawn"}
}
