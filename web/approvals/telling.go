package approvals

import (
	"github.com/rostergate/rostergate/approvals"
	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/web/frame"
	"github.com/rostergate/rostergate/web/frame/gains"
)

// thing is something that would be replaced, as the component "diff" shows it.
type thing struct {
	Title string
	Lines []markedLine
}

type markedLine struct{ Mark, Text string }

func (r *Room) things(v *frame.Visit, shown approvals.Shown) (all []thing, err error) {
	told, err := v.ThingsToShow(shown.Things(v.Context(), r.Tells.Engine))
	if err != nil {
		return nil, err
	}
	marks := map[string]string{"+": "new", "-": "gone", "@": "place"}
	for _, one := range told {
		shown := thing{Title: one.Title}
		for _, line := range one.Lines {
			shown.Lines = append(shown.Lines, markedLine{marks[line.Mark], line.Text})
		}
		all = append(all, shown)
	}
	return all, nil
}

// tellParts says what changes for each app, today and on later occasions. Apps for which
// nothing does are named on one line, where there are others.
func (r *Room) tellParts(v *frame.Visit, shown approvals.Shown, m *changeModel) error {
	var same []string
	for _, e := range shown.Effects.Of {
		part, err := r.Tells.Between(v, e.App, gateway.Offer{Of: &e.Before}, gateway.Offer{Of: &e.After})
		if err != nil {
			return err
		}
		if len(shown.Effects.Of) > 1 {
			part.Title = "What changes for " + e.App.Name
		}
		if e.App.State != apps.Enabled {
			part.Notices = append(part.Notices, frame.Notice{Tone: frame.Plain, Title: e.App.Name + " is " + string(e.App.State), Says: "It gets nothing now. Enabling it waits for an approval of its own."})
		} else if len(shown.Effects.Of) > 1 && nothingIn(part) {
			same = append(same, e.App.Name)
			continue
		}
		m.Parts = append(m.Parts, part)
	}
	for _, o := range shown.Effects.Later {
		part, err := r.Tells.Between(v, o.App, gateway.Offer{Of: &o.Before}, gateway.Offer{Of: &o.After})
		if err != nil {
			return err
		}
		part.Title = o.Title(o.App.Name, frame.WrittenDay(o.Day))
		m.Parts = append(m.Parts, part)
	}
	m.Same = frame.ShortList(same, len(same))
	return nil
}

func nothingIn(p gains.Part) bool {
	return len(p.Entities)+len(p.Notes)+len(p.Silent)+len(p.Notices) == 0
}

// besideNotices stand beside the buttons: who asked for a change may have let in whoever is to
// approve it.
func besideNotices(v *frame.Visit, shown approvals.Shown) ([]frame.Notice, error) {
	deed, err := v.LetIn(shown.Actor)
	if err != nil || deed == "" {
		return nil, err
	}
	return []frame.Notice{{Tone: frame.Careful, Title: frame.Who(shown.Actor) + " asked for this, and " + deed, Says: "If you are not another person, decline it. The ledger has both."}}, nil
}
