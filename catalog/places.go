package catalog

func orgTypes() []string {
	return []string{"department", "district", "local", "national", "school", "state"}
}

func sessionTypes() []string {
	return []string{"gradingPeriod", "schoolYear", "semester", "term"}
}

// places are the orgs and the calendar that everything else hangs from.
func places() []Entity {
	return []Entity{
		{
			Name: "academicSession", Plural: "academicSessions", Label: "Academic sessions",
			Versions: Both, Served: true, Metadata: true,
			Fields: common(
				Field{Name: "title", Kind: Text, Required: true, Versions: Both, Class: Directory, Label: "Title", Category: Schedule},
				Field{Name: "type", Kind: Token, Values: sessionTypes(), Extends: true, Required: true, Versions: Both, Class: Structural, Label: "Type"},
				Field{Name: "startDate", Kind: Date, Required: true, Versions: Both, Class: Directory, Label: "Start date", Category: Schedule},
				Field{Name: "endDate", Kind: Date, Required: true, Versions: Both, Class: Directory, Label: "End date", Category: Schedule},
				Field{Name: "parent", CSV: "parentSourcedId", Kind: Reference, Target: "academicSessions", Versions: Both, Class: Directory, Label: "Parent session"},
				Field{Name: "children", Kind: References, Target: "academicSessions", Through: &Link{Entity: "academicSessions", Field: "parent"}, Versions: Both, Class: Directory, Label: "Child sessions"},
				Field{Name: "schoolYear", Kind: Year, Required: true, Versions: Both, Class: Directory, Label: "School year", Category: Schedule},
			),
		},
		{
			Name: "org", Plural: "orgs", Label: "Organizations",
			Versions: Both, Served: true, Metadata: true,
			Fields: common(
				Field{Name: "name", Kind: Text, Required: true, Versions: Both, Class: Directory, Label: "Name"},
				Field{Name: "type", Kind: Token, Values: orgTypes(), Extends: true, Required: true, Versions: Both, Class: Structural, Label: "Type"},
				Field{Name: "identifier", Kind: Text, Versions: Both, Class: Directory, Label: "Identifier"},
				Field{Name: "parent", CSV: "parentSourcedId", Kind: Reference, Target: "orgs", Versions: Both, Class: Directory, Label: "Parent organization"},
				Field{Name: "children", Kind: References, Target: "orgs", Through: &Link{Entity: "orgs", Field: "parent"}, Versions: Both, Class: Directory, Label: "Child organizations"},
			),
		},
	}
}
