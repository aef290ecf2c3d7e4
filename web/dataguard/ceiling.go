package dataguard

import (
	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/web/frame"
	"github.com/rostergate/rostergate/web/frame/gains"
)

// The ceiling of an app that was added before there were ceilings holds once an admin has
// seen what it hides.
func (r *Room) ceilingRoutes() []frame.Route {
	return []frame.Route{
		frame.Get("/apps/:app/ceiling", frame.Admins, r.ceilingPage).WithNames(),
		frame.Post("/apps/:app/ceiling", frame.Admins, r.holdCeiling).WithNames(),
	}
}

func (r *Room) ceilingPage(v *frame.Visit) error {
	o, err := v.AppOverview(v.PathParam("app"))
	if err != nil {
		return err
	}
	return r.showCeiling(v, o, nil)
}

func (r *Room) showCeiling(v *frame.Visit, o apps.Overview, wrong error) error {
	back := "/apps/" + o.ID + "/dataguard"
	switch {
	case o.Preset == "":
		return fault.New(fault.NotFound, "%s was added without a preset, and has no ceiling.", o.Name)
	case o.Ceiling:
		return v.EndForm(back, "The ceiling of "+o.Name+" holds already.")
	}
	part, err := r.Tells.Between(v, o.App, gateway.Offer{}, gateway.Offer{Ceiling: true})
	if err != nil {
		return err
	}
	return showChangePanel(v, changesModel{
		App: o.App, Title: "Let the ceiling of " + o.Name + " hold",
		Lead:  "A ceiling is the most that the vendor documents a use for. Whatever is ticked beyond it is hidden, until an admin lifts it for one field with a reason.",
		Parts: []gains.Part{part}, Action: "/apps/" + o.ID + "/ceiling", Confirm: "Let it hold", Back: back,
	}, wrong)
}

func (r *Room) holdCeiling(v *frame.Visit) error {
	o, err := v.AppOverview(v.PathParam("app"))
	if err != nil {
		return err
	}
	err = r.Apps.HoldCeiling(v.Context(), o.ID, v.By(v.FormValue("reason")))
	switch {
	case fault.Is(err, fault.Invalid):
		return r.showCeiling(v, o, err)
	case err != nil:
		return err
	}
	return v.EndForm("/apps/"+o.ID+"/dataguard", "Saved. The ceiling holds from the next answer on.")
}
