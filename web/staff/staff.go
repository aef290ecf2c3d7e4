package staff

import (
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/web/frame"
)

func (r *Room) staffRoutes() []frame.Route {
	return []frame.Route{
		frame.Get("/settings/people", frame.Anyone, r.peoplePage),
		frame.Get("/settings/people/add", frame.Admins, r.addPersonForm),
		frame.Post("/settings/people/add", frame.Admins, r.addPerson),
		frame.Get("/settings/people/:id", frame.Admins, r.personPage),
		frame.Post("/settings/people/:id/role", frame.Admins, r.setRole),
		frame.Post("/settings/people/:id/link", frame.Admins, r.newLink),
		frame.Get("/settings/people/:id/link", frame.Admins, r.linkPage),
		frame.Post("/settings/people/:id/suspend", frame.Admins, r.suspendPerson),
		frame.Post("/settings/people/:id/let-in", frame.Admins, r.letInPerson),
		frame.Post("/settings/people/:id/remove", frame.Admins, r.removePerson),
	}
}

type staffModel struct {
	Tabs   []frame.Tab
	May    bool
	People []personLine
}

type personLine struct {
	people.Person
	Status    frame.Status
	SignedIn  frame.Moment
	Self      bool
	Suspended bool
}

func newPersonLine(v *frame.Visit, p people.Person) personLine {
	line := personLine{Person: p, Status: frame.Status{Tone: frame.Good, Label: "Active"}, SignedIn: v.Moment(p.SignedInAt), Self: p.ID == v.Person.ID, Suspended: p.SuspendedAt != ""}
	switch {
	case line.Suspended:
		line.Status = frame.Status{Tone: frame.Bad, Label: "Suspended"}
	case p.Waiting:
		line.Status = frame.Status{Tone: frame.Careful, Label: "Invited"}
	}
	return line
}

func (r *Room) peoplePage(v *frame.Visit) error {
	all, err := r.People.List(v.Context())
	if err != nil {
		return err
	}
	model := staffModel{Tabs: frame.SettingsTabs("/settings/people"), May: v.Person.Role == people.Admin}
	for _, p := range all {
		model.People = append(model.People, newPersonLine(v, p))
	}
	return v.Show("staff", settingsTitle, model)
}

type newPersonModel struct {
	Email frame.Field
	Name  frame.Field
	Role  frame.Choice
}

func newPersonForm(email, name string, role people.Role) newPersonModel {
	return newPersonModel{
		Email: frame.Field{Name: "email", Label: "Email", Kind: "email", Value: email, Required: true, Autocomplete: "off"},
		Name:  frame.Field{Name: "name", Label: "Name", Value: name, Autocomplete: "off", Hint: "Optional."},
		Role:  roleChoice(role),
	}
}

func roleChoice(chosen people.Role) frame.Choice {
	options := []frame.Option{
		{Value: string(people.Admin), Label: "Admin", Hint: "Decides what apps get, and sees everything."},
		{Value: string(people.Auditor), Label: "Auditor", Hint: "Sees everything but values of the roster, and changes nothing."},
	}
	for i := range options {
		options[i].Chosen = options[i].Value == string(chosen)
	}
	return frame.Choice{Name: "role", Label: "Role", Options: options}
}

const addTitle = "Add a person"

func (r *Room) addPersonForm(v *frame.Visit) error {
	return v.Show("newperson", addTitle, newPersonForm("", "", people.Auditor))
}

func (r *Room) addPerson(v *frame.Visit) error {
	wanted := people.NewPerson{Email: v.FormValue("email"), Name: v.FormValue("name"), Role: people.Role(v.FormValue("role"))}
	model := newPersonForm(wanted.Email, wanted.Name, wanted.Role)
	wrong := model.Email.Blame(people.CheckEmail(wanted.Email))
	wrong = model.Name.Blame(people.CheckName(wanted.Name)) || wrong
	if err := people.CheckRole(wanted.Role); err != nil {
		model.Role.Problem, wrong = err.Error(), true
	}
	if wrong {
		return v.ShowAgain("newperson", addTitle, model)
	}
	p, token, err := r.People.Add(v.Context(), wanted, v.Person.Email)
	if fault.Is(err, fault.Conflict) && model.Email.Blame(err) {
		return v.ShowAgain("newperson", addTitle, model)
	}
	if err != nil {
		return err
	}
	return showLink(v, p, token)
}

type linkModel struct {
	Person  people.Person
	Link    string
	Minutes int // for which the page can be loaded anew
}

// showLink leads to the page that shows a one-time link. It can be loaded anew for a
// moment, for a person may do so before the link is copied.
func showLink(v *frame.Visit, p people.Person, token string) error {
	return v.ShowOnce("/settings/people/"+p.ID+"/link", token)
}

func (r *Room) linkPage(v *frame.Visit) error {
	p, err := r.People.Find(v.Context(), v.PathParam("id"))
	if err != nil {
		return err
	}
	token := v.Once()
	if token == "" {
		return v.EndForm("/settings/people/"+p.ID, "The link can no longer be shown. If it was not copied, make a new one.")
	}
	return v.Show("onetimelink", "One-time link", linkModel{Person: p, Link: WelcomeURL(r.PublicURL, token), Minutes: int(frame.OnceTime.Minutes())})
}

type personModel struct {
	personLine
	Added frame.Moment
	Since frame.Moment // suspended
	Role  frame.Choice
	Until moment.Moment // the link works that there is; empty without one
	Link  frame.Moment  // the same for people
}

func (r *Room) personPage(v *frame.Visit) error {
	p, err := r.People.Find(v.Context(), v.PathParam("id"))
	if err != nil {
		return err
	}
	until, err := r.People.LinkUntil(v.Context(), p.ID)
	if err != nil {
		return err
	}
	return v.Show("person", p.Called(), personModel{
		personLine: newPersonLine(v, p), Added: v.Moment(p.CreatedAt), Since: v.Moment(p.SuspendedAt), Role: roleChoice(p.Role), Until: until, Link: v.Moment(until),
	})
}

func (r *Room) setRole(v *frame.Visit) error {
	p, err := r.People.Find(v.Context(), v.PathParam("id"))
	if err != nil {
		return err
	}
	role := people.Role(v.FormValue("role"))
	if err := r.People.SetRole(v.Context(), p.ID, role, v.Person.Email); err != nil {
		return err
	}
	return v.EndForm("/settings/people", p.Called()+" is now "+string(role)+".")
}

func (r *Room) newLink(v *frame.Visit) error {
	p, err := r.People.Find(v.Context(), v.PathParam("id"))
	if err != nil {
		return err
	}
	token, err := r.People.InviteAfter(v.Context(), p.ID, v.FormValue("until"), v.Person.Email)
	if err != nil {
		return err
	}
	return showLink(v, p, token)
}

func (r *Room) suspendPerson(v *frame.Visit) error {
	p, err := r.People.Find(v.Context(), v.PathParam("id"))
	if err != nil {
		return err
	}
	if err := r.People.Suspend(v.Context(), p.ID, v.Person.Email); err != nil {
		return err
	}
	if p.ID == v.Person.ID {
		return v.EndForm("/sign-in", "You are suspended, and signed out.")
	}
	return v.EndForm("/settings/people/"+p.ID, p.Called()+" is suspended, and signed out.")
}

func (r *Room) letInPerson(v *frame.Visit) error {
	p, err := r.People.Find(v.Context(), v.PathParam("id"))
	if err != nil {
		return err
	}
	if err := r.People.LetIn(v.Context(), p.ID, v.Person.Email); err != nil {
		return err
	}
	return v.EndForm("/settings/people/"+p.ID, p.Called()+" may sign in again.")
}

func (r *Room) removePerson(v *frame.Visit) error {
	p, err := r.People.Find(v.Context(), v.PathParam("id"))
	if err != nil {
		return err
	}
	if err := r.People.Remove(v.Context(), p.ID, v.Person.Email); err != nil {
		return err
	}
	return v.EndForm("/settings/people", p.Called()+" is removed.")
}
