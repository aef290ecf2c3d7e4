package web

import (
	"slices"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/people"
)

func scopeRoutes() []Route {
	return []Route{
		get("/apps/:app/scope", Anyone, (*Rooms).scope).withTitles().withNames(),
		post("/apps/:app/scope", Admins, (*Rooms).scopeChanges).withValues(),
		post("/apps/:app/scope/edit", Admins, (*Rooms).scopeAgain).withValues(),
		post("/apps/:app/scope/count", Admins, (*Rooms).scopeCount),
		post("/apps/:app/scope/save", Admins, (*Rooms).saveScope).withValues(),
	}
}

// scopeModel is the room of an app's scope.
type scopeModel struct {
	App        apps.App
	State      Status
	May        bool
	Version    int64
	Reason     string // that was typed before
	Orgs       scopePart
	Tree       []orgBranch
	Many       bool // there are so many orgs that a person has to look for one
	Lost       []Switch
	Courses    scopePart
	Search     string
	Chosen     []Switch // courses
	Found      []Switch
	More       int // courses that match and are not listed
	Roles      scopePart
	RoleBoxes  []Switch
	Grades     scopePart
	GradeBoxes []Switch
	Other      string // how many grades are not named
	Unenrolled Switch
	Guardians  Switch
	Reach      reachModel
}

// scopePart says how a condition of the scope is chosen: everything, or some.
type scopePart struct {
	Name, Title, All, Only string
	Everything, May        bool
}

func scopeTitle(app apps.App) string { return "Scope of " + app.Name }

func (r *Rooms) scope(v *visit) error {
	o, err := v.overview(v.param("app"))
	if err != nil {
		return err
	}
	form, err := r.scopeOf(v, o.Grant)
	if err != nil {
		return err
	}
	return r.showScope(v, o, form)
}

// scopeAgain shows the form as it was filled in, with what it finds and counts.
func (r *Rooms) scopeAgain(v *visit) error {
	o, form, err := r.filledScope(v)
	if err != nil {
		return err
	}
	return r.showScope(v, o, form)
}

// scopeCount answers with the counts alone, for the page that is open.
func (r *Rooms) scopeCount(v *visit) error {
	o, form, err := r.filledScope(v)
	if err != nil {
		return err
	}
	reach, err := r.reach(v, o, form)
	if err != nil {
		return err
	}
	return v.part("scope", "reach", reach)
}

// filledScope is the app, and its form as it was filled in.
func (r *Rooms) filledScope(v *visit) (apps.Overview, scopeForm, error) {
	form, err := r.readScope(v)
	if err != nil {
		return apps.Overview{}, form, err
	}
	o, err := v.overview(v.param("app"))
	return o, form, err
}

// scopeChanges says what the form would change. Nothing is stored.
func (r *Rooms) scopeChanges(v *visit) error {
	form, err := r.readScope(v)
	if err != nil {
		return err
	}
	return r.showChanges(v, form, nil)
}

func (r *Rooms) saveScope(v *visit) error {
	form, err := r.readScope(v)
	if err != nil {
		return err
	}
	return r.saveChanges(v, form)
}

func (r *Rooms) showScope(v *visit, o apps.Overview, form scopeForm) error {
	var err error
	may := v.Person.Role == people.Admin
	m := scopeModel{
		App: o.App, State: stateOf(o.State), May: may, Version: form.version, Reason: v.value("reason"), Search: form.search,
		Orgs:       scopePart{"orgs", "Schools and other orgs", "All, including ones added later", "Only those ticked, each with everything below it", form.scope.Orgs.All, may},
		Courses:    scopePart{"courses", "Courses", "All, including ones added later", "Only those ticked, with their classes", form.scope.Courses.All, may},
		Roles:      scopePart{"roles", "Roles", "Everyone except guardians", "Only those ticked", form.scope.Roles.All, may},
		Grades:     scopePart{"grades", "Grades of students", "All, and students without a grade", "Only those ticked", form.scope.Grades.All, may},
		Unenrolled: Switch{Name: "unenrolled", Label: "Users without an enrollment", On: form.scope.Unenrolled, Fixed: !may, Hint: "Those of the chosen orgs who are enrolled in no class at all."},
		Guardians:  Switch{Name: "guardians", Label: "Guardians", On: form.scope.Guardians, Fixed: !may, Hint: "Guardians, parents and relatives of the students whom the app reaches, and of no others."},
	}
	m.RoleBoxes = boxes("role", form.offered("roles"), form.scope.Roles.Only, may, roleLabel)
	if form.grades, err = v.grades(form.snapshot); err != nil {
		return err
	}
	m.grades(v, form)
	if err := m.orgs(v, form); err != nil {
		return err
	}
	if err := m.courses(v, form); err != nil {
		return err
	}
	if m.Reach, err = r.reach(v, o, form); err != nil {
		return err
	}
	return v.show("scope", scopeTitle(o.App), m)
}

// boxes are what is offered, and what is ticked without being offered.
func boxes(name string, offered, ticked []string, may bool, label func(string) string) []Switch {
	var all []Switch
	add := func(value string) {
		all = append(all, Switch{Name: name, Value: value, Label: label(value), On: slices.Contains(ticked, value), Fixed: !may})
	}
	for _, value := range offered {
		add(value)
	}
	for _, value := range ticked {
		if name == "grade" && !slices.Contains(offered, value) {
			add(value)
		}
	}
	return all
}
