package dataguard

import (
	"slices"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/web/frame"
)

func (r *Room) scopeRoutes() []frame.Route {
	return []frame.Route{
		frame.Get("/apps/:app/scope", frame.Anyone, r.scopePage).WithTitles().WithNames(),
		frame.Post("/apps/:app/scope", frame.Admins, r.scopeChanges).WithValues().Kept(),
		frame.Post("/apps/:app/scope/edit", frame.Admins, r.scopeAgain).WithValues().Kept(),
		frame.Post("/apps/:app/scope/count", frame.Admins, r.scopeCount),
		frame.Post("/apps/:app/scope/save", frame.Admins, r.saveScope).WithValues().Kept(),
	}
}

// scopeModel is the room of an app's scope.
type scopeModel struct {
	App        apps.App
	State      frame.Status
	May        bool
	Version    int64
	Person     string // who fills it in
	Saved      string // what is ticked in the grant that holds
	Reason     string // that was typed before
	Orgs       scopePart
	Tree       []orgBranch
	Many       bool // there are so many orgs that a person has to look for one
	Lost       []frame.Switch
	Courses    scopeFinder
	Classes    scopeFinder
	Roles      scopePart
	RoleBoxes  []frame.Switch
	Grades     scopePart
	GradeBoxes []frame.Switch
	Other      string // how many grades are not named
	Unenrolled frame.Switch
	Guardians  frame.Switch
	Former     frame.Switch
	Reach      reachModel
}

// scopePart says how a condition of the scope is chosen: everything, or some.
type scopePart struct {
	Name, Title, All, Only string
	Everything, May        bool
}

// scopeFinder is a condition by records that are too many to list.
type scopeFinder struct {
	scopePart
	App       string
	One, Many string // what they are called
	Search    string
	Chosen    []frame.Switch
	Found     []frame.Switch
	More      int // that match and are not listed
}

func scopeTitle(app apps.App) string { return "Scope of " + app.Name }

func (r *Room) scopePage(v *frame.Visit) error {
	o, err := v.AppOverview(v.PathParam("app"))
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
func (r *Room) scopeAgain(v *frame.Visit) error {
	o, form, err := r.filledScope(v)
	if err != nil {
		return err
	}
	return r.showScope(v, o, form)
}

// scopeCount answers with the counts alone, for the page that is open.
func (r *Room) scopeCount(v *frame.Visit) error {
	o, form, err := r.filledScope(v)
	if err != nil {
		return err
	}
	reach, err := r.newReach(v, o, form)
	if err != nil {
		return err
	}
	return v.ShowPart("scope", "reach", reach)
}

// filledScope is the app, and its form as it was filled in.
func (r *Room) filledScope(v *frame.Visit) (apps.Overview, scopeForm, error) {
	form, err := r.readScope(v)
	if err != nil {
		return apps.Overview{}, form, err
	}
	o, err := v.AppOverview(v.PathParam("app"))
	return o, form, err
}

// scopeChanges says what the form would change. Nothing is stored.
func (r *Room) scopeChanges(v *frame.Visit) error {
	form, err := r.readScope(v)
	if err != nil {
		return err
	}
	return r.showChanges(v, form, nil)
}

func (r *Room) saveScope(v *frame.Visit) error {
	form, err := r.readScope(v)
	if err != nil {
		return err
	}
	return r.saveChanges(v, form)
}

func (r *Room) showScope(v *frame.Visit, o apps.Overview, form scopeForm) error {
	var err error
	may := v.Person.Role == people.Admin
	m := scopeModel{
		App: o.App, State: frame.StateStatus(o.State), May: may, Version: form.version, Person: v.Person.ID, Saved: writtenTicks(scopeForm{scope: o.Grant.Grant.Scope}),
		Reason:     v.FormValue("reason"),
		Orgs:       scopePart{"orgs", "Schools and other orgs", "All, including ones added later", "Only those ticked, each with everything below it", form.scope.Orgs.All, may},
		Courses:    scopeFinder{scopePart: scopePart{"courses", "Courses", "All, including ones added later", "Only those ticked, with their classes", form.scope.Courses.All, may}, One: "course", Many: "courses"},
		Classes:    scopeFinder{scopePart: scopePart{"classes", "Classes", "All of the chosen schools and courses, including ones added later", "Only those ticked", form.scope.Classes.All, may}, One: "class", Many: "classes"},
		Roles:      scopePart{"roles", "Roles", "Everyone except guardians", "Only those ticked", form.scope.Roles.All, may},
		Grades:     scopePart{"grades", "Grades of students", "All, and students without a grade", "Only those ticked", form.scope.Grades.All, may},
		Unenrolled: frame.Switch{Name: "unenrolled", Label: "Users without an enrollment", On: form.scope.Unenrolled, Fixed: !may, Hint: "Those of the chosen orgs who are enrolled in no class at all."},
		Guardians:  frame.Switch{Name: "guardians", Label: "Guardians", On: form.scope.Guardians, Fixed: !may, Hint: "Guardians, parents and relatives of the students whom the app reaches, and of no others."},
		Former:     frame.Switch{Name: "former", Label: "Former enrollments", On: form.scope.Former, Fixed: !may, Hint: "Enrollments whose last day has passed, and everyone who is reached by them alone. Off, they leave at midnight; one that has yet to begin stays."},
	}
	m.RoleBoxes = tickBoxes("role", form.offered("roles"), form.scope.Roles.Only, may, roleLabel)
	if form.grades, err = v.SelectableGrades(form.snapshot); err != nil {
		return err
	}
	m.grades(v, form)
	if err := m.orgs(v, form); err != nil {
		return err
	}
	for _, one := range []*scopeFinder{&m.Courses, &m.Classes} {
		if err := one.find(v, form); err != nil {
			return err
		}
	}
	if m.Reach, err = r.newReach(v, o, form); err != nil {
		return err
	}
	return v.Show("scope", scopeTitle(o.App), m)
}

// tickBoxes are what is offered, and what is ticked without being offered.
func tickBoxes(name string, offered, ticked []string, may bool, label func(string) string) []frame.Switch {
	var all []frame.Switch
	has := slices.Contains[[]string]
	if name == "grade" {
		has = hasGrade
	}
	add := func(value string) {
		all = append(all, frame.Switch{Name: name, Value: value, Label: label(value), On: has(ticked, value), Fixed: !may})
	}
	for _, value := range offered {
		add(value)
	}
	for _, value := range ticked {
		if name == "grade" && !has(offered, value) {
			add(value)
		}
	}
	return all
}
