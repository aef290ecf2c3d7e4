package web

import (
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/people"
)

func staffRoutes() []Route {
	return []Route{
		get("/settings/people", Anyone, (*Rooms).staff),
		get("/settings/people/add", Admins, (*Rooms).addPersonForm),
		post("/settings/people/add", Admins, (*Rooms).addPerson),
		get("/settings/people/:id", Admins, (*Rooms).person),
		post("/settings/people/:id/role", Admins, (*Rooms).setRole),
		post("/settings/people/:id/link", Admins, (*Rooms).newLink),
		post("/settings/people/:id/remove", Admins, (*Rooms).removePerson),
	}
}

type staffModel struct {
	Tabs   []Tab
	May    bool
	People []personLine
}

type personLine struct {
	people.Person
	Status   Status
	SignedIn Moment
	Self     bool
}

func newPersonLine(v *visit, p people.Person) personLine {
	line := personLine{Person: p, Status: Status{Good, "Active"}, SignedIn: v.moment(p.SignedInAt), Self: p.ID == v.Person.ID}
	if p.Waiting {
		line.Status = Status{Careful, "Invited"}
	}
	return line
}

func (r *Rooms) staff(v *visit) error {
	all, err := r.People.List(v.ctx())
	if err != nil {
		return err
	}
	model := staffModel{Tabs: settingsTabs("/settings/people"), May: v.Person.Role == people.Admin}
	for _, p := range all {
		model.People = append(model.People, newPersonLine(v, p))
	}
	return v.show("staff", settingsTitle, model)
}

type newPersonModel struct {
	Email Field
	Name  Field
	Role  Choice
}

func newPersonForm(email, name string, role people.Role) newPersonModel {
	return newPersonModel{
		Email: Field{Name: "email", Label: "Email", Kind: "email", Value: email, Required: true, Autocomplete: "off"},
		Name:  Field{Name: "name", Label: "Name", Value: name, Autocomplete: "off", Hint: "Optional."},
		Role:  roleChoice(role),
	}
}

func roleChoice(chosen people.Role) Choice {
	options := []Option{
		{Value: string(people.Admin), Label: "Admin", Hint: "Decides what apps get, and sees everything."},
		{Value: string(people.Auditor), Label: "Auditor", Hint: "Sees everything but values of the roster, and changes nothing."},
	}
	for i := range options {
		options[i].Chosen = options[i].Value == string(chosen)
	}
	return Choice{Name: "role", Label: "Role", Options: options}
}

const addTitle = "Add a person"

func (r *Rooms) addPersonForm(v *visit) error {
	return v.show("newperson", addTitle, newPersonForm("", "", people.Auditor))
}

func (r *Rooms) addPerson(v *visit) error {
	wanted := people.NewPerson{Email: v.value("email"), Name: v.value("name"), Role: people.Role(v.value("role"))}
	model := newPersonForm(wanted.Email, wanted.Name, wanted.Role)
	wrong := model.Email.blame(people.CheckEmail(wanted.Email))
	wrong = model.Name.blame(people.CheckName(wanted.Name)) || wrong
	if err := people.CheckRole(wanted.Role); err != nil {
		model.Role.Problem, wrong = err.Error(), true
	}
	if wrong {
		return v.again("newperson", addTitle, model)
	}
	p, token, err := r.People.Add(v.ctx(), wanted, v.Person.Email)
	if fault.Is(err, fault.Conflict) && model.Email.blame(err) {
		return v.again("newperson", addTitle, model)
	}
	if err != nil {
		return err
	}
	return r.showLink(v, p, token)
}

type linkModel struct {
	Person people.Person
	Link   string
}

// showLink shows a one-time link, this once: it is not kept, so there is no page
// to go to.
func (r *Rooms) showLink(v *visit, p people.Person, token string) error {
	return v.show("onetimelink", "One-time link", linkModel{Person: p, Link: WelcomeURL(r.PublicURL, token)})
}

type personModel struct {
	personLine
	Added Moment
	Role  Choice
	Until string // the link works that there is; empty without one
	Link  Moment // the same for people
}

func (r *Rooms) person(v *visit) error {
	p, err := r.People.Find(v.ctx(), v.param("id"))
	if err != nil {
		return err
	}
	until, err := r.People.LinkUntil(v.ctx(), p.ID)
	if err != nil {
		return err
	}
	return v.show("person", p.Called(), personModel{
		personLine: newPersonLine(v, p), Added: v.moment(p.CreatedAt), Role: roleChoice(p.Role), Until: until, Link: v.moment(until),
	})
}

func (r *Rooms) setRole(v *visit) error {
	p, err := r.People.Find(v.ctx(), v.param("id"))
	if err != nil {
		return err
	}
	role := people.Role(v.value("role"))
	if err := r.People.SetRole(v.ctx(), p.ID, role, v.Person.Email); err != nil {
		return err
	}
	return v.done("/settings/people", p.Called()+" is now "+string(role)+".")
}

func (r *Rooms) newLink(v *visit) error {
	p, err := r.People.Find(v.ctx(), v.param("id"))
	if err != nil {
		return err
	}
	token, err := r.People.InviteAfter(v.ctx(), p.ID, v.value("until"), v.Person.Email)
	if err != nil {
		return err
	}
	return r.showLink(v, p, token)
}

func (r *Rooms) removePerson(v *visit) error {
	p, err := r.People.Find(v.ctx(), v.param("id"))
	if err != nil {
		return err
	}
	if err := r.People.Remove(v.ctx(), p.ID, v.Person.Email); err != nil {
		return err
	}
	return v.done("/settings/people", p.Called()+" is removed.")
}
