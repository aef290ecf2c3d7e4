package sample

import "fmt"

// resource is something that courses and classes use.
type resource struct{ id, vendorID, title, roles, importance, vendor, application, code string }

// shelf is the district's resources, each with the code of the subject it is for.
func shelf() []resource {
	return []resource{
		{"res-01", "RDR-100", "Open Road Reader", "student,teacher", "primary", "vendor-lantern", "reader", "ela"},
		{"res-02", "RDR-101", "Open Road Reader, Teacher's Edition", "teacher,aide", "secondary", "vendor-lantern", "reader", "ela"},
		{"res-03", "NUM-7", "Numbers & Shapes", "student,teacher", "primary", "vendor-abacus", "numbers", "mat"},
		{"res-04", "NUM-7-P", "Numbers at Home", "student,parent,guardian", "secondary", "vendor-abacus", "", "mat"},
		{"res-05", "LAB/22", "Field Laboratory", "student", "primary", "", "lab", "sci"},
		{"res-06", "ATL-3", "Atlas of Neighbors", "", "", "vendor-meridian", "atlas", "soc"},
		{"res-07", "MÚS-1", "Música para todos", "student,teacher", "secondary", "vendor-meridian", "", "mus"},
		{"res-08", "SPA-1", "¿Qué tal?", "student,teacher,proctor", "primary", "", "", "spa"},
	}
}

func (l *layout) resources(t *table) error {
	for _, x := range shelf() {
		err := t.row("sourcedId", x.id, "vendorResourceId", x.vendorID, "title", x.title, "roles", x.roles,
			"importance", x.importance, "vendorId", x.vendor, "applicationId", x.application)
		if err != nil {
			return err
		}
	}
	return nil
}

// courseResources gives every core course of the district what the shelf has for it.
func (l *layout) courseResources(t *table) error {
	number := 0
	for g := range grade(grades) {
		for _, sub := range g.core() {
			for _, x := range shelf() {
				if x.code != sub.code {
					continue
				}
				number++
				err := t.row("sourcedId", fmt.Sprintf("cor-%04d", number), "title", x.title,
					"course", courseID("d", sub, g.String()), "resource", x.id)
				if err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// classResources gives every fourth class one of the resources of its subject.
func (l *layout) classResources(t *table) error {
	for c := range l.everyClass {
		for i, x := range shelf() {
			if x.code != c.subject().code || (c.number()+i)%4 != 0 {
				continue
			}
			err := t.row("sourcedId", fmt.Sprintf("clr-%07d-%d", c.number(), i+1), "title", "",
				"class", c.id(), "resource", x.id)
			if err != nil {
				return err
			}
		}
	}
	return nil
}
